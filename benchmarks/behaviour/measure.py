"""What a model makes of the cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.behaviour.cases import (
    DIRECTION,
    RULES,
    Behaviour,
    Case,
    labelled_behaviours,
    spans_of,
)
from benchmarks.behaviour.invariance import invariance_behaviours
from geoner import Extractor
from geoner.articles.editing import Span


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was expected of the texts of a case, and what was found in them, text by text."""

    case: Case
    expected: Sequence[Sequence[Span] | None]
    found: Sequence[Sequence[Span]]

    @property
    def passed(self) -> bool:
        """Whether all spans of all texts of the case are exactly right."""
        return list(self.expected) == list(self.found)


@dataclass(frozen=True, slots=True)
class Result:
    """A behaviour and the outcomes of its cases."""

    behaviour: Behaviour
    outcomes: Sequence[Outcome]

    @property
    def failures(self) -> list[Outcome]:
        """The cases that did not pass."""
        return [outcome for outcome in self.outcomes if not outcome.passed]


def all_behaviours() -> list[Behaviour]:
    """The whole suite: rules, invariance, direction."""
    return [
        *labelled_behaviours(RULES),
        *invariance_behaviours(),
        *labelled_behaviours(DIRECTION),
    ]


def measure(extractor: Extractor, behaviours: Sequence[Behaviour]) -> list[Result]:
    """Reads all texts of the cases, each text once, and judges every case.

    Args:
        extractor: The model to look at.
        behaviours: What is looked for.

    Returns:
        A result for each behaviour, in order.
    """
    cases = [case for behaviour in behaviours for case in behaviour.cases]
    texts = list(dict.fromkeys(text for case in cases for text in case.texts))
    documents = extractor.extract_many(texts)
    spans = {text: spans_of(document) for text, document in zip(texts, documents, strict=True)}

    def outcome(case: Case) -> Outcome:
        found = [spans[text] for text in case.texts]
        return Outcome(case, case.expected(found), found)

    return [Result(behaviour, [outcome(c) for c in behaviour.cases]) for behaviour in behaviours]


def pass_rate(results: Iterable[Result]) -> float:
    """The share of cases that passed, 0 to 1, each case counting the same.

    Raises:
        ZeroDivisionError: if there are none.
    """
    passed = [outcome.passed for result in results for outcome in result.outcomes]
    return sum(passed) / len(passed)

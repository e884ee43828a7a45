"""Which errors there are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from geoner.analysis.spans import MICRO, labels_in, spans
from geoner.document import Document, Entity
from geoner.errors import MissingExtraError

#: The kinds of error, after the SemEval-2013 scheme: the label is right and the boundary is
#: not; the boundary is right and the label is not; both are wrong, yet the two overlap; a
#: mention that was not found; something found where nothing is.
BOUNDARY, TYPE, BOTH, MISSED, EXTRA = "boundary", "type", "boundary and type", "missed", "extra"
KINDS = (BOUNDARY, TYPE, BOTH, MISSED, EXTRA)


@dataclass(frozen=True, slots=True)
class Error:
    """A mention that is wrong, missing or too much.

    Attributes:
        kind: One of `KINDS`.
        document: Which of the documents, counted from 0.
        gold: What is labelled; None if nothing is.
        predicted: What was found; None if nothing was.
    """

    kind: str
    document: int
    gold: Entity | None
    predicted: Entity | None

    @property
    def entity(self) -> Entity:
        """The mention in question: the labelled one, where there is one, else the found one."""
        entity = self.gold or self.predicted
        assert entity is not None
        return entity

    @property
    def start(self) -> int:
        """Where the first of its mentions starts."""
        return min(entity.start for entity in (self.gold, self.predicted) if entity is not None)

    @property
    def end(self) -> int:
        """Where the last of its mentions ends."""
        return max(entity.end for entity in (self.gold, self.predicted) if entity is not None)


def find_errors(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Error]:
    """Every error in order of the text.

    Each labelled mention is held against at most one found mention that overlaps it, and the
    other way round: as many pairs as there can be, of these with as many equal labels as there
    can be, of these sharing most characters. A labelled mention without a partner is missed, a
    found one extra, even if it overlaps one that has another partner. Hence, of all labelled
    mentions, each is right, missed, or wrong in one of the three other kinds.

    Source: Segura-Bedmar et al. (2013), "SemEval-2013 Task 9".
    """
    errors: list[Error] = []
    for number, (left, right) in enumerate(zip(gold, predicted, strict=True)):
        errors += sorted(_errors(number, left, right), key=lambda error: error.start)
    return errors


def _errors(number: int, gold: Document, predicted: Document) -> Iterator[Error]:
    pairs = _pairs(gold.entities, predicted.entities)
    for wanted, found in pairs:
        same_place = (wanted.start, wanted.end) == (found.start, found.end)
        if wanted.label != found.label:
            yield Error(TYPE if same_place else BOTH, number, wanted, found)
        elif not same_place:
            yield Error(BOUNDARY, number, wanted, found)
    paired = {entity.start for entity, _ in pairs}, {entity.start for _, entity in pairs}
    for entity in gold.entities:
        if entity.start not in paired[0]:
            yield Error(MISSED, number, entity, None)
    for entity in predicted.entities:
        if entity.start not in paired[1]:
            yield Error(EXTRA, number, None, entity)


def _pairs(gold: Sequence[Entity], predicted: Sequence[Entity]) -> list[tuple[Entity, Entity]]:
    """Which labelled mention is held against which found one.

    Sorted, the overlapping pairs are stairs: each step goes on by a mention on one side or on
    both. A pair thus bars only those right before it that share a mention with it, and the
    best choice among the first pairs follows from the best among fewer.
    """
    pairs = _overlapping(gold, predicted)
    # the best choice among the first pairs: its worth, and the last pair taken
    best: list[tuple[tuple[int, int, int], int]] = [((0, 0, 0), -1)]
    free = 0
    for index, (wanted, found) in enumerate(pairs):
        while free < index and not _share((wanted, found), pairs[free]):
            free += 1
        shared = min(wanted.end, found.end) - max(wanted.start, found.start)
        matches, labels, characters = best[free][0]
        worth = (matches + 1, labels + (wanted.label == found.label), characters + shared)
        best.append(max((worth, index), best[-1], key=lambda choice: choice[0]))
    return list(reversed(list(_taken(pairs, best))))


def _share(pair: tuple[Entity, Entity], other: tuple[Entity, Entity]) -> bool:
    return pair[0] is other[0] or pair[1] is other[1]


def _overlapping(
    gold: Sequence[Entity], predicted: Sequence[Entity]
) -> list[tuple[Entity, Entity]]:
    """Pairs that share characters, in order."""
    pairs, first = [], 0
    for wanted in gold:
        while first < len(predicted) and predicted[first].end <= wanted.start:
            first += 1
        index = first
        while index < len(predicted) and predicted[index].start < wanted.end:
            pairs.append((wanted, predicted[index]))
            index += 1
    return pairs


def _taken(
    pairs: Sequence[tuple[Entity, Entity]], best: Sequence[tuple[tuple[int, int, int], int]]
) -> Iterator[tuple[Entity, Entity]]:
    """The pairs of the best choice, the last first."""
    index = best[-1][1]
    while index >= 0:
        wanted, found = pairs[index]
        yield wanted, found
        while index >= 0 and _share((wanted, found), pairs[index]):
            index -= 1
        index = best[index + 1][1]


def count_errors(errors: Sequence[Error]) -> dict[str, dict[str, int]]:
    """How many errors of each kind, by the label of the mention in question."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for error in errors:
        counts[error.entity.label][error.kind] += 1
    return {label: {kind: counts[label][kind] for kind in KINDS} for label in sorted(counts)}


#: How the SemEval-2013 scheme judges, and what nervaluate calls it: boundary and label must be
#: right; the boundary; some overlap, half a point if the boundary is wrong; the label, where
#: there is some overlap.
SCHEMES = {"strict": "strict", "exact": "exact", "partial": "partial", "type": "ent_type"}


def semeval(
    gold: Sequence[Document], predicted: Sequence[Document]
) -> dict[str, dict[str, dict[str, Any]]]:
    """The counts of the SemEval-2013 scheme, by nervaluate.

    For all labels together they are those of `find_errors`: in "strict", "exact" and "partial",
    "missed" and "spurious" are its missed and extra errors; "strict" counts the three other
    kinds as "incorrect", "exact" only those of the boundary, which are "partial" in "partial".

    Where several mentions overlap, "type" differs by definition: it takes found mentions in
    order of the text, each with the nearest partner of its label or else the first that is
    free, whatever it takes away from later ones. nervaluate also overlooks an overlap below a
    hundredth of the labelled mention. The counts of one label take no notice of the others:
    what has a wrong label is missed under the one and spurious under the other.

    Returns:
        For each label and "micro avg", for "strict", "exact", "partial" and "type": "correct",
        "incorrect", "partial", "missed", "spurious", "precision", "recall" and "f1-score".

    Raises:
        MissingExtraError: if geoner[train] is not installed.

    Source: Segura-Bedmar et al. (2013), "SemEval-2013 Task 9"; Batista (2018), "Named-Entity
    Evaluation Metrics Based on Entity-Level".
    """
    try:
        from nervaluate import Evaluator
    except ImportError as error:
        raise MissingExtraError("geoner.evaluate", "train") from error
    labels = labels_in(gold, predicted)
    results = Evaluator(
        *(list(map(_as_dicts, documents)) for documents in (gold, predicted)), labels, "dict"
    ).evaluate()
    rows = {label: results["entities"][label] for label in labels}
    rows[MICRO] = results["overall"]
    return {
        name: {scheme: _row(row[theirs]) for scheme, theirs in SCHEMES.items()}
        for name, row in rows.items()
        if row
    }


def _as_dicts(document: Document) -> list[dict[str, Any]]:
    # nervaluate counts the last character in
    return [{"label": e.label, "start": e.start, "end": e.end - 1} for e in document.entities]


def _row(result: Any) -> dict[str, Any]:
    return {
        **{
            name: int(getattr(result, name))
            for name in ("correct", "incorrect", "partial", "missed", "spurious")
        },
        "precision": float(result.precision),
        "recall": float(result.recall),
        "f1-score": float(result.f1),
    }


@dataclass(frozen=True, slots=True)
class Change:
    """An article in which two models did not find the same.

    Attributes:
        document: Which of the documents, counted from 0.
        gained: Mentions that only the first found and that are right.
        lost: Mentions that only the second found and that are right.
        new_errors: Mentions that only the first found and that are wrong.
        old_errors: Mentions that only the second found and that are wrong.
    """

    document: int
    gained: tuple[Entity, ...]
    lost: tuple[Entity, ...]
    new_errors: tuple[Entity, ...]
    old_errors: tuple[Entity, ...]

    @property
    def balance(self) -> int:
        """By how much the first is better."""
        return len(self.gained) + len(self.old_errors) - len(self.lost) - len(self.new_errors)


def changes(
    gold: Sequence[Document], first: Sequence[Document], second: Sequence[Document]
) -> list[Change]:
    """Every article in which two models did not find the same, in order of the articles."""
    found = []
    for number, (wanted, left, right) in enumerate(zip(gold, first, second, strict=True)):
        if spans(left) == spans(right):
            continue
        gained, new_errors = _only(left, right, wanted)
        lost, old_errors = _only(right, left, wanted)
        found.append(Change(number, gained, lost, new_errors, old_errors))
    return found


def _only(
    here: Document, there: Document, gold: Document
) -> tuple[tuple[Entity, ...], tuple[Entity, ...]]:
    """The mentions found here and not there: those that are right, those that are wrong."""
    known, wanted = spans(there), spans(gold)
    right: list[Entity] = []
    wrong: list[Entity] = []
    for entity in here.entities:
        span = (entity.start, entity.end, entity.label)
        if span not in known:
            (right if span in wanted else wrong).append(entity)
    return tuple(right), tuple(wrong)

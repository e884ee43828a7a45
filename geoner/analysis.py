"""What lies behind the figures of a report: how sure they are, which errors, whether the scores
mean what they say, and whether one model is really better than another."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geoner.document import Document, Entity
from geoner.errors import GeonerError

MICRO = "micro avg"

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


def find_errors(gold: Sequence[Document], predicted: Sequence[Document]) -> list[Error]:
    """Every error in order of the text.

    A wrong mention that was found is held against the labelled one it shares most characters
    with; labelled ones that no found mention overlaps are missed.

    Source: Segura-Bedmar et al. (2013), "SemEval-2013 Task 9".
    """
    errors = []
    for number, (left, right) in enumerate(zip(gold, predicted, strict=True)):
        errors += sorted(_errors(number, left, right), key=lambda error: error.entity.start)
    return errors


def _errors(number: int, gold: Document, predicted: Document) -> Iterator[Error]:
    touched: set[Entity] = set()
    for found in predicted.entities:
        overlapping = [e for e in gold.entities if e.start < found.end and found.start < e.end]
        touched.update(overlapping)
        if not overlapping:
            yield Error(EXTRA, number, None, found)
            continue
        best = max(overlapping, key=lambda e: min(e.end, found.end) - max(e.start, found.start))
        same_place = (best.start, best.end) == (found.start, found.end)
        if best.label == found.label:
            if not same_place:
                yield Error(BOUNDARY, number, best, found)
        else:
            yield Error(TYPE if same_place else BOTH, number, best, found)
    for entity in gold.entities:
        if entity not in touched:
            yield Error(MISSED, number, entity, None)


def count_errors(errors: Sequence[Error]) -> dict[str, dict[str, int]]:
    """How many errors of each kind, by the label of the mention in question."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for error in errors:
        counts[error.entity.label][error.kind] += 1
    return {label: {kind: counts[label][kind] for kind in KINDS} for label in sorted(counts)}


Counts = npt.NDArray[np.int64]


def _counts(
    gold: Sequence[Document], predicted: Sequence[Document], labels: Sequence[str]
) -> Counts:
    """Spans right, found and labelled, shape (documents, labels, 3)."""
    counts = np.zeros((len(gold), len(labels), 3), dtype=np.int64)
    column = {label: index for index, label in enumerate(labels)}
    for row, (left, right) in enumerate(zip(gold, predicted, strict=True)):
        wanted = {(e.start, e.end, e.label) for e in left.entities}
        found = {(e.start, e.end, e.label) for e in right.entities}
        for which, spans in enumerate((wanted & found, found, wanted)):
            for _, _, label in spans:
                counts[row, column[label], which] += 1
    return counts


def _f1(counts: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """F1 of counts of spans right, found and labelled in the last dimension; 0 for none."""
    right, found, wanted = np.moveaxis(counts, -1, 0)
    return np.asarray(2 * right / np.maximum(found + wanted, 1), dtype=np.float64)


def _resampled(counts: Counts, samples: int, seed: int) -> npt.NDArray[np.int64]:
    """Sums over articles drawn with replacement, shape (samples, ...)."""
    number = len(counts)
    draws = np.random.default_rng(seed).multinomial(number, [1 / number] * number, size=samples)
    return np.asarray(np.tensordot(draws, counts, axes=1), dtype=np.int64)


def _labels(*documents: Sequence[Document]) -> list[str]:
    return sorted({e.label for some in documents for document in some for e in document.entities})


def intervals(
    gold: Sequence[Document], predicted: Sequence[Document], samples: int = 1000, seed: int = 13
) -> dict[str, tuple[float, float]]:
    """Bootstrap intervals of F1 over articles, for each label and "micro avg".

    Args:
        gold: What is labelled.
        predicted: What was found in the same texts.
        samples: How often articles are drawn, with replacement.
        seed: Of the draws.

    Returns:
        The 2.5th and the 97.5th percentile of F1, 0 to 1.

    Raises:
        GeonerError: if there are no articles.

    Source: Efron (1979), "Bootstrap Methods: Another Look at the Jackknife".
    """
    if not gold:
        raise GeonerError("nothing to evaluate on: there are no articles")
    labels = _labels(gold, predicted)
    sums = _resampled(_counts(gold, predicted, labels), samples, seed)
    figures = np.column_stack([_f1(sums), _f1(sums.sum(axis=1))])
    low, high = np.percentile(figures, [2.5, 97.5], axis=0)
    return {name: (float(low[i]), float(high[i])) for i, name in enumerate([*labels, MICRO])}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A model against another on the same articles.

    Attributes:
        difference: Micro-F1 of the first less that of the second, -1 to 1.
        interval: Its 95% bootstrap interval.
        p_value: How often, were the two equal, chance alone would bring a difference as large.
    """

    difference: float
    interval: tuple[float, float]
    p_value: float

    @property
    def is_real(self) -> bool:
        """Whether the difference is significant at 5%."""
        return self.p_value < 0.05


def compare(
    gold: Sequence[Document],
    first: Sequence[Document],
    second: Sequence[Document],
    samples: int = 10_000,
    seed: int = 13,
) -> Comparison:
    """A paired bootstrap over articles of the difference in micro-F1.

    Args:
        gold: What is labelled.
        first: What one model found in the same texts.
        second: What the other found.
        samples: How often articles are drawn, with replacement.
        seed: Of the draws.

    Raises:
        GeonerError: if there are no articles.

    Source: Berg-Kirkpatrick, Burkett and Klein (2012), "An Empirical Investigation of
    Statistical Significance in NLP".
    """
    if not gold:
        raise GeonerError("nothing to evaluate on: there are no articles")
    labels = _labels(gold, first, second)
    counts = np.stack(
        [_counts(gold, found, labels).sum(axis=1) for found in (first, second)], axis=1
    )
    seen = _f1(counts.sum(axis=0))
    difference = float(seen[0] - seen[1])
    figures = _f1(_resampled(counts, samples, seed))
    differences = figures[:, 0] - figures[:, 1]
    low, high = np.percentile(differences, [2.5, 97.5])
    # the draws centre on what was seen; those as far from it as it is from none are chance
    chance = np.abs(differences - difference) >= abs(difference)
    return Comparison(difference, (float(low), float(high)), float(chance.mean()))


@dataclass(frozen=True, slots=True)
class Bin:
    """Found mentions of about the same score.

    Attributes:
        low: The least score that belongs here.
        high: The score from which the next bin begins; 1 belongs to the last.
        count: How many mentions.
        score: Their mean score.
        precision: The part of them that is right.
    """

    low: float
    high: float
    count: int
    score: float
    precision: float


def reliability(
    gold: Sequence[Document], predicted: Sequence[Document], bins: int = 10
) -> tuple[list[Bin], float]:
    """Whether mentions of score 0.8 are right eight times in ten.

    Returns:
        The bins that hold mentions, and the expected calibration error, 0 to 1: the mean
        distance of score and precision, weighted by mentions.

    Source: Guo et al. (2017), "On Calibration of Modern Neural Networks".
    """
    scores, right = [], []
    for left, found in zip(gold, predicted, strict=True):
        wanted = {(e.start, e.end, e.label) for e in left.entities}
        for entity in found.entities:
            scores.append(entity.score)
            right.append((entity.start, entity.end, entity.label) in wanted)
    where = np.minimum((np.array(scores) * bins).astype(int), bins - 1)
    rows = []
    for index in np.unique(where):
        inside = where == index
        rows.append(
            Bin(
                index / bins,
                (index + 1) / bins,
                int(inside.sum()),
                float(np.array(scores)[inside].mean()),
                float(np.array(right)[inside].mean()),
            )
        )
    error = sum(row.count * abs(row.score - row.precision) for row in rows) / max(len(scores), 1)
    return rows, error

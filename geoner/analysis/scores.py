"""Whether the scores mean what they say, and what leaving out low ones brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoner.analysis.spans import spans
from geoner.document import Document


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
    return reliability_of(*judged_scores(gold, predicted), bins)


def reliability_of(
    scores: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], bins: int = 10
) -> tuple[list[Bin], float]:
    """`reliability` of scores that are at hand, and of whether what has them is right."""
    # the very borders that the bins are given, since score * bins rounds another way
    borders = np.arange(bins + 1) / bins
    where = np.searchsorted(borders[1:-1], scores, side="right")
    rows = []
    for index in np.unique(where):
        inside = where == index
        rows.append(
            Bin(
                float(borders[index]),
                float(borders[index + 1]),
                int(inside.sum()),
                float(scores[inside].mean()),
                float(right[inside].mean()),
            )
        )
    error = sum(row.count * abs(row.score - row.precision) for row in rows) / max(len(scores), 1)
    return rows, error


@dataclass(frozen=True, slots=True)
class Point:
    """The figures of a report, were mentions below a score left out.

    Attributes:
        min_score: The score.
        precision: Micro precision, 0 to 1; None where nothing is left.
        recall: Micro recall, 0 to 1.
        f1: Micro-F1, 0 to 1.
    """

    min_score: float
    precision: float | None
    recall: float
    f1: float


def by_min_score(
    gold: Sequence[Document], predicted: Sequence[Document], steps: int = 100
) -> list[Point]:
    """What ``geoner extract --min-score`` does to the figures, from 0 to 1 in equal steps."""
    scores, right = judged_scores(gold, predicted)
    wanted = sum(len(document.entities) for document in gold)
    points = []
    for min_score in (np.arange(steps + 1) / steps).tolist():
        kept = scores >= min_score
        found, correct = int(kept.sum()), int(right[kept].sum())
        points.append(
            Point(
                min_score,
                correct / found if found else None,
                correct / max(wanted, 1),
                2 * correct / max(found + wanted, 1),
            )
        )
    return points


def judged_scores(
    gold: Sequence[Document], predicted: Sequence[Document]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """The score of each found mention, and whether it is right; shape (mentions,)."""
    scores, right = [], []
    for left, found in zip(gold, predicted, strict=True):
        wanted = spans(left)
        for entity in found.entities:
            scores.append(entity.score)
            right.append((entity.start, entity.end, entity.label) in wanted)
    return np.array(scores, dtype=np.float64), np.array(right, dtype=np.bool_)

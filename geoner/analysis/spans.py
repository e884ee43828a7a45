"""Spans as sets, and figures as counts of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from geoner.document import Document

#: The row of a report that takes all labels together.
MICRO = "micro avg"

#: Start, end and label of a mention.
Span = tuple[int, int, str]

Counts = npt.NDArray[np.int64]


def spans(document: Document) -> set[Span]:
    """The mentions of a document without their scores."""
    return {(entity.start, entity.end, entity.label) for entity in document.entities}


def labels_in(*documents: Sequence[Document]) -> list[str]:
    """The labels that occur, sorted."""
    return sorted({e.label for some in documents for document in some for e in document.entities})


def count_spans(
    gold: Sequence[Document], predicted: Sequence[Document], labels: Sequence[str]
) -> Counts:
    """Spans right, found and labelled, shape (documents, labels, 3)."""
    counts = np.zeros((len(gold), len(labels), 3), dtype=np.int64)
    column = {label: index for index, label in enumerate(labels)}
    for row, (left, right) in enumerate(zip(gold, predicted, strict=True)):
        wanted, found = spans(left), spans(right)
        for which, some in enumerate((wanted & found, found, wanted)):
            for _, _, label in some:
                counts[row, column[label], which] += 1
    return counts


def f1_of(counts: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """F1 of counts of spans right, found and labelled in the last dimension.

    Where nothing is found and nothing labelled there is no F1: NaN.
    """
    right, found, wanted = np.moveaxis(counts, -1, 0)
    some = found + wanted
    return np.where(some == 0, np.nan, 2 * right / np.maximum(some, 1))

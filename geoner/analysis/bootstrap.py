"""How sure a figure is, and whether a difference is real: articles drawn again and again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geoner.analysis.spans import MICRO, Counts, count_spans, f1_of, labels_in
from geoner.document import Document
from geoner.errors import GeonerError

#: Draws held in memory at once, as numbers of articles.
_BLOCK = 1 << 22


def _sums(counts: Counts, samples: int, seed: int) -> npt.NDArray[np.float64]:
    """Sums over articles drawn with replacement, shape (samples, ...)."""
    number = len(counts)
    random = np.random.default_rng(seed)
    parts = [
        # whole numbers, exact as floats, which are multiplied much faster
        np.tensordot(
            random.multinomial(number, [1 / number] * number, size=size).astype(np.float64),
            counts.astype(np.float64),
            axes=1,
        )
        for size in _blocks(samples, number)
    ]
    return np.concatenate(parts)


def _blocks(samples: int, number: int) -> Iterator[int]:
    """Sizes of blocks of samples over a number of articles."""
    most = max(1, _BLOCK // number)
    for start in range(0, samples, most):
        yield min(most, samples - start)


def intervals(
    gold: Sequence[Document], predicted: Sequence[Document], samples: int = 1000, seed: int = 13
) -> dict[str, tuple[float, float]]:
    """Bootstrap intervals of F1 over articles, for each label and "micro avg".

    Draws in which a label neither is labelled nor found say nothing of it and are left out. One
    article does not tell how articles differ: a label that only one holds has no interval.
    Of a handful of articles the interval is too narrow, as bootstrap intervals are.

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
    labels = labels_in(gold, predicted)
    counts = count_spans(gold, predicted, labels)
    counts = np.concatenate([counts, counts.sum(axis=1, keepdims=True)], axis=1)
    told = counts.any(axis=2).sum(axis=0) > 1
    if not told.any():
        return {}
    figures = f1_of(_sums(counts[:, told], samples, seed))
    low, high = np.nanpercentile(figures, [2.5, 97.5], axis=0).tolist()
    names = [name for name, by_several in zip([*labels, MICRO], told, strict=True) if by_several]
    return {name: (low[index], high[index]) for index, name in enumerate(names)}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A model against another on the same articles.

    Attributes:
        difference: Micro-F1 of the first less that of the second, -1 to 1.
        interval: Its 95% paired bootstrap interval.
        p_value: How often, were the two equal, chance alone would bring a difference as large;
            by the paired bootstrap.
        randomisation_p_value: The same, by swapping what the two found, article by article.
    """

    difference: float
    interval: tuple[float, float]
    p_value: float
    randomisation_p_value: float

    @property
    def is_real(self) -> bool:
        """Whether the difference is significant at 5%, by the one and by the other."""
        return max(self.p_value, self.randomisation_p_value) < 0.05


def compare(
    gold: Sequence[Document],
    first: Sequence[Document],
    second: Sequence[Document],
    samples: int = 10_000,
    seed: int = 13,
) -> Comparison:
    """The difference in micro-F1, by a paired bootstrap over articles.

    Of few articles the bootstrap sees too little variation and calls too many differences real;
    so a second test must agree, which has no such fault: approximate randomisation. With fewer
    than six articles it finds nothing significant, and nothing is.

    Args:
        gold: What is labelled.
        first: What one model found in the same texts.
        second: What the other found.
        samples: How often articles are drawn, with replacement, and how often swapped.
        seed: Of the draws.

    Raises:
        GeonerError: if there are no articles.

    Source: Berg-Kirkpatrick, Burkett and Klein (2012), "An Empirical Investigation of
    Statistical Significance in NLP"; Yeh (2000), "More accurate tests for the statistical
    significance of result differences"; Phipson and Smyth (2010), "Permutation P-values Should
    Never Be Zero".
    """
    if not gold:
        raise GeonerError("nothing to evaluate on: there are no articles")
    labels = labels_in(gold, first, second)
    counts = np.stack(
        [count_spans(gold, found, labels).sum(axis=1) for found in (first, second)], axis=1
    )
    difference = float(_difference(counts.sum(axis=0)))
    drawn = _difference(_sums(counts, samples, seed))
    low, high = np.percentile(drawn, [2.5, 97.5])
    # the draws centre on what was seen; those as far from it as it is from none are chance
    return Comparison(
        difference,
        (float(low), float(high)),
        _p_value(drawn - difference, difference),
        _p_value(_swapped(counts, samples, seed), difference),
    )


def _difference(counts: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """F1 of the first less that of the second, of counts of shape (..., 2, 3)."""
    figures = np.nan_to_num(f1_of(counts))
    return np.asarray(figures[..., 0] - figures[..., 1])


def _swapped(counts: Counts, samples: int, seed: int) -> npt.NDArray[np.float64]:
    """Differences of two models after what they found is swapped in articles drawn by a coin;
    shape (samples,)."""
    random = np.random.default_rng(seed)
    total, gap = counts.sum(axis=0), (counts[:, ::-1] - counts).astype(np.float64)
    return np.concatenate(
        [
            _difference(
                total
                + np.tensordot(
                    random.integers(0, 2, (size, len(counts))).astype(np.float64), gap, axes=1
                )
            )
            for size in _blocks(samples, len(counts))
        ]
    )


def _p_value(chance: npt.NDArray[np.float64], seen: float) -> float:
    """The part of differences by chance that are as large as the one seen, itself one of them."""
    as_large = np.abs(chance) >= abs(seen) - 1e-12  # equal but for rounding
    return float((as_large.sum() + 1) / (len(chance) + 1))


def breakdown(
    gold: Sequence[Document], predicted: Sequence[Document], values: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Micro figures apart for the articles of each value.

    Args:
        gold: What is labelled.
        predicted: What was found in the same texts.
        values: Of each article, such as its style.

    Returns:
        By value, the one with most mentions first: "precision", "recall", "f1-score",
        "support", "articles", and "interval" of F1, None where only one article tells.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for index, value in enumerate(values):
        places[value].append(index)
    rows = {}
    for value, here in places.items():
        some, found = [gold[index] for index in here], [predicted[index] for index in here]
        counts = count_spans(some, found, labels_in(some, found)).sum(axis=(0, 1))
        correct, all_found, wanted = counts.tolist()
        rows[value] = {
            "precision": correct / max(all_found, 1),
            "recall": correct / max(wanted, 1),
            "f1-score": 2 * correct / max(all_found + wanted, 1),
            "support": wanted,
            "articles": len(here),
            "interval": intervals(some, found).get(MICRO),
        }
    return dict(sorted(rows.items(), key=lambda item: (-item[1]["support"], item[0])))

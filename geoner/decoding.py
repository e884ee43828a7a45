"""Tag scores to spans: the best valid IOB2 path, its spans, and their probabilities."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from geoner.schema import iob2_tags, labels_of

FloatArray = npt.NDArray[np.float32]


def log_softmax(logits: FloatArray) -> FloatArray:
    """Log-probabilities over the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    result: FloatArray = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


class Iob2Decoder:
    """Finds the most probable valid tag path of a text, and the spans on it.

    A path is valid when each "I-x" follows a "B-x" or "I-x". The search is Viterbi's (1967)
    over the tag log-probabilities with no other transition scores.

    Args:
        tags: The model's tags, in the order of its logits.

    Raises:
        ModelError: if the tags are not an IOB2 set.
    """

    def __init__(self, tags: Sequence[str]) -> None:
        self.labels = labels_of(tags)
        # columns put in the order O, B-1, I-1, B-2, I-2, ...
        self._columns = [list(tags).index(tag) for tag in iob2_tags(self.labels)]

    def log_probabilities(self, logits: FloatArray) -> FloatArray:
        """Log-probabilities ``(words, tags)`` in the decoder's order: O, B-1, I-1, B-2, ..."""
        return log_softmax(logits[:, self._columns])

    def best_path(self, scores: FloatArray) -> npt.NDArray[np.int64]:
        """The valid path with the highest sum of scores.

        Args:
            scores: Shape ``(words, tags)``, in the order of `log_probabilities`.

        Returns:
            Tag of each word, shape ``(words,)``: 0 is "O", 2k + 1 and 2k + 2 are "B-" and
            "I-" of label k.
        """
        greedy: npt.NDArray[np.int64] = scores.argmax(axis=1)
        # the best tag of each word alone, where that is valid, is the best path
        inside = (greedy > 0) & (greedy % 2 == 0)
        before = np.concatenate([[0], greedy[:-1]])
        if not (inside & (before != greedy) & (before != greedy - 1)).any():
            return greedy
        return self._viterbi(scores)

    def _viterbi(self, scores: FloatArray) -> npt.NDArray[np.int64]:
        _words, tags = scores.shape
        begins, insides = range(1, tags, 2), range(2, tags, 2)
        back: list[list[int]] = []
        best = scores[0].tolist()
        for tag in insides:
            best[tag] = -np.inf
        for row in scores[1:].tolist():
            top = max(range(tags), key=best.__getitem__)
            pointers = [top] * tags
            reached = [best[top]] * tags
            for begin, inside in zip(begins, insides, strict=True):
                pointers[inside] = begin if best[begin] >= best[inside] else inside
                reached[inside] = best[pointers[inside]]
            best = [score + previous for score, previous in zip(row, reached, strict=True)]
            back.append(pointers)
        path = [max(range(tags), key=best.__getitem__)]
        for pointers in reversed(back):
            path.append(pointers[path[-1]])
        return np.asarray(path[::-1], dtype=np.int64)

    def spans(self, scores: FloatArray) -> list[tuple[int, int, str, float]]:
        """Spans on the best path.

        Args:
            scores: Log-probabilities ``(words, tags)`` from `log_probabilities`.

        Returns:
            ``(first word, after the last word, label, probability)`` in order. The
            probability is that of what is least certain: one of the span's tags, or that the
            word after it does not go on with it.
        """
        if not len(scores):
            return []
        path = self.best_path(scores)
        (begins,) = np.nonzero(path % 2 == 1)
        result = []
        for begin in begins.tolist():
            stop = begin + 1
            while stop < len(path) and path[stop] == path[begin] + 1:
                stop += 1
            lowest = scores[np.arange(begin, stop), path[begin:stop]].min()
            if stop < len(path):
                others = np.delete(scores[stop], path[begin] + 1)
                lowest = min(lowest, np.logaddexp.reduce(others))
            # a sum of probabilities may round to more than 1
            probability = float(np.exp(min(lowest, 0.0)))
            result.append((begin, stop, self.labels[path[begin] // 2], probability))
        return result


_SEPARATORS = frozenset(
    " \t\r\n\v\f\u00a0\u202f,;:!?.\u2026\"'`*_#|/\\=~^<>\u2022\u00b7-\u00b4\u00ab\u00bb\u2039\u203a"
    "+@\uff0b\uff0d\uff1d\uff20"  # with = and -: what begins a formula in a spreadsheet
    + "".join(map(chr, range(0x2010, 0x2020)))  # dashes and curly quotes
)
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_CLOSING = {close: opening for opening, close in _BRACKETS.items()}
_ARTICLE = re.compile(r"(?:[Tt]he|THE|an?|An)(?:\s+|\Z)")
_ABBREVIATION = re.compile(r"(?:\b\w|\b[JS]r)\.")


_MANY = re.compile(r"multi(?:-|\s)?[mbt]r?illion", re.IGNORECASE)


def trim(text: str, start: int, end: int, *, amount: bool = False) -> tuple[int, int] | None:
    """A span without what the labelling rules leave out at its ends.

    A leading article and a trailing possessive go; so do white space, quotes, separators,
    brackets without their partner or around the whole, and a full stop that ends no
    abbreviation.

    Args:
        amount: Whether "a" may be a number, as in "a million dollars", and then stays.

    Returns:
        The new offsets, or ``None`` if no letter or digit is left, or no amount is named.
    """
    while start < end:
        first, last = text[start], text[end - 1]
        abbreviated = last == "." and _ABBREVIATION.search(text, max(start, end - 3), end)
        if first in _SEPARATORS or first in _CLOSING or _opens_nothing(text, start, end):
            start += 1
        elif (article := _ARTICLE.match(text, start, end)) and not (
            amount and first in "aA" and text[article.end() : end][:1].isalpha()
        ):
            start = article.end()
        elif abbreviated:
            break
        elif last in _SEPARATORS or last in _BRACKETS or _closes_nothing(text, start, end):
            end -= 1
        elif text[end - 2 : end] in ("'s", "'S", "\u2019s", "\u2019S"):
            end -= 2
        else:
            break
    if amount and _MANY.match(text, start, end):
        return None  # "multimillion-dollar" says no number
    return (start, end) if any(map(str.isalnum, text[start:end])) else None


def _opens_nothing(text: str, start: int, end: int) -> bool:
    """Whether a span begins with a bracket that closes at its end or not at all."""
    close = _BRACKETS.get(text[start])
    return close is not None and text.find(close, start, end - 1) < 0


def _closes_nothing(text: str, start: int, end: int) -> bool:
    """Whether a span ends with a bracket that opens nowhere in it."""
    opening = _CLOSING.get(text[end - 1])
    return opening is not None and text.find(opening, start, end) < 0

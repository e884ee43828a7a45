"""Text changed in places, and the spans of its mentions moved along."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of text to be replaced.

    Attributes:
        start: Offset of its first character.
        end: Offset after its last character; equal to `start`, nothing is taken away.
        text: What comes instead.
    """

    start: int
    end: int
    text: str


def apply_edits(text: str, spans: Iterable[Span], edits: Iterable[Edit]) -> tuple[str, list[Span]]:
    """A text and spans in it after edits.

    A span keeps what an edit inside it leaves or brings. What is inserted right before a span or
    right after it stays outside. Insertions at one offset keep their order.

    Args:
        text: The text.
        spans: ``(start, end, label)`` in it, none of them empty.
        edits: In any order.

    Returns:
        The new text, and the spans in the order given. One whose text was deleted whole is empty.

    Raises:
        ValueError: if edits overlap, or one reaches across the start or the end of a span.
    """
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
    for left, right in pairwise(ordered):
        if right.start < left.end:
            raise ValueError(f"{left} and {right} overlap")
    starts = [edit.start for edit in ordered]
    ends = [edit.end for edit in ordered]
    growth = [0, *accumulate(len(edit.text) - (edit.end - edit.start) for edit in ordered)]

    def start_moved(offset: int) -> int:
        return offset + growth[bisect_right(ends, offset)]

    def end_moved(offset: int) -> int:
        return offset + growth[bisect_left(starts, offset)]

    spans = list(spans)
    for span in spans:
        for offset in span[:2]:
            before = bisect_left(starts, offset) - 1
            if before >= 0 and ends[before] > offset:
                raise ValueError(f"{ordered[before]} reaches across an end of {span}")
    moved = [(start_moved(start), end_moved(end), label) for start, end, label in spans]
    return "".join(_pieces(text, ordered)), moved


def _pieces(text: str, ordered: Sequence[Edit]) -> Iterable[str]:
    position = 0
    for edit in ordered:
        yield text[position : edit.start]
        yield edit.text
        position = edit.end
    yield text[position:]

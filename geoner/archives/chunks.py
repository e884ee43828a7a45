"""Streams cut into pieces of bounded size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def chunked(
    items: Iterable[T], size_of: Callable[[T], int], most: int, most_size: int
) -> Iterator[list[T]]:
    """Runs of items, in order. Where they are cut depends only on the items since the last cut.

    Args:
        items: Taken as they are needed.
        size_of: The size of an item.
        most: The most items of a run.
        most_size: A run ends with the item that brings it to this size.
    """
    chunk: list[T] = []
    size = 0
    for item in items:
        chunk.append(item)
        size += size_of(item)
        if len(chunk) == most or size >= most_size:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk

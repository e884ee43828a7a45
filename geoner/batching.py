"""Which windows the model is given together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from geoner.tokenization import TokenizedText, Window

#: A window, by the index of its text.
Place = tuple[int, Window]


@dataclass(frozen=True, slots=True)
class Batching:
    """How a model likes its windows.

    Attributes:
        tokens: Tokens of text, padding included, that it is given at once.
        padded: Whether windows of different lengths may share a batch, padded to the longest.
    """

    tokens: int = 4096
    padded: bool = True

    def batches(self, groups: Iterable[list[Place]]) -> Iterator[Sequence[list[Place]]]:
        """Groups of windows of the same tokens, taken together by length.

        Args:
            groups: Windows that the model need read once, as `alike` gives them.

        Yields:
            Groups whose first windows are to share a batch, in order of their length.
        """
        batch: list[list[Place]] = []
        shortest = 0
        for length, group in sorted(((_length(group), group) for group in groups), key=_first):
            too_many = (len(batch) + 1) * length > self.tokens
            if batch and (too_many or (length != shortest and not self.padded)):
                yield batch
                batch = []
            if not batch:
                shortest = length
            batch.append(group)
        if batch:
            yield batch


def alike(texts: Sequence[tuple[TokenizedText, Sequence[Window]]]) -> list[list[Place]]:
    """The windows of some texts, those of the same tokens in one group: texts repeat, and some
    do nothing else."""
    groups: dict[tuple[bytes, bytes], list[Place]] = defaultdict(list)
    for index, (tokens, windows) in enumerate(texts):
        for window in windows:
            seen = slice(window.start, window.stop)
            key = tokens.ids[seen].tobytes(), tokens.shapes[seen].tobytes()
            groups[key].append((index, window))
    return list(groups.values())


def _length(group: Sequence[Place]) -> int:
    window = group[0][1]
    return window.stop - window.start


def _first(pair: tuple[int, object]) -> int:
    return pair[0]

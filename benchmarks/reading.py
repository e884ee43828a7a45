"""How the benchmarks read their texts, which are many and short."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from geoner import Document, Extractor

#: Texts taken together: many short ones are padded less.
_BATCH = 256


def read(extractor: Extractor, texts: Iterable[str]) -> Iterator[Document]:
    """What an extractor finds in each text, in order."""
    return extractor.extract_many(texts, batch_size=_BATCH)

"""Records to rows: in this process, or in several at once, in order."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from geoner.archives.chunks import chunked
from geoner.archives.record import BadRecord, Item, Record, place_of
from geoner.cpus import usable_cpus
from geoner.document import Document
from geoner.errors import GeonerError
from geoner.escapes import json_text
from geoner.extractor import Extractor

if TYPE_CHECKING:
    from concurrent.futures import Future

#: Records, and characters of them, that are read together. Scores may depend in their last digits
#: on what is read together, so that this is always cut alike.
_CHUNK_RECORDS, _CHUNK_CHARACTERS = 64, 256_000

#: Chunks in flight for each worker: one at work, one to come, one that waits for its turn.
_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Extraction:
    """What is extracted, and with what.

    Attributes:
        model, backend, device: As for `Extractor.from_pretrained`.
        labels: Only these labels; ``None``: all.
        min_score: As for `Extractor.from_pretrained`.
        threads: CPUs that each process keeps busy; ``None``: its part of those there are.
    """

    model: str | None = None
    backend: str = "auto"
    device: str = "auto"
    labels: tuple[str, ...] | None = None
    min_score: float | None = None
    threads: int | None = None

    def load(self) -> Extractor:
        """The extractor.

        Raises:
            GeonerError: if it cannot be loaded, or has not all the labels.
        """
        extractor = Extractor.from_pretrained(
            self.model,
            backend=self.backend,
            device=self.device,
            threads=self.threads,
            min_score=self.min_score,
        )
        extractor.check_labels(self.labels or ())
        return extractor

    def documents(
        self, extractor: Extractor, parts: Iterable[Sequence[Record]]
    ) -> Iterator[Iterator[Document]]:
        """What is wanted of each record, in parts, which must be read one after the other."""
        texts = ([record.text for record in records] for records in parts)
        for documents in extractor.extract_parts(texts):
            yield (document.filter(self.labels) for document in documents)


#: A run of records, and the rows of those that are not bad.
Extracted: TypeAlias = tuple[Sequence[Item], Sequence[bytes]]


def extract_rows(
    items: Iterable[Item], extraction: Extraction, workers: int = 1
) -> Iterator[Extracted]:
    """Extracts from records, some at a time and in order.

    Args:
        items: Read as they are needed: with several workers, some runs ahead.
        extraction: What is extracted.
        workers: In how many processes; 1: in this one. Each loads the model once.

    Returns:
        Runs of items, cut alike however many the workers and wherever `items` begins after such
        a run, each with a line of JSON (`row`) for every record in it that is not bad.

    Raises:
        GeonerError: if the model cannot be loaded or run, or a worker dies.
    """
    chunks = chunked(items, _size, _CHUNK_RECORDS, _CHUNK_CHARACTERS)
    if workers > 1:
        return _in_workers(chunks, extraction, workers)
    return _in_process(chunks, extraction)


def extract_documents(
    items: Iterable[Item], extraction: Extraction
) -> Iterator[tuple[Record, Document] | BadRecord]:
    """As `extract_rows`, one by one, as documents.

    Raises:
        GeonerError: if the model cannot be loaded or run.
    """
    chunks = chunked(items, _size, _CHUNK_RECORDS, _CHUNK_CHARACTERS)
    for chunk, documents in _with_documents(chunks, extraction):
        for found, _ in chunk:
            yield found if isinstance(found, BadRecord) else (found, next(documents))


def _size(item: Item) -> int:
    return len(item[0].text) if isinstance(item[0], Record) else 0


def _in_process(chunks: Iterator[list[Item]], extraction: Extraction) -> Iterator[Extracted]:
    for chunk, documents in _with_documents(chunks, extraction):
        yield chunk, _rows(_records(chunk), documents)


def _with_documents(
    chunks: Iterator[list[Item]], extraction: Extraction
) -> Iterator[tuple[list[Item], Iterator[Document]]]:
    """Chunks with what is wanted of their records, while the next one is computed."""
    taken: deque[list[Item]] = deque()

    def parts() -> Iterator[list[Record]]:
        for chunk in chunks:
            taken.append(chunk)
            yield _records(chunk)

    for documents in extraction.documents(extraction.load(), parts()):
        yield taken.popleft(), documents


def _in_workers(
    chunks: Iterator[list[Item]], extraction: Extraction, workers: int
) -> Iterator[Extracted]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    if extraction.threads is None:
        extraction = replace(extraction, threads=max(1, usable_cpus() // workers))
    # spawned, not forked: a model that was used before has threads, which do not come along
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, _begin, (extraction,))
    running: deque[tuple[list[Item], Future[list[bytes]]]] = deque()
    try:
        for chunk in chunks:
            running.append((chunk, pool.submit(_work, _records(chunk))))
            if len(running) == workers * _AHEAD:
                yield _first(running)
        while running:
            yield _first(running)
    except BrokenProcessPool as error:
        first, _ = (running[0][0] if running else chunk)[0]
        raise GeonerError(
            "a worker died, perhaps of too little memory: at one of the records from "
            f"{place_of(first)} on; try fewer workers"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _first(running: deque[tuple[list[Item], Future[list[bytes]]]]) -> Extracted:
    chunk, future = running[0]
    rows = future.result()
    running.popleft()
    return chunk, rows


def _records(chunk: Sequence[Item]) -> list[Record]:
    return [found for found, _ in chunk if isinstance(found, Record)]


def _rows(records: Sequence[Record], documents: Iterable[Document]) -> list[bytes]:
    pairs = zip(records, documents, strict=True)
    return [f"{json_text(row(record, document))}\n".encode() for record, document in pairs]


def row(record: Record, document: Document) -> dict[str, Any]:
    """The record's "file", "line" and "id", where it has them, and what `Document.to_dict`
    gives."""
    place = {"file": record.file, "line": record.line, "id": record.id}
    known = {name: value for name, value in place.items() if value is not None}
    return {**known, **document.to_dict()}


# in a worker

_extraction: Extraction


@cache
def _extractor() -> Extractor:
    """The extractor of a worker, loaded with its first records: an error then comes through."""
    return _extraction.load()


def _begin(extraction: Extraction) -> None:
    global _extraction
    _extraction = extraction
    # Ctrl-C reaches all processes of a terminal; the parent decides
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Ends a worker whose parent was killed; by itself it would wait for ever, as it holds both
    ends of its queue (https://github.com/python/cpython/issues/111873)."""
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(records: Sequence[Record]) -> list[bytes]:
    return _rows(records, next(_extraction.documents(_extractor(), [records])))

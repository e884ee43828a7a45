"""Many texts through the stages of extraction, while the model computes."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from geoner.errors import GeonerError

T = TypeVar("T")
Read = TypeVar("Read")
Scored = TypeVar("Scored")
Result = TypeVar("Result")

#: Characters of text after which a chunk is full: enough for full batches, little to hold.
CHUNK_CHARACTERS = 65_536


def chunks(texts: Iterator[str], most: int) -> Iterator[Sequence[str] | BaseException]:
    """Texts in chunks of at most `most`, fewer where they are long.

    Yields:
        Chunks, and last the error of the iterator, if it raises one: after the texts before it.
    """
    chunk: list[str] = []
    characters = 0
    try:
        for text in texts:
            if not isinstance(text, str):
                raise TypeError(f"text must be a str, not {type(text).__name__}")
            chunk.append(text)
            characters += len(text)
            if len(chunk) == most or characters >= CHUNK_CHARACTERS:
                yield chunk
                chunk, characters = [], 0
    except Exception as error:
        if chunk:
            yield chunk
        yield error
        return
    if chunk:
        yield chunk


def overlapped(
    parts: Iterator[T | BaseException],
    before: Callable[[T], Read],
    model: Callable[[Read, Callable[[], bool]], Scored],
    after: Callable[[T, Read, Scored], Result],
    ahead: int,
) -> Iterator[Result]:
    """Runs `model` on each part in a thread of its own, in order, while this one does the rest.

    `parts` is read, and `before` and `after` are called, in the thread that reads the results.

    Args:
        parts: What goes through; an error among them is raised when it is its turn.
        before: What is done before the model, and does not need it.
        model: Is given what `before` gave, and a function that tells whether its answer is no
            longer wanted: it may then give any, soon. Should let other threads run while it
            computes.
        after: What is done after it, with what `before` and `model` gave.
        ahead: Parts taken before the results of the one before them are there; 0: each is
            finished before the next is taken.

    Raises:
        GeonerError: in a process forked from the one that began, where the thread is not.
    """
    process = os.getpid()
    waiting: deque[tuple[T, Read, Future[Scored]]] = deque()

    def finished() -> Result:
        if os.getpid() != process:
            raise GeonerError(
                "texts half read cannot be read on in a forked process; begin anew there"
            )
        part, read, scored = waiting.popleft()
        return after(part, read, scored.result())

    pool = ThreadPoolExecutor(1, thread_name_prefix="geoner-model")
    given_up = threading.Event()
    try:
        for part in parts:
            if isinstance(part, BaseException):
                while waiting:
                    yield finished()
                raise part
            read = before(part)
            waiting.append((part, read, pool.submit(model, read, given_up.is_set)))
            if len(waiting) > ahead:
                yield finished()
        while waiting:
            yield finished()
    finally:
        given_up.set()
        pool.shutdown(cancel_futures=True)

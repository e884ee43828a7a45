"""JSON Lines: an object a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from geoner.archives.fields import MOST_BYTES, TOO_LONG, Fields, record
from geoner.archives.record import BadRecord, Record
from geoner.articles.article import Source
from geoner.articles.fields import loads
from geoner.errors import ArticleError


def read(content: IO[bytes], file: str, fields: Fields, done: int) -> Iterator[Record | BadRecord]:
    """The records after line `done`; blank lines are passed over."""
    number = 0
    while line := content.readline(MOST_BYTES + 1):
        number += 1
        too_long = len(line) > MOST_BYTES
        while too_long and line and not line.endswith(b"\n"):
            line = content.readline(MOST_BYTES)
        if number <= done:
            continue
        if too_long:
            yield BadRecord(file, number, f"a line {TOO_LONG}")
        elif line.strip():
            try:
                yield _parse(line, file, number, fields)
            except ArticleError as error:
                yield BadRecord(file, number, error.reason)


def _parse(line: bytes, file: str, number: int, fields: Fields) -> Record:
    try:
        text = line.rstrip(b"\r\n").decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise ArticleError(f"not UTF-8 text (byte {error.start} of the line)") from error
    data = loads(text, Source(file, number))
    if not isinstance(data, dict):
        raise ArticleError("not a JSON object")
    try:
        return record(file, number, data, fields)
    except RecursionError as error:  # in showing what is wrong
        raise ArticleError("nested too deeply") from error

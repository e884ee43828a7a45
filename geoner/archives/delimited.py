"""CSV with a header (RFC 4180), and the same with tabs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import IO

from geoner.archives.fields import MOST_BYTES, TOO_LONG, Fields, record, there_are
from geoner.archives.record import BadRecord, Record
from geoner.errors import ArticleError

#: What bytes that are no UTF-8 are read as.
_NOT_UTF8 = re.compile("[\udc80-\udcff]")


def read(
    content: IO[bytes], file: str, fields: Fields, done: int, delimiter: str
) -> Iterator[Record | BadRecord]:
    """The records that begin after line `done`.

    Raises:
        ArticleError: if the file cannot be read any further.
    """
    text = io.TextIOWrapper(content, "utf-8-sig", errors="surrogateescape", newline="")
    try:
        yield from _rows(text, file, fields, done, delimiter)
    finally:
        text.detach()  # or it would close what it reads


def _rows(
    text: io.TextIOWrapper, file: str, fields: Fields, done: int, delimiter: str
) -> Iterator[Record | BadRecord]:
    # of the whole process; only raised, never lowered
    csv.field_size_limit(max(csv.field_size_limit(), MOST_BYTES))
    rows = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    try:
        header = next(rows, None)
    except csv.Error as error:
        raise ArticleError(f"the header is not CSV ({error})") from error
    if header is None:
        raise ArticleError("empty: it has no header")
    if fields.text not in header:
        raise ArticleError(f"no column {fields.text!r}{there_are(header)}")
    while True:
        first = rows.line_num + 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            if first > done:
                reason = f"not CSV, lines {first} to {rows.line_num} ({error})"
                yield BadRecord(file, first, reason)
            continue
        if row is None:
            return
        if row and first > done:
            try:
                yield _parse(row, header, file, first, fields)
            except ArticleError as error:
                yield BadRecord(file, first, error.reason)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(MOST_BYTES):
        number += 1
        if len(line) == MOST_BYTES:
            raise ArticleError(f"line {number} is {TOO_LONG}: not read any further")
        yield line


def _parse(row: list[str], header: list[str], file: str, line: int, fields: Fields) -> Record:
    if len(row) != len(header):
        raise ArticleError(f"{len(row)} fields where the header has {len(header)}")
    data = dict(zip(header, row, strict=True))
    for name in (fields.text, fields.id):
        if _NOT_UTF8.search(data.get(name, "")):
            raise ArticleError(f"field {name!r} is not UTF-8 text")
    return record(file, line, data, fields)

"""The records of an archive, in order; what cannot be read comes as a bad record in its place.

What is in memory is one record, and of a Parquet file a batch of rows.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO

from geoner.archives import compression, delimited, jsonl, parquet
from geoner.archives.fields import MOST_BYTES, TOO_LONG, Fields
from geoner.archives.files import CSV, JSONL, PARQUET, ArchiveFile
from geoner.archives.record import START, STDIN, BadRecord, Item, Position, Record
from geoner.errors import ArticleError


def read_records(
    files: Iterable[ArchiveFile], fields: Fields, start: Position = START
) -> Iterator[Item]:
    """The records of files, each with the position after it.

    Args:
        files: In order.
        fields: Which fields of records are read.
        start: Passes over what is done by then.

    Raises:
        MissingExtraError: if a file needs a library that is not installed.
    """
    read = 0
    for index, file in enumerate(files):
        if index >= start.source:
            done = start.line if index == start.source else 0
            for found, read_of_file in _read(file, fields, done):
                whole = found.line is None  # or not read any further
                source, line = (index + 1, 0) if whole else (index, found.line or 0)
                yield found, Position(source, line, read + read_of_file)
        read += file.size or 0


def _read(file: ArchiveFile, fields: Fields, done: int) -> Iterator[tuple[Record | BadRecord, int]]:
    """The records of a file after line `done`, each with the bytes of the file read by then."""
    last = done
    try:
        if file.fault is not None:
            raise ArticleError(file.fault)
        with _open(file) as raw:
            for found, read in _found(file, raw, fields, done):
                last = found.line or last
                yield found, read
        return
    except ArticleError as error:
        reason = error.reason
    except OSError as error:
        reason = f"cannot be read ({error.strerror or error})"
    except Exception as error:
        if not isinstance(error, compression.damage()):
            raise
        reason = f"damaged or cut short ({error})"
    yield BadRecord(file.name, None, reason + (f" after line {last}" if last else "")), _size(file)


def _size(file: ArchiveFile) -> int:
    return file.size or 0


def _open(file: ArchiveFile) -> AbstractContextManager[IO[bytes]]:
    if file.name != STDIN:
        return Path(file.name).open("rb")
    if sys.stdin is None:
        raise ArticleError("cannot be read (it is closed)")
    return nullcontext(sys.stdin.buffer)


def _found(
    file: ArchiveFile, raw: IO[bytes], fields: Fields, done: int
) -> Iterator[tuple[Record | BadRecord, int]]:
    if file.format == PARQUET:
        if file.name == STDIN or file.compression is not None:
            raise ArticleError("Parquet is read from a file that is not compressed otherwise")
        for found, part in parquet.read(raw, file.name, fields, done):
            yield found, int(part * _size(file))
        return
    content = raw if file.compression is None else compression.reader(raw, file.compression)
    if file.format == JSONL:
        records = jsonl.read(content, file.name, fields, done)
    elif file.format == CSV:
        tabs = compression.split(file.name)[0] == ".tsv"
        records = delimited.read(content, file.name, fields, done, "\t" if tabs else ",")
    else:
        records = iter([_text(content, file)])
    for found in records:
        yield found, 0 if file.size is None else raw.tell()


def _text(content: IO[bytes], file: ArchiveFile) -> Record:
    """A file that is one text. Of a compressed one, nobody sees how large it is."""
    data = content.read(-1 if file.compression is None else MOST_BYTES + 1)
    if file.compression is not None and len(data) > MOST_BYTES:
        raise ArticleError(f"a compressed text {TOO_LONG}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ArticleError(
            f"not UTF-8 text (byte {error.start}); convert it, for example with iconv"
        ) from error
    if "\0" in text:
        raise ArticleError("not a text file (it holds NUL characters)")
    return Record(file.name, None, text)

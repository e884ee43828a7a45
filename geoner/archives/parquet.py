"""Parquet, with pyarrow: records read from a column, and rows written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from geoner.archives.chunks import chunked
from geoner.archives.fields import MOST_BYTES, TOO_LONG, Fields, record, there_are
from geoner.archives.record import BadRecord, Record
from geoner.errors import ArticleError, MissingExtraError

#: What is in memory at once.
_ROWS_READ = 64
_ROWS_WRITTEN, _BYTES_WRITTEN = 1024, 16 << 20


def require() -> Any:
    """The library that reads and writes Parquet.

    Raises:
        MissingExtraError: if it is not installed.
    """
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError("Parquet", "archives") from error
    return pyarrow


def read(
    content: IO[bytes], file: str, fields: Fields, done: int
) -> Iterator[tuple[Record | BadRecord, float]]:
    """The records after row `done`, each with the part of all rows that are read by then.

    Raises:
        ArticleError: if the file is no Parquet, is damaged, or has no such column.
    """
    pyarrow = require()
    row = done
    try:
        # buffered, and not read ahead: a group of rows may be far larger than memory
        table = pyarrow.parquet.ParquetFile(content, buffer_size=1 << 20, pre_buffer=False)
        names = table.schema_arrow.names
        if fields.text not in names:
            raise ArticleError(f"no column {fields.text!r}{there_are(names)}")
        columns = [name for name in (fields.text, fields.id) if name in names]
        total = table.metadata.num_rows
        first, groups = _groups_after(table, done)
        row = first
        batches = table.iter_batches(_ROWS_READ, groups, columns, use_threads=False)
        for batch in batches if groups else ():
            taken = [batch.column(name) for name in columns]
            for index in range(batch.num_rows):
                row += 1
                if row > done:
                    yield _parse(columns, taken, index, file, row, fields), row / total
    except pyarrow.ArrowException as error:
        reason = str(error).splitlines()[0]
        raise ArticleError(f"not Parquet, or damaged ({reason})") from error


def _groups_after(table: Any, done: int) -> tuple[int, list[int]]:
    """The groups of rows that hold what comes after row `done`, and the rows before them."""
    first = 0
    for group in range(table.num_row_groups):
        rows = table.metadata.row_group(group).num_rows
        if first + rows > done:
            return first, list(range(group, table.num_row_groups))
        first += rows
    return first, []


def _parse(
    names: list[str], columns: list[Any], index: int, file: str, row: int, fields: Fields
) -> Record | BadRecord:
    data = {}
    try:
        for name, column in zip(names, columns, strict=True):
            value = column[index].as_py()
            data[name] = value.decode("utf-8") if isinstance(value, bytes) else value
        text = data[fields.text]
        if isinstance(text, str) and len(text) > MOST_BYTES:
            raise ArticleError(f"field {fields.text!r} is {TOO_LONG}")
        return record(file, row, data, fields)
    except UnicodeDecodeError as error:
        return BadRecord(file, row, f"field {name!r} is not UTF-8 text (byte {error.start})")
    except ArticleError as error:
        return BadRecord(file, row, error.reason)


def schema() -> Any:
    """How rows are written: columns "file", "line", "id", "text", "entities" and "groups" as in
    JSON Lines, with the types of `geoner.arrow`; ids are text."""
    pa = require()
    from geoner.arrow import ENTITIES, GROUPS

    text = pa.string()
    return pa.schema(
        [
            *(("file", text), ("line", pa.int64()), ("id", text), ("text", text)),
            *(("entities", ENTITIES), ("groups", GROUPS)),
        ]
    )


def write(rows: Iterable[bytes], path: Path) -> None:
    """Writes rows of JSON Lines as Parquet (compressed with Zstandard), some at a time. Halves of
    surrogate pairs, which have no UTF-8, become U+FFFD, so that offsets stay what they are.

    Raises:
        OSError: if the file cannot be written.
    """
    pyarrow = require()
    columns = schema()
    with pyarrow.parquet.ParquetWriter(path, columns, compression="zstd") as writer:
        for some in chunked(rows, len, _ROWS_WRITTEN, _BYTES_WRITTEN):
            batch = [_columns_of(line) for line in some]
            writer.write_batch(pyarrow.RecordBatch.from_pylist(batch, schema=columns))


def _columns_of(line: bytes) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(line)
    if isinstance(row.get("id"), int):
        row["id"] = str(row["id"])
    from geoner.arrow import without_halves

    # json_text leaves other characters as they are
    return dict(without_halves(row)) if b"\\ud" in line else row

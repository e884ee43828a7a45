"""The fields of a record, in whatever format it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geoner.archives.record import Record
from geoner.errors import ArticleError
from geoner.escapes import json_text

#: The most bytes of a record in a file of many, and of a compressed text. More is damage, such as
#: a quote that is never closed, or a trap, and would take all memory.
MOST_BYTES = 32 << 20

TOO_LONG = f"longer than {MOST_BYTES >> 20} MiB"


@dataclass(frozen=True, slots=True)
class Fields:
    """Which fields or columns of records are read.

    Attributes:
        text: The one that holds the text.
        id: The one that holds an id, which is kept; records may lack it.
    """

    text: str = "text"
    id: str = "id"


def record(file: str, line: int, data: Mapping[str, Any], fields: Fields) -> Record:
    """A record from its fields.

    Raises:
        ArticleError: if the field of the text is missing, or holds no text.
    """
    if fields.text not in data:
        raise ArticleError(f"field {fields.text!r} is missing{there_are(data)}")
    text = data[fields.text]
    if not isinstance(text, str):
        raise ArticleError(f"field {fields.text!r} is {text!r:.40}, not text")
    if "\0" in text:
        raise ArticleError(f"field {fields.text!r} is not text (it holds NUL characters)")
    return Record(file, line, text, _id(data.get(fields.id)))


def there_are(names: Mapping[str, Any] | list[str]) -> str:
    """The first names there are, for a message that another is missing."""
    shown = ", ".join(f"{name:.40}" for name in list(names)[:10])
    return f"; there is {shown}" if shown else ""


def _id(value: object) -> str | int | None:
    if value is None or isinstance(value, str) or type(value) is int:
        return value
    try:
        return json_text(value)
    except TypeError:  # a date, a decimal number and the like, of Parquet
        return str(value)

"""What archives hold: a text with its place, or what is wrong at a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

#: The name that stands for standard input.
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Record:
    """An article of an archive.

    Attributes:
        file: The file as it was named, or found in a folder; "-" for standard input.
        line: Its line in JSON Lines, the line where it begins in CSV, or its row in Parquet, from
            1; ``None`` where the file is the text.
        text: The text.
        id: What the field of ids holds: a string or a whole number as it is, anything else as
            text; ``None`` where there is no such field.
    """

    file: str
    line: int | None
    text: str
    id: str | int | None = None


@dataclass(frozen=True, slots=True)
class BadRecord:
    """What cannot be read of an archive.

    Attributes:
        file: As in `Record`.
        line: As in `Record`; ``None`` where it is the file that cannot be read (any further).
        reason: What is wrong, without the place.
    """

    file: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        return f"{place_of(self)}: {self.reason}"

    def to_dict(self) -> dict[str, Any]:
        """The place and the reason as plain JSON types."""
        return {"file": self.file, "line": self.line, "reason": self.reason}


def place_of(found: Record | BadRecord) -> str:
    """Where something was read, for people."""
    shown = "standard input" if found.file == STDIN else found.file
    return shown if found.line is None else f"{shown}:{found.line}"


class Position(NamedTuple):
    """How far an archive has been read.

    Attributes:
        source: How many of its files are done.
        line: The last line or row that is done of the file after them; 0: none.
        read: Bytes read of all files, compressed as they stand; for showing how far it is.
    """

    source: int = 0
    line: int = 0
    read: int = 0


#: Where an archive begins.
START = Position()

#: Something read, and the position after it.
Item: TypeAlias = tuple[Record | BadRecord, Position]

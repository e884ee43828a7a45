"""Files that appear only when all of them is written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def whole_file(name: str | Path) -> Iterator[TextIO]:
    """A UTF-8 text file to write to; it takes its place when the block ends without an error.

    Links are followed; a device or a pipe is written to as it is.

    Raises:
        OSError: if it cannot be written.
    """
    path = Path(name).resolve()
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)

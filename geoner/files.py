"""Files that appear only when all of them is written."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def whole_file(name: str | Path) -> Iterator[TextIO]:
    """A UTF-8 text file to write to; it takes its place when the block ends without an error.

    Links are followed, a file that is replaced keeps its permissions; a device or a pipe is
    written to as it is.

    Raises:
        OSError: if it cannot be written.
    """
    path = Path(name).resolve()
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        return
    draft = draft_beside(path)
    try:
        # "x": never through a link that somebody put there
        with draft.open("x", encoding="utf-8", newline="\n") as file:
            yield file
        take_place(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def take_place(draft: Path, path: Path) -> None:
    """Puts a whole file in its place at once; one that it replaces leaves its permissions.

    Raises:
        OSError: if it cannot be done.
    """
    if path.exists():
        shutil.copymode(path, draft)
    draft.replace(path)


def draft_beside(path: Path) -> Path:
    """A name that no file has, in the folder of another."""
    return path.with_name(f".geoner-{os.getpid()}-{secrets.token_hex(4)}")

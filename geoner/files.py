"""Files that appear only when all of them is written."""

from __future__ import annotations

import io
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
        OSError: if it cannot be written; its filename is `name`, which tells it from what goes
            wrong with other files in the block.
    """
    path = Path(name).resolve()
    if path.exists() and not path.is_file():
        with _Named(path, "w", name) as file:
            yield file
        return
    draft = draft_beside(path)
    try:
        # "x": never through a link that somebody put there
        with _Named(draft, "x", name) as file:
            yield file
        with _naming(name):
            take_place(draft, path)
    finally:
        draft.unlink(missing_ok=True)


class _Named(io.TextIOWrapper):
    """A UTF-8 text file whose errors bear a name."""

    def __init__(self, path: Path, mode: str, name: str | Path) -> None:
        self._said = name
        with _naming(name):
            content = path.open(f"{mode}b")
        super().__init__(content, encoding="utf-8", newline="\n")

    def write(self, text: str) -> int:
        with _naming(self._said):
            return super().write(text)

    def flush(self) -> None:
        with _naming(self._said):
            super().flush()

    def close(self) -> None:
        with _naming(self._said):
            super().close()


@contextmanager
def _naming(name: str | Path) -> Iterator[None]:
    """Lets an error bear the name of a file as its user knows it."""
    try:
        yield
    except OSError as error:
        error.filename = str(name)
        raise


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

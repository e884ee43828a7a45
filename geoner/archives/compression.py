"""Compressed files, told by the endings of their names.

Files that are written grow by whole members, one behind the other, as all these formats allow
(RFC 1952 for gzip, RFC 8878 for Zstandard): what was written up to the end of a member can be
read whatever comes after it.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import sys
import zlib
from pathlib import PurePath
from typing import IO, Any

from geoner.errors import MissingExtraError

GZIP, BZIP2, XZ, ZSTANDARD = SUFFIXES = (".gz", ".bz2", ".xz", ".zst")


def split(name: str) -> tuple[str, str | None]:
    """The ending of a name without that of a compression, in lower case, and the compression's
    ending: ``(".jsonl", ".gz")`` of "news.jsonl.gz"; ``None`` where it is not compressed."""
    path = PurePath(name)
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        return PurePath(path.stem).suffix.lower(), suffix
    return suffix, None


def reader(raw: IO[bytes], suffix: str) -> IO[bytes]:
    """The content of a compressed file, as it is read.

    Args:
        raw: The file.
        suffix: One of `SUFFIXES`.

    Raises:
        MissingExtraError: if the library for Zstandard is not installed.
    """
    content: IO[bytes] = _open(raw, suffix, "rb")
    return content


def writer(raw: IO[bytes], suffix: str) -> IO[bytes]:
    """A new member at the end of a compressed file, whole when it is closed; `raw` stays open.

    Raises:
        MissingExtraError: if the library for Zstandard is not installed.
    """
    member: IO[bytes] = _open(raw, suffix, "wb")
    return member


def require(suffix: str | None) -> None:
    """Makes sure that a compression can be read and written.

    Raises:
        MissingExtraError: if its library is not installed.
    """
    if suffix == ZSTANDARD:
        _zstd()


def _open(raw: Any, suffix: str, mode: Any) -> Any:
    if suffix == GZIP:
        # no name and no time: the same content gives the same file
        return gzip.GzipFile("", mode, fileobj=raw, mtime=0)
    if suffix == BZIP2:
        return bz2.BZ2File(raw, mode)
    if suffix == XZ:
        return lzma.LZMAFile(raw, mode)
    return _zstd().ZstdFile(raw, mode)


def _zstd() -> Any:
    """Zstandard as in the standard library of Python 3.14 (PEP 784)."""
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
    except ImportError as error:
        raise MissingExtraError("Zstandard (.zst)", "archives") from error
    return zstd


def damage() -> tuple[type[Exception], ...]:
    """What is raised, besides OSError, while a file is read that is damaged or cut short."""
    errors: tuple[type[Exception], ...] = (EOFError, zlib.error, lzma.LZMAError)
    try:
        return (*errors, _zstd().ZstdError)
    except MissingExtraError:
        return errors

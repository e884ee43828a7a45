"""The files of an archive: what names, folders and patterns stand for, and how each is written."""

from __future__ import annotations

import glob
import hashlib
import os
import stat
import warnings
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from geoner.archives import compression, parquet
from geoner.archives.record import STDIN
from geoner.errors import FormatWarning, GeonerError

TEXT, JSONL, CSV, PARQUET = INPUT_FORMATS = ("text", "jsonl", "csv", "parquet")

#: What files of a folder are read, by the endings of their names. A file that is named itself is
#: a text if its ending says nothing else.
_FORMAT_OF = {
    ".txt": TEXT,
    ".jsonl": JSONL,
    ".ndjson": JSONL,
    ".csv": CSV,
    ".tsv": CSV,
    ".parquet": PARQUET,
}


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """A file of an archive.

    Attributes:
        name: As it was named, or found in a folder; "-" is standard input.
        format: One of `INPUT_FORMATS`.
        compression: The ending of its compression (`geoner.archives.compression`), or ``None``.
        size: Its bytes, or ``None`` where that cannot be told before it is read.
        fault: Why it cannot be read, where that is already known.
    """

    name: str
    format: str
    compression: str | None = None
    size: int | None = 0
    fault: str | None = None


def find_files(
    inputs: Iterable[str],
    input_format: str | None = None,
    without: Collection[Path] = (),
    quiet: bool = False,
) -> Iterator[ArchiveFile]:
    """The files that some names stand for, in an order that is always the same.

    Args:
        inputs: Files; folders, whose files come in order of their names, those of folders in it
            after them; patterns such as ``news/**/*.jsonl.gz``, in order of the names that fit;
            "-" for standard input. In folders, names that begin with a dot are passed over, and
            links to other folders are not followed.
        input_format: What the files are written in, one of `INPUT_FORMATS`; ``None``: by the
            endings of their names; in a folder, files whose names say nothing are then passed over.
        without: Files that are not read, by their resolved paths: what is being written.
        quiet: Does not warn.

    Raises:
        GeonerError: if one of `inputs` itself is not to be read.

    Warns:
        FormatWarning: of files of a folder that are passed over.
    """
    for name in inputs:
        if name == STDIN:
            yield ArchiveFile(STDIN, input_format or TEXT, size=None)
        elif _is_there(name):
            if Path(name).resolve() in without:
                raise GeonerError(f"{name}: is written to and cannot be read; name another file")
            yield from _at(name, input_format, without, quiet)
        else:
            found = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 (takes any pattern)
            for path in found:
                if Path(path).resolve() not in without:
                    yield from _at(path, input_format, without, quiet)
            if not found:
                yield _file(name, input_format)


def _is_there(name: str) -> bool:
    try:
        Path(name).lstat()
    except (OSError, ValueError):  # ValueError: of a NUL in the name
        return False
    return True


def _at(
    path: str, input_format: str | None, without: Collection[Path], quiet: bool
) -> Iterator[ArchiveFile]:
    if Path(path).is_dir():
        yield from _in_folder(path, input_format, without, quiet)
    else:
        yield _file(path, input_format)


def _in_folder(
    folder: str, input_format: str | None, without: Collection[Path], quiet: bool
) -> Iterator[ArchiveFile]:
    unreadable: list[OSError] = []
    count, passed_over, example = 0, 0, ""
    for root, folders, names in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        resolved = Path(root).resolve()
        for name in sorted(names):
            path = Path(root, name)
            if name.startswith(".") or resolved / name in without:
                continue
            if (input_format or _format_of(name)) and path.is_file():
                count += 1
                yield _file(str(path), input_format)
            else:
                passed_over += 1
                example = example or str(path)
    for error in unreadable:
        yield ArchiveFile(str(error.filename), TEXT, fault=f"cannot be read ({error.strerror})")
    if passed_over and not quiet:
        warnings.warn(
            f"{folder}: {passed_over} file{'' if passed_over == 1 else 's'} passed over, whose "
            f"names do not say how they are written ({example})",
            FormatWarning,
            stacklevel=2,
        )
    if not count and not unreadable:
        endings = ", ".join(_FORMAT_OF)
        yield ArchiveFile(folder, TEXT, fault=f"a folder without a file to read ({endings})")


def _format_of(name: str) -> str | None:
    return _FORMAT_OF.get(compression.split(name)[0])


def _file(path: str, input_format: str | None) -> ArchiveFile:
    kind = input_format or _format_of(path) or TEXT
    suffix = compression.split(path)[1]
    try:
        status = Path(path).stat()
    except OSError as error:
        return ArchiveFile(path, kind, suffix, fault=f"cannot be read ({error.strerror})")
    except ValueError as error:  # of a NUL in the name
        return ArchiveFile(path, kind, suffix, fault=f"cannot be read ({error})")
    return ArchiveFile(path, kind, suffix, status.st_size if stat.S_ISREG(status.st_mode) else None)


@dataclass(frozen=True, slots=True)
class Survey:
    """An archive at a glance.

    Attributes:
        size: The bytes of all its files, or ``None`` where that cannot be told.
        digest: Of the names and sizes of its files, in order, by which it is known again.
    """

    size: int | None
    digest: str


def survey(files: Iterable[ArchiveFile]) -> Survey:
    """Looks at all files of an archive without reading them.

    Raises:
        MissingExtraError: if one needs a library that is not installed.
    """
    size: int | None = 0
    digest = hashlib.sha256()
    for file in files:
        compression.require(file.compression)
        if file.format == PARQUET:
            parquet.require()
        size = None if size is None or file.size is None else size + file.size
        digest.update(f"{file.name}\0{file.format}\0{file.size}\0".encode("utf-8", "surrogatepass"))
    return Survey(size, digest.hexdigest())

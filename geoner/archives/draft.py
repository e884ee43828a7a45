"""The output of a run while it is written: how it survives being killed, and appears whole.

Beside ``found.jsonl`` stand, until it is whole, ``found.jsonl.part`` with the rows so far, and
``found.jsonl.checkpoint``, which says how much of that counts and how far the input is read. The
checkpoint is replaced at once, after what it speaks of is on the disk, so that at any moment there
is one that is true. What stands in the part behind it is cut off when a run goes on.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from geoner.archives import compression
from geoner.archives.record import START, Position
from geoner.errors import GeonerError
from geoner.files import take_place

if os.name == "posix":
    import fcntl

#: Seconds of work that a killed run may have to do again.
COMMIT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a run is.

    Attributes:
        run: What the run does, in plain JSON types, by which it is known again.
        position: How far the input is read.
        articles: Rows written.
        bad: Bad records so far.
        rows: Bytes of the part that count.
        errors: Bytes of the part of the error file that count.
        whole: Whether all of the input is read.
    """

    run: Mapping[str, Any]
    position: Position = START
    articles: int = 0
    bad: int = 0
    rows: int = 0
    errors: int = 0
    whole: bool = False

    @classmethod
    def load(cls, path: Path) -> Checkpoint | None:
        """The checkpoint in a file, or ``None`` where there is no such file.

        Raises:
            GeonerError: if it cannot be read, or is no checkpoint.
        """
        try:
            data = json.loads(path.read_bytes())
            return cls(**{**data, "position": Position(*data["position"])})
        except FileNotFoundError:
            return None
        except OSError as error:
            raise GeonerError(f"{path}: cannot be read ({error.strerror})") from error
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise GeonerError(f"{path}: not a checkpoint of geoner; move it away") from error


@dataclass(frozen=True, slots=True)
class Targets:
    """Where a run writes, by resolved paths.

    Attributes:
        output: The file that holds the rows in the end.
        errors: The file that holds the bad records in the end, or ``None``.
    """

    output: Path
    errors: Path | None = None

    @property
    def part(self) -> Path:
        """The rows so far."""
        return _beside(self.output, ".part")

    @property
    def errors_part(self) -> Path | None:
        """The bad records so far."""
        return None if self.errors is None else _beside(self.errors, ".part")

    @property
    def checkpoint(self) -> Path:
        """How far the run is."""
        return _beside(self.output, ".checkpoint")

    @property
    def next_checkpoint(self) -> Path:
        """A checkpoint before it is whole."""
        return _beside(self.output, ".checkpoint.part")

    @property
    def converted(self) -> Path:
        """The output in another format, before it is whole."""
        return _beside(self.output, ".draft")

    @property
    def interim(self) -> tuple[Path, ...]:
        """What is there only while a run is not done; the checkpoint last."""
        paths = (self.part, self.errors_part, self.converted, self.next_checkpoint, self.checkpoint)
        return tuple(path for path in paths if path is not None)

    @property
    def all(self) -> tuple[Path, ...]:
        """Every file that a run writes."""
        return (self.output, *self.interim, *([] if self.errors is None else [self.errors]))


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


class Draft:
    """The output of a run while it is written. Use it as a context: if an error ends it before
    anything counts, what was begun goes away again; otherwise it stays, to be gone on with.

    Args:
        targets: Where it writes.
        run: What the run does, in plain JSON types, by which it is known again.
        resume: Goes on with an interrupted run, if there is one.
        force: Throws an interrupted run away.
        suffix: The compression of the rows, or ``None``.

    Raises:
        GeonerError: if an interrupted run is there and neither `resume` nor `force` is given, or
            it was another; if another run is at it; if it cannot be written.

    Attributes:
        checkpoint: How far it is, with what was added last.
    """

    def __init__(
        self,
        targets: Targets,
        run: Mapping[str, Any],
        *,
        resume: bool = False,
        force: bool = False,
        suffix: str | None = None,
    ) -> None:
        self._targets = targets
        self._suffix = suffix
        self._rows: IO[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._member: IO[bytes] | None = None
        found = Checkpoint.load(targets.checkpoint)
        with _writing(targets.output):
            if found is not None and force:
                self._throw_away()
                found = None
            if found is None:
                self.checkpoint = Checkpoint(run)
                self._begin()
            elif resume:
                self.checkpoint = found
                self._go_on(run)
            else:
                raise GeonerError(
                    f"{targets.part}: an interrupted run is there, of {found.articles} articles; "
                    "resume=True (--resume) goes on, force=True (--force) starts over"
                )
        self._when = time.monotonic()

    def __enter__(self) -> Draft:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with suppress(OSError):  # of what is in buffers, which does not count
            self._close()
        if kind is not None and self._is_empty():
            self._remove()

    def add(self, rows: Sequence[bytes], bad: Sequence[bytes], position: Position) -> None:
        """Adds lines: of rows, and of bad records.

        Args:
            rows: Lines of JSON, for the output.
            bad: Lines of JSON, for the error file, if there is one.
            position: How far the input is read with them.

        Raises:
            GeonerError: if they cannot be written.
        """
        with _writing(self._targets.output):
            if rows:
                self._sink().writelines(rows)
            if self._errors is not None:
                self._errors.writelines(bad)
        self.checkpoint = replace(
            self.checkpoint,
            position=position,
            articles=self.checkpoint.articles + len(rows),
            bad=self.checkpoint.bad + len(bad),
        )
        if time.monotonic() - self._when >= COMMIT_SECONDS:
            with _writing(self._targets.output):
                self._commit()

    def finish(self, convert: Callable[[Iterator[bytes], Path], None] | None = None) -> None:
        """Puts output and error file in their places. A run that is killed in it goes on with it.

        Args:
            convert: Writes lines of rows to a file in another format.

        Raises:
            GeonerError: if they cannot be written.
        """
        targets = self._targets
        with _writing(targets.output):
            if not self.checkpoint.whole:
                if self._suffix is not None and not self.checkpoint.articles:
                    self._sink()  # no bytes at all are no compressed file
                self.checkpoint = replace(self.checkpoint, whole=True)
                self._commit()
            self._close()
            if targets.errors is not None and targets.errors_part is not None:
                _settle(targets.errors_part, targets.errors)
            if convert is not None and targets.part.exists():
                with targets.part.open("rb") as rows:
                    convert(rows, targets.converted)
                take_place(targets.converted, targets.output)
                targets.part.unlink()
            _settle(targets.part, targets.output)
            self._remove()

    def _begin(self) -> None:
        for path in (self._targets.part, self._targets.errors_part):
            if path is not None and os.path.lexists(path):
                raise GeonerError(f"{path}: is in the way of what is to be written; move it away")
        self._save()  # first, so that a part without it is somebody else's
        try:
            self._open()
        except BaseException:
            self._remove()
            raise

    def _go_on(self, run: Mapping[str, Any]) -> None:
        for name, begun in self.checkpoint.run.items():
            if run.get(name) != begun:
                raise GeonerError(
                    f"{self._targets.checkpoint}: the interrupted run was another: its {name} was "
                    f"{begun!r:.60}, not {run.get(name)!r:.60}; give it the same, or start over "
                    "with force=True (--force)"
                )
        self._open()

    def _open(self) -> None:
        """Opens the parts; of a run that is whole, those that are not in their places yet."""
        whole = self.checkpoint.whole
        part, errors_part = self._targets.part, self._targets.errors_part
        if not whole or part.exists():
            self._rows = _opened(part, self.checkpoint.rows)
        if errors_part is not None and (not whole or errors_part.exists()):
            self._errors = _opened(errors_part, self.checkpoint.errors)

    def _throw_away(self) -> None:
        with suppress(FileNotFoundError), self._targets.part.open("r+b") as part:
            _lock(part, self._targets.part)
        self._remove()

    def _is_empty(self) -> bool:
        """Whether nothing counts. The disk says: an interrupt may have come just after it."""
        kept = Checkpoint.load(self._targets.checkpoint)
        return kept is not None and kept.position == START and not kept.whole

    def _remove(self) -> None:
        for path in self._targets.interim:
            path.unlink(missing_ok=True)

    def _sink(self) -> IO[bytes]:
        """What rows are written to."""
        assert self._rows is not None
        if self._suffix is None:
            return self._rows
        if self._member is None:
            self._member = compression.writer(self._rows, self._suffix)
        return self._member

    def _commit(self) -> None:
        """Makes what was added count."""
        if self._member is not None:
            self._member.close()
            self._member = None
        sizes = [0 if file is None else _on_disk(file) for file in (self._rows, self._errors)]
        self.checkpoint = replace(self.checkpoint, rows=sizes[0], errors=sizes[1])
        self._save()
        self._when = time.monotonic()

    def _save(self) -> None:
        targets = self._targets
        try:
            with targets.next_checkpoint.open("wb") as file:
                file.write(json.dumps(asdict(self.checkpoint)).encode())
                _on_disk(file)
            targets.next_checkpoint.replace(targets.checkpoint)
        except BaseException:
            targets.next_checkpoint.unlink(missing_ok=True)
            raise

    def _close(self) -> None:
        for file in (self._member, self._rows, self._errors):
            if file is not None:
                file.close()
        self._member = self._rows = self._errors = None


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        name = error.filename or path
        raise GeonerError(f"{name}: cannot be written ({error.strerror})") from error


def _opened(path: Path, size: int) -> IO[bytes]:
    """A file cut to what counts of it, to be written on."""
    file = path.open("r+b" if size or path.exists() else "xb")
    try:
        _lock(file, path)
        if file.seek(0, os.SEEK_END) < size:
            raise GeonerError(
                f"{path}: shorter than its checkpoint says; start over with force=True (--force)"
            )
        file.truncate(size)
        file.seek(size)
    except BaseException:
        file.close()
        raise
    return file


def _lock(file: IO[bytes], path: Path) -> None:
    """Keeps other runs from a file until it is closed, where the system can."""
    if os.name == "posix":
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise GeonerError(f"{path}: another run is writing it") from error


def _on_disk(file: IO[bytes]) -> int:
    """Makes sure that what was written is on the disk; gives the size."""
    file.flush()
    os.fsync(file.fileno())
    return file.tell()


def _settle(part: Path, path: Path) -> None:
    """Puts a file in its place, if it is not there already."""
    if part.exists():
        take_place(part, path)

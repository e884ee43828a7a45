"""A whole archive: read, extracted, written, and gone on with where it was interrupted."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias, cast

import geoner
from geoner.archives import compression, parquet
from geoner.archives.draft import Checkpoint, Draft, Targets
from geoner.archives.extraction import Extraction, extract_rows
from geoner.archives.fields import Fields
from geoner.archives.files import INPUT_FORMATS, JSONL, PARQUET, find_files, survey
from geoner.archives.progress import ProgressBar
from geoner.archives.reading import read_records
from geoner.archives.record import BadRecord
from geoner.errors import GeonerError
from geoner.escapes import json_text

Name: TypeAlias = str | os.PathLike[str]

#: What rows are written in.
OUTPUT_FORMATS = (JSONL, PARQUET)


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a run, the time before an interruption included.

    Attributes:
        articles: Rows written.
        bad: Records that could not be read.
        done_before: Whether there was nothing to go on with, and the output was there already.
    """

    articles: int
    bad: int
    done_before: bool = False


def extract_archive(
    inputs: Name | Iterable[Name],
    output: Name,
    *,
    output_format: str | None = None,
    input_format: str | None = None,
    text_field: str = "text",
    id_field: str = "id",
    model: Name | None = None,
    backend: str = "auto",
    device: str = "auto",
    labels: Iterable[str] | None = None,
    min_score: float | None = None,
    workers: int = 1,
    errors: Name | None = None,
    resume: bool = False,
    force: bool = False,
    progress: bool = False,
    on_bad: Callable[[BadRecord], object] | None = None,
) -> Summary:
    """Finds the mentions in all texts of an archive, however large, and writes them to a file.

    The file appears when all of it is written. Until then, ``OUTPUT.part`` and
    ``OUTPUT.checkpoint`` stand beside it; a run that was interrupted, at whatever moment and by
    whatever means, goes on from there with `resume`, and gives the same file. Memory does not
    grow with the archive, but with the largest folder's list of names.

    With several workers, call it under ``if __name__ == "__main__":``, as `multiprocessing` asks.

    Args:
        inputs: Files, folders and patterns (`geoner.archives.find_files`).
        output: The file to write: a row for each record, in order of the input, with "file",
            "line" and "id" (`geoner.archives.Record`) and what `Document.to_dict` gives.
        output_format: "jsonl" or "parquet" (`geoner.archives.parquet.schema`); ``None``: Parquet
            if the name ends in ``.parquet``. JSON Lines are compressed if the name ends in
            ``.gz``, ``.bz2``, ``.xz`` or ``.zst``.
        input_format: "text", "jsonl", "csv" or "parquet"; ``None``: by the names of the files.
        text_field: The field or column that holds the text.
        id_field: The field or column whose value is kept as "id".
        model, backend, device, min_score: As for `Extractor.from_pretrained`.
        labels: Only these labels; ``None``: all.
        workers: In how many processes; each loads the model.
        errors: A file for what could not be read, JSON Lines with "file", "line" and "reason".
        resume: Goes on with an interrupted run, if there is one; if there is none and the output
            is there, nothing is done.
        force: Throws an interrupted run away.
        progress: Shows a progress bar on standard error.
        on_bad: Called with each record that could not be read.

    Raises:
        GeonerError: if something cannot be written; if an interrupted run is there and neither
            `resume` nor `force` is given, or the arguments or the archive were others; if the
            model or a worker fails.
        MissingExtraError: if Parquet or Zstandard needs geoner[archives].
        ValueError: if an argument is none of those there are.

    Warns:
        FormatWarning: of files of a folder that are passed over.
    """
    written_in = output_format or output_format_of(output) or JSONL
    names = _names(inputs)
    _check(written_in, input_format, workers, resume, force)
    targets = _targets(output, errors)
    suffix = None if written_in == PARQUET else compression.split(os.fspath(output))[1]
    compression.require(suffix)
    if written_in == PARQUET:
        parquet.require()
    if resume and targets.output.exists() and not targets.checkpoint.exists():
        return Summary(0, 0, done_before=True)
    fields = Fields(text_field, id_field)
    extraction = Extraction(
        model=None if model is None else os.fspath(model),
        backend=backend,
        device=device,
        labels=None if labels is None else tuple(labels),
        min_score=min_score,
    )
    archive = survey(find_files(names, input_format, targets.all))
    run = {
        "version": geoner.__version__,
        "archive": archive.digest,
        "output format": written_in,
        "error file": None if targets.errors is None else str(targets.errors),
        **asdict(fields),
        **asdict(extraction),
    }
    with (
        Draft(targets, _plain(run), resume=resume, force=force, suffix=suffix) as draft,
        ProgressBar(archive.size, draft.checkpoint, progress) as bar,
    ):
        if not draft.checkpoint.whole:
            files = find_files(names, input_format, targets.all, quiet=True)
            items = read_records(files, fields, draft.checkpoint.position)
            for chunk, rows in extract_rows(items, extraction, workers):
                bad = [found for found, _ in chunk if isinstance(found, BadRecord)]
                if on_bad is not None and bad:
                    with bar.aside():
                        for found in bad:
                            on_bad(found)
                lines = [f"{json_text(found.to_dict())}\n".encode() for found in bad]
                draft.add(rows, lines, chunk[-1][1])
                bar.update(draft.checkpoint)
        draft.finish(parquet.write if written_in == PARQUET else None)
        return Summary(draft.checkpoint.articles, draft.checkpoint.bad)


def output_format_of(name: Name) -> str | None:
    """The format that the name of an output says, or ``None``."""
    endings = {".jsonl": JSONL, ".ndjson": JSONL, ".parquet": PARQUET}
    return endings.get(compression.split(os.fspath(name))[0])


def interrupted(output: Name) -> Checkpoint | None:
    """How far a run is that was interrupted, or ``None`` where there is none.

    Args:
        output: The file that it was to write.

    Raises:
        GeonerError: if what is there cannot be read.
    """
    return Checkpoint.load(_targets(output, None).checkpoint)


def _targets(output: Name, errors: Name | None) -> Targets:
    paths = [Path(name).resolve() for name in (output, errors) if name is not None]
    for path in paths:
        if path.exists() and not path.is_file():
            raise GeonerError(f"{path}: cannot be written (not a file)")
    if len(set(paths)) < len(paths):
        raise GeonerError(f"{output}: holds the rows and cannot hold the bad records, too")
    return Targets(*paths)


def _names(inputs: Name | Iterable[Name]) -> list[str]:
    one = isinstance(inputs, str | os.PathLike)
    names = [cast(Name, inputs)] if one else cast("Iterable[Name]", inputs)
    return [os.fspath(name) for name in names]


def _check(
    output_format: str, input_format: str | None, workers: int, resume: bool, force: bool
) -> None:
    for name, known in ((output_format, OUTPUT_FORMATS), (input_format, (None, *INPUT_FORMATS))):
        if name not in known:
            raise ValueError(f"unknown format {name!r}: use {', '.join(filter(None, known))}")
    if workers < 1:
        raise ValueError(f"workers must be at least 1, not {workers}")
    if resume and force:
        raise ValueError("resume goes on with an interrupted run, force throws it away: use one")


def _plain(run: dict[str, Any]) -> dict[str, Any]:
    """The same as it comes back from JSON."""
    plain: dict[str, Any] = json.loads(json.dumps(run))
    return plain

"""Extraction on many machines, with Ray Data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoner.errors import GeonerError, MissingExtraError
from geoner.extractor import MODELS, Extractor

if TYPE_CHECKING:
    import pyarrow as pa
    import ray.data

#: The columns that are added.
ADDED = ("entities", "groups", "error")


def extract(
    dataset: ray.data.Dataset,
    text_column: str = "text",
    *,
    model: str | Path | None = None,
    backend: str = "auto",
    device: str = "auto",
    dtype: str = "auto",
    labels: Iterable[str] | None = None,
    min_score: float | None = None,
    batch_size: int = 64,
    concurrency: int | tuple[int, int] | None = None,
    num_cpus: float | None = None,
    num_gpus: float | None = None,
    **map_options: Any,
) -> ray.data.Dataset:
    """Finds the mentions in a column of texts, in actors that load the model once.

    The rows keep their columns and get three more: "entities" and "groups" as in
    `Document.to_dict`, typed as `geoner.arrow` says, and "error", which is null. Where there is no
    text to read (null, not a string, bytes that are no UTF-8), "error" says why, "entities" and
    "groups" are null, and the others go on. ``Document.from_dict({**row, "text": text})`` gives
    back the document of a row.

    Args:
        dataset: From whatever Ray reads. Nothing runs before its result is asked for.
        text_column: The column of the texts: strings, or UTF-8 as `ray.data.read_binary_files`
            gives it.
        model: As for `Extractor.from_pretrained`; a folder must be there on every machine.
        backend, dtype, min_score: As for `Extractor.from_pretrained`.
        device: As for `Extractor.from_pretrained`; "auto" is the GPU where `num_gpus` asks for one.
        labels: Only these labels; ``None``: all.
        batch_size: Rows that an actor gets at once.
        concurrency: The number of actors, or the least and the most; ``None``: at least one, and as
            many as the cluster has room for. Reading needs CPUs besides.
        num_cpus: CPUs reserved for each actor; ``None``: what Ray does by default.
        num_gpus: GPUs, or a part of one, reserved for each actor; ``None``: one where `device` is a
            GPU of NVIDIA, else none.
        map_options: What else `ray.data.Dataset.map_batches` takes.

    Raises:
        MissingExtraError: if Ray Data is not installed.
        GeonerError: if the columns are known and `text_column` is not among them, or one that would
            be added is. What goes wrong in an actor, Ray raises with its message.
    """
    try:
        from ray.data import ActorPoolStrategy
    except ImportError as error:
        raise MissingExtraError("geoner.ray", "ray") from error

    names = dataset.columns(fetch_if_missing=False)
    if names:
        _check_columns(names, text_column)
    on_gpu = device.startswith("cuda")
    if num_gpus is None:
        num_gpus = 1 if on_gpu else 0
    if num_gpus and device == "auto":
        device = "cuda"
    least, most = concurrency if isinstance(concurrency, tuple) else (concurrency, concurrency)
    return dataset.map_batches(
        ExtractorActor,
        fn_constructor_kwargs={
            "text_column": text_column,
            "model": _everywhere(model),
            "backend": backend,
            "device": device,
            "dtype": dtype,
            "threads": max(1, int(num_cpus or 1)),  # Ray reserves one CPU if it is not told
            "labels": None if labels is None else tuple(labels),
            "min_score": min_score,
        },
        batch_format="pyarrow",
        batch_size=batch_size,
        compute=ActorPoolStrategy(min_size=least or 1, max_size=most),
        num_cpus=num_cpus,
        num_gpus=num_gpus,
        **map_options,
    )


def _everywhere(model: str | Path | None) -> str | Path | None:
    """What names the model in an actor, whose working folder is another."""
    if model is None or str(model) in MODELS or not Path(model).exists():
        return model
    return Path(model).resolve()


class ExtractorActor:
    """What runs in each actor: tables in, the same with three columns more out."""

    def __init__(
        self,
        text_column: str,
        labels: tuple[str, ...] | None,
        model: str | Path | None,
        **settings: Any,
    ) -> None:
        self._extractor = Extractor.from_pretrained(model, **settings)
        self._extractor.check_labels(labels or ())
        self._text_column, self._labels = text_column, labels

    def __call__(self, table: pa.Table) -> pa.Table:
        import pyarrow as pa

        from geoner.arrow import document_columns

        _check_columns(table.column_names, self._text_column)
        found = [_text(value) for value in table.column(self._text_column).to_pylist()]
        texts = (text for text in found if isinstance(text, str))
        documents = (
            document.filter(self._labels) for document in self._extractor.extract_many(texts)
        )
        columns = document_columns(
            [next(documents) if isinstance(text, str) else None for text in found]
        )
        reasons = [text.reason if isinstance(text, _NoText) else None for text in found]
        columns["error"] = pa.array(reasons, pa.string())
        for name in ADDED:
            table = table.append_column(name, columns[name])
        return table


@dataclass(frozen=True, slots=True)
class _NoText:
    """Why there is no text in a row."""

    reason: str


def _text(value: object) -> str | _NoText:
    if value is None:
        return _NoText("the text is null")
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            return _NoText(f"the text is not UTF-8 (byte {error.start})")
    if not isinstance(value, str):
        return _NoText(f"the text is of type {type(value).__name__}, not a string")
    return value


def _check_columns(names: Sequence[str], text_column: str) -> None:
    if text_column not in names:
        raise GeonerError(f"no column {text_column!r}; there are {', '.join(names)}")
    taken = [name for name in ADDED if name in names]
    if taken:
        raise GeonerError(
            f"a column {taken[0]!r} is there already; rename it, as with Dataset.rename_columns"
        )

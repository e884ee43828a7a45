"""Labelled articles as Hugging Face `datasets`: a saved folder, Parquet, or the object itself.

Two layouts. "entities": columns "id", "text", "entities" (a list of {"start", "end", "label"}),
"ok" where there are answers, and a column of strings for each header field. "tokens": columns
"id", "tokens" and "ner_tags" with the tags' names in a ClassLabel, as CoNLL-2003 is published;
it holds words, not the spaces between them. The name of a split stands in the articles' header.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoner.articles import conll
from geoner.articles.article import Article, Source
from geoner.articles.fields import Item, document, fault, objects, typed, within
from geoner.errors import ArticleError, FormatWarning, MissingExtraError
from geoner.schema import iob2_tags, ordered_labels

if TYPE_CHECKING:
    from datasets import Dataset

_OWN = ("id", "text", "entities", "ok")
_TAGS = ("ner_tags", "tags")
_SAVED = ("dataset_dict.json", "dataset_info.json")
_SPLIT = re.compile(r"\w+(?:\.\w+)*\Z")
_SHARD = re.compile(r"(.+?)-\d+-of-\d+\Z")


def is_dataset(source: object) -> bool:
    """Whether something is a `Dataset` or a `DatasetDict`, found without importing datasets."""
    datasets = sys.modules.get("datasets")
    return datasets is not None and isinstance(source, datasets.Dataset | datasets.DatasetDict)


def is_folder(path: Path) -> bool:
    """Whether a folder is a saved dataset or holds Parquet files."""
    return any((path / name).is_file() for name in _SAVED) or bool(next(_parquet(path), None))


def read(path: Path) -> Iterator[Item]:
    """The articles of a saved folder, a folder of Parquet files, or one; a place's line is the
    number of the row."""
    datasets = _datasets()
    if path.is_dir() and not any((path / name).is_file() for name in _SAVED):
        files = sorted(_parquet(path))
        if not files:
            raise ArticleError("neither a saved dataset nor a folder of Parquet files", str(path))
        for file in files:
            stem = _SHARD.sub(r"\1", file.stem)
            known = stem in ("train", "dev", "validation", "test")
            yield from _items(_from_parquet(file), str(file), stem if known else None)
        return
    if path.is_file():
        yield from read_object(_from_parquet(path), str(path))
        return
    _check_inside(path)
    try:
        stored = datasets.load_from_disk(str(path))
    except Exception as error:  # datasets and pyarrow raise many kinds
        raise ArticleError(f"not a saved dataset, or truncated ({error})", str(path)) from error
    yield from read_object(stored, str(path))


def _check_inside(folder: Path) -> None:
    """Raises if a saved dataset names files or splits that are not in its own folder."""
    for file in (*folder.glob("dataset_dict.json"), *folder.rglob("state.json")):
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
            shards = [shard["filename"] for shard in data.get("_data_files", ())]
            names = [*shards, *data.get("splits", ())]
            outside = [name for name in names if Path(name).name != name]
        except OSError as error:
            raise ArticleError(f"cannot be read ({error.strerror})", str(file)) from error
        except Exception as error:  # what else is wrong with it
            raise ArticleError(f"not a saved dataset, or truncated ({error})", str(file)) from error
        if outside:
            raise ArticleError(f"names {outside[0]!r:.60}, which is not in its folder", str(file))


def read_object(stored: Any, name: str = "dataset") -> Iterator[Item]:
    """The articles of a `Dataset`, or of all splits of a `DatasetDict`."""
    if isinstance(stored, _datasets().DatasetDict):
        for split, rows in stored.items():
            yield from _items(rows, f"{name} ({split})", str(split))
    else:
        yield from _items(stored, name, None)


def _parquet(folder: Path) -> Iterator[Path]:
    return folder.rglob("*.parquet")


def _from_parquet(path: Path) -> Dataset:
    import pyarrow.parquet

    try:
        return _datasets().Dataset(pyarrow.parquet.read_table(path))
    except Exception as error:  # datasets and pyarrow raise many kinds
        raise ArticleError(f"not Parquet, or truncated ({error})", str(path)) from error


def _items(rows: Dataset, name: str, split: str | None) -> Iterator[Item]:
    columns = rows.column_names
    tags = next((column for column in _TAGS if column in columns), None)
    try:
        if {"text", "entities"} <= set(columns):
            layout = _Layout(split)
        elif tags and "tokens" in columns:
            layout = _Layout(split, tags, _names(rows, tags, name))
        else:
            raise ArticleError(
                f"unknown columns {', '.join(columns) or '(none)'}; expected text and entities, "
                "or tokens and ner_tags",
                name,
            )
    except ArticleError as error:
        yield error
        return
    for number, row in enumerate(rows.with_format(None), start=1):
        source = Source(name, number)
        try:
            yield (_tokens if layout.tags else _entities)(row, source, layout), source
        except ArticleError as error:
            yield error
    if layout.lost:
        warnings.warn(
            f"{name}: columns that hold no text are not read: {', '.join(sorted(layout.lost))}",
            FormatWarning,
            stacklevel=2,
        )


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the rows of a split are read.

    Attributes:
        split: Its name, if it has one.
        tags: The column of tags; empty in the layout "entities".
        names: What the numbers in it stand for.
        lost: Columns that were found to hold neither text nor a number.
    """

    split: str | None
    tags: str = ""
    names: Sequence[str] = ()
    lost: set[str] = field(default_factory=set)

    def meta(self, row: Mapping[str, Any], own: Sequence[str]) -> dict[str, str]:
        """The header of a row's article: what stands in columns other than its `own`."""
        meta = {} if self.split is None else {"split": self.split}
        for key, value in row.items():
            if isinstance(value, list | dict) and key not in own:
                self.lost.add(key)
            elif key not in own and value is not None:
                meta[key] = str(value)
        return meta


def _entities(row: Mapping[str, Any], source: Source, layout: _Layout) -> Article:
    text = typed(row, "text", str, source)
    spans = []
    for entity, where in objects(row, "entities", source):
        start = typed(entity, "start", int, source, where)
        end = typed(entity, "end", int, source, where)
        within(start, end, text, source, where)
        spans.append((start, end, typed(entity, "label", str, source, where)))
    answers = tuple(map(str, row.get("ok") or ()))
    found = document(text, spans, source, "entities")
    return Article(_id(row, source), found, layout.meta(row, _OWN), answers)


def _tokens(row: Mapping[str, Any], source: Source, layout: _Layout) -> Article:
    column, names = layout.tags, layout.names
    tokens, tags = (typed(row, name, list, source) for name in ("tokens", column))
    if len(tokens) != len(tags):
        raise fault(f"{len(tokens)} tokens with {len(tags)} {column}", source)
    draft = conll.Draft(source.line)
    for index, (token, tag) in enumerate(zip(tokens, tags, strict=True)):
        if not (isinstance(token, str) and token):
            raise fault(f"tokens[{index}]: expected a word, not {token!r:.40}", source)
        if isinstance(tag, int):
            if not 0 <= tag < len(names):
                raise fault(f"{column}[{index}]: {tag} is the number of no tag", source)
            tag = names[tag]
        draft.add(token, *conll.tag(str(tag), source))
    meta = layout.meta(row, ("id", "tokens", column))
    return Article(_id(row, source), draft.document(), meta)


def _names(rows: Dataset, column: str, name: str) -> list[str]:
    """What the numbers of a column of tags stand for; nothing where tags are written out."""
    inner = getattr(rows.features[column], "feature", None)
    names = getattr(inner, "names", None)
    if names is None and getattr(inner, "dtype", None) != "string":
        raise ArticleError(
            f"column {column!r} has numbers without names; cast it to a list of ClassLabel", name
        )
    return list(names or ())


def _id(row: Mapping[str, Any], source: Source) -> str:
    return str(row["id"]) if row.get("id") is not None else str(source.line)


def write(articles: Sequence[Article], path: Path) -> None:
    """Writes the layout "entities": a Parquet file, or a saved folder with the splits that the
    articles name, where all of them name one."""
    _write(articles, path, _with_entities)


def write_tokens(articles: Sequence[Article], path: Path) -> None:
    """As `write`, in the layout "tokens"."""
    _write(articles, path, _with_tokens)


def _write(articles: Sequence[Article], path: Path, columns: Any) -> None:
    datasets = _datasets()
    whole = columns(articles)
    splits: dict[str, list[int]] = defaultdict(list)
    for index, article in enumerate(articles):
        splits[article.meta.get("split", "")].append(index)
    to_file = path.suffix.lower() == ".parquet"
    if not to_file and articles and all(map(_SPLIT.match, splits)):
        whole = whole.remove_columns("split") if "split" in whole.column_names else whole
        whole = datasets.DatasetDict({name: whole.select(rows) for name, rows in splits.items()})
    if path.is_dir() and any(path.iterdir()):
        raise ArticleError("the folder is not empty; name another or empty it", str(path))
    with tempfile.TemporaryDirectory(dir=path.resolve().parent, prefix=f".{path.name}.") as scratch:
        draft = Path(scratch) / "draft"
        bars = datasets.is_progress_bar_enabled()
        datasets.disable_progress_bars()
        try:
            whole.to_parquet(str(draft)) if to_file else whole.save_to_disk(str(draft))
        finally:
            if bars:
                datasets.enable_progress_bars()
        if path.is_dir():
            path.rmdir()
        shutil.move(draft, path)


def _with_entities(articles: Sequence[Article]) -> Dataset:
    datasets = _datasets()
    text, number = datasets.Value("string"), datasets.Value("int64")
    features = {
        "id": text,
        "text": text,
        "entities": datasets.List({"start": number, "end": number, "label": text}),
    }
    columns: dict[str, list[Any]] = {
        "id": [article.id for article in articles],
        "text": [article.text for article in articles],
        "entities": [
            [{"start": e.start, "end": e.end, "label": e.label} for e in article.document.entities]
            for article in articles
        ],
    }
    if any(article.answers for article in articles):
        features["ok"] = datasets.List(text)
        columns["ok"] = [list(article.answers) for article in articles]
    return _dataset(articles, columns, features)


def _with_tokens(articles: Sequence[Article]) -> Dataset:
    datasets = _datasets()
    tags = iob2_tags(ordered_labels(x for article in articles for x in article.labels))
    text = datasets.Value("string")
    features = {
        "id": text,
        "tokens": datasets.List(text),
        "ner_tags": datasets.List(datasets.ClassLabel(names=list(tags))),
    }
    tagged = [list(conll.tagged(article.document)) for article in articles]
    columns: dict[str, list[Any]] = {
        "id": [article.id for article in articles],
        "tokens": [
            [article.text[start:end] for start, end, _ in row]
            for article, row in zip(articles, tagged, strict=True)
        ],
        "ner_tags": [[tags.index(tag) for _, _, tag in row] for row in tagged],
    }
    return _dataset(articles, columns, features)


def _dataset(
    articles: Sequence[Article], columns: dict[str, list[Any]], features: dict[str, Any]
) -> Dataset:
    datasets = _datasets()
    for key in dict.fromkeys(key for article in articles for key in article.meta):
        if key in (*_OWN, *columns):
            raise ArticleError(f"a dataset keeps the column {key!r} to itself")
        features[key] = datasets.Value("string")
        columns[key] = [article.meta.get(key) for article in articles]
    return datasets.Dataset.from_dict(columns, features=datasets.Features(features))


def loses_spacing(article: Article) -> bool:
    """Whether a text is not its words with a space between each."""
    words: Iterable[str] = (
        article.text[start:end] for start, end, _ in conll.tagged(article.document)
    )
    return " ".join(words) != article.text


def _datasets() -> Any:
    try:
        import datasets
    except ImportError as error:
        raise MissingExtraError("the format datasets", "train") from error
    return datasets

"""Labelled articles in files and folders: found, read and written whole."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from geoner.articles import brat, hugging_face, inline
from geoner.articles.article import Article, Source
from geoner.articles.fields import Item
from geoner.articles.formats import (
    BRAT,
    FOLDER_LOSES,
    INLINE,
    ONE_FILE,
    STORED,
    by_name,
    check_name,
    recognise,
)
from geoner.errors import ArticleError, FormatWarning
from geoner.files import whole_file

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

#: Where labelled articles come from: a path, a dataset of `datasets`, or articles.
Articles: TypeAlias = "str | Path | Iterable[Article] | Dataset | DatasetDict"


def read_articles(
    source: Articles, split: str | None = None, format: str | None = None
) -> list[Article]:
    """The labelled articles of a file or a folder.

    Args:
        source: A file, or a folder of files, in order of their names, folders in it included;
            a `Dataset` or a `DatasetDict` of `datasets`; or articles, which are given back.
        split: Only articles whose meta has this split, such as "train".
        format: What the file is written in; None: recognised from its name and content.

            - "inline": text with inline marks, an article a file (`geoner.articles.inline`);
            - "jsonl": one object a line with "id", "text" and "entities", a list of
              {"start", "end", "label"}; of other fields, "meta" and "ok" are read;
            - "conll": columns with tags in IOB1, IOB2, BILOU or IOBES (`geoner.articles.conll`);
            - "doccano", "prodigy": their JSON Lines;
            - "label-studio": its JSON export;
            - "brat": standoff, ``name.txt`` with ``name.ann``;
            - "spacy": a DocBin (`geoner.articles.docbin`), with geoner[spacy];
            - "datasets", "datasets-tokens": a saved dataset or Parquet, in either layout
              (`geoner.articles.hugging_face`), with geoner[train].

            Offsets are in code points, their end exclusive.

    Raises:
        ArticleError: naming file, line and field at the first fault; if a folder has no
            articles, or none is in the split.

    Warns:
        FormatWarning: of what stands in the file and is not read.
    """
    articles = [article for article, _ in locate(source, format)]
    if split is None:
        return articles
    chosen = [article for article in articles if article.meta.get("split") == split]
    if not chosen:
        known = sorted({article.meta.get("split", "none") for article in articles})
        raise ArticleError(
            f"no article of split {split!r}; splits: {', '.join(known)}", _name(source)
        )
    return chosen


def locate(source: Articles, format: str | None = None) -> list[tuple[Article, Source]]:
    """As `read_articles`, each article with its place.

    Raises:
        ArticleError: naming file, line and field at the first fault.
    """
    if isinstance(source, str | Path):
        items = iterate(Path(source), format)
    elif hugging_face.is_dataset(source):
        items = hugging_face.read_object(source)
    else:
        items = ((article, Source(f"article {article.id}", 1, 1)) for article in source)
    located = []
    for item in items:
        if isinstance(item, ArticleError):
            raise item
        located.append(item)
    return located


def _name(source: Articles) -> str | None:
    return str(source) if isinstance(source, str | Path) else None


def iterate(path: Path, format: str | None = None) -> Iterator[Item]:
    """Each article with its place, or what is wrong with it.

    Raises:
        ArticleError: if the path itself cannot be read.
    """
    check_name(format)
    try:
        name = format or recognise(path)
    except OSError as error:
        raise _unreadable(path, error) from error
    whole = path.is_file() or name.startswith("datasets")
    for file in [path] if whole or not path.exists() else _files(path, name):
        found = False
        for item in _read(file, name):
            found = True
            yield item
        if not found:
            yield ArticleError("empty: it holds no article", str(file))


def _files(folder: Path, format: str) -> list[Path]:
    pattern = {INLINE: "*.txt", BRAT: "*.txt", "spacy": "*.spacy"}.get(format, "*")
    found = sorted(p for p in folder.rglob(pattern) if p.is_file() and p.name[0] != ".")
    if not found:
        raise ArticleError(f"a folder without {pattern.lstrip('*')} articles", str(folder))
    return found


def _read(file: Path, format: str) -> Iterator[Item]:
    if format == INLINE:
        yield _inline(file)
    elif format == BRAT:
        text = file.with_suffix(".txt")
        yield from brat.read(
            text, _content(text, newline=""), _content(file.with_suffix(".ann"), newline="")
        )
    elif format in STORED:
        try:
            yield from STORED[format].read(file)
        except OSError as error:
            raise _unreadable(file, error) from error
    else:
        yield from ONE_FILE[format].read(_content(file), str(file))


def _inline(path: Path) -> tuple[Article, Source] | ArticleError:
    try:
        return inline.parse(_content(path), str(path))
    except ArticleError as error:
        return error


def _content(path: Path, newline: str | None = None) -> str:
    try:
        with path.open(encoding="utf-8-sig", newline=newline) as file:
            return file.read()
    except OSError as error:
        raise _unreadable(path, error) from error
    except UnicodeDecodeError as error:
        raise ArticleError(f"not UTF-8 text (byte {error.start})", str(path)) from error


def _unreadable(path: Path, error: OSError) -> ArticleError:
    return ArticleError(f"cannot be read ({error.strerror})", str(path))


def write_articles(
    articles: Iterable[Article], path: str | Path, format: str | None = None
) -> None:
    """Writes what `read_articles` reads; each file appears when all of it is written.

    Args:
        articles: The articles.
        path: A folder, or a name without an ending: one file of text with inline marks for
            each article, named by its id; the folder must be empty or not be there yet. A
            name ending in ``.txt``: one such file, for one article. ``.conll``, ``.iob2``,
            ``.tsv`` and the like: columns; ``.json``: Label Studio; ``.spacy``: spaCy;
            ``.parquet``: Parquet. Any other name: JSON Lines.
        format: As for `read_articles`; None: by the name.

    Raises:
        ArticleError: if something cannot be written, or the format cannot hold it.

    Warns:
        FormatWarning: of what the format does not hold and is left out.
    """
    check_name(format)
    path = Path(path)
    name = format or by_name(path)
    articles = list(articles)
    try:
        if name in STORED:
            STORED[name].write(articles, path)
        elif name in ONE_FILE:
            with whole_file(path) as file:
                file.writelines(ONE_FILE[name].write(articles))
        elif path.suffix == ".txt" and not path.is_dir():
            _write_one(articles, path, name)
        else:
            _write_folder(articles, path, name)
    except OSError as error:
        raise ArticleError(f"cannot be written ({error.strerror})", str(path)) from error
    except UnicodeEncodeError as error:
        raise ArticleError("half of a surrogate pair has no UTF-8", str(path)) from error
    _tell_losses(articles, path, name)


def _tell_losses(articles: Sequence[Article], path: Path, format: str) -> None:
    one_file = ONE_FILE.get(format) or STORED.get(format)
    for what, loses in one_file.loses if one_file else FOLDER_LOSES[format]:
        number = sum(map(loses, articles))
        if number:
            plural = "" if number == 1 else "s"
            warnings.warn(
                f"{path}: {format} does not hold {what}: left out of {number} article{plural}",
                FormatWarning,
                stacklevel=3,
            )


def _contents(article: Article, format: str) -> dict[str, str]:
    """What stands in the files of one article, by their endings."""
    if format == BRAT:
        return {".txt": article.text, ".ann": brat.standoff(article)}
    return {".txt": inline.serialize(article)}


def _write_one(articles: list[Article], path: Path, format: str) -> None:
    if len(articles) != 1:
        raise ArticleError(
            f"a .txt file holds one article, not {len(articles)}; name a folder", str(path)
        )
    with ExitStack() as together:
        for suffix, content in _contents(articles[0], format).items():
            file = together.enter_context(whole_file(path.with_suffix(suffix)))
            file.write(content)


def _write_folder(articles: list[Article], path: Path, format: str) -> None:
    contents: dict[str, dict[str, str]] = {}
    for article in articles:
        if not article.id or article.id.startswith(".") or set(article.id) & set('/\\:*?"<>|\0'):
            raise ArticleError(f"no file can be named after the id {article.id!r:.60}", str(path))
        if article.id in contents:
            raise ArticleError(f"two articles have the id {article.id!r}", str(path))
        contents[article.id] = _contents(article, format)
    if path.is_dir() and any(path.iterdir()):
        raise ArticleError("the folder is not empty; name another or empty it", str(path))
    is_new = not path.is_dir()
    path.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    try:
        with tempfile.TemporaryDirectory(dir=path, prefix=".") as scratch:
            for name, files in contents.items():
                for suffix, content in files.items():
                    draft = Path(scratch) / f"{name}{suffix}"
                    draft.write_text(content, encoding="utf-8", newline="\n")
            for draft in sorted(Path(scratch).iterdir()):
                written.append(path / draft.name)
                draft.rename(written[-1])
    except BaseException:  # whatever stops it, a signal too
        for file in written:
            file.unlink(missing_ok=True)
        if is_new:
            with suppress(OSError):
                path.rmdir()
        raise

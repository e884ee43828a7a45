"""Labelled articles in files and folders: which format, read and written whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from geoner.articles import inline, jsonl
from geoner.articles.article import Article, Source
from geoner.errors import ArticleError
from geoner.files import whole_file


def read_articles(path: str | Path, split: str | None = None) -> list[Article]:
    """The labelled articles of a file or a folder.

    Args:
        path: A JSON Lines file: one object a line with "id", "text" and "entities", a list
            of {"start", "end", "label"}, offsets in code points, end exclusive; other fields
            than these, "meta" and "ok" are passed over. Or a ``.txt`` file of text with
            inline marks, one article (see `geoner.articles.inline`). Or a folder of such
            files, in order of their names, folders in it included.
        split: Only articles whose meta has this split, such as "train".

    Raises:
        ArticleError: naming file, line and field at the first fault; if a folder has no
            articles, or none is in the split.
    """
    articles = []
    for item in iterate(Path(path)):
        if isinstance(item, ArticleError):
            raise item
        articles.append(item[0])
    if split is None:
        return articles
    chosen = [article for article in articles if article.meta.get("split") == split]
    if not chosen:
        known = sorted({article.meta.get("split", "none") for article in articles})
        raise ArticleError(f"no article of split {split!r}; splits: {', '.join(known)}", str(path))
    return chosen


def iterate(path: Path) -> Iterator[tuple[Article, Source] | ArticleError]:
    """Each article with its place, or what is wrong with it.

    Raises:
        ArticleError: if the path itself cannot be read.
    """
    if path.is_dir():
        files = sorted(path.rglob("*.txt"))
        if not files:
            raise ArticleError("a folder without .txt articles", str(path))
        for file in files:
            yield _inline(file)
    elif path.suffix == ".txt":
        yield _inline(path)
    else:
        # splitlines() would also cut at U+2028 and its like, which JSON strings may hold
        for number, line in enumerate(_content(path).split("\n"), start=1):
            if line.strip():
                source = Source(str(path), number)
                try:
                    yield jsonl.parse(line, source), source
                except ArticleError as error:
                    yield error


def _inline(path: Path) -> tuple[Article, Source] | ArticleError:
    try:
        return inline.parse(_content(path), str(path))
    except ArticleError as error:
        return error


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ArticleError(f"cannot be read ({error.strerror})", str(path)) from error
    except UnicodeDecodeError as error:
        raise ArticleError(f"not UTF-8 text (byte {error.start})", str(path)) from error


def write_articles(articles: Iterable[Article], path: str | Path) -> None:
    """Writes what `read_articles` reads; each file appears when all of it is written.

    Args:
        articles: The articles.
        path: A folder, or a name without an ending: one file of text with inline marks for
            each article, named by its id; the folder must be empty or not be there yet. A
            name ending in ``.txt``: one such file, for one article. Any other name: JSON
            Lines.

    Raises:
        ArticleError: if something cannot be written, or the format cannot hold it.
    """
    path = Path(path)
    try:
        if path.is_dir() or not path.suffix:
            _write_folder(list(articles), path)
        elif path.suffix == ".txt":
            _write_one(list(articles), path)
        else:
            with whole_file(path) as file:
                file.writelines(jsonl.serialize(article) for article in articles)
    except OSError as error:
        raise ArticleError(f"cannot be written ({error.strerror})", str(path)) from error


def _write_one(articles: list[Article], path: Path) -> None:
    if len(articles) != 1:
        raise ArticleError(
            f"a .txt file holds one article, not {len(articles)}; name a folder", str(path)
        )
    with whole_file(path) as file:
        file.write(inline.serialize(articles[0]))


def _write_folder(articles: list[Article], path: Path) -> None:
    contents: dict[str, str] = {}
    for article in articles:
        if not article.id or article.id.startswith(".") or set(article.id) & set('/\\:*?"<>|\0'):
            raise ArticleError(f"no file can be named after the id {article.id!r:.60}", str(path))
        if article.id in contents:
            raise ArticleError(f"two articles have the id {article.id!r}", str(path))
        contents[article.id] = inline.serialize(article)
    if path.is_dir() and any(path.iterdir()):
        raise ArticleError("the folder is not empty; name another or empty it", str(path))
    path.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        with whole_file(path / f"{name}.txt") as file:
            file.write(content)

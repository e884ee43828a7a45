"""Labelled articles: reading them from JSON Lines, with errors that name the place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geoner.document import Document
from geoner.errors import ArticleError
from geoner.files import whole_file

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Article:
    """A labelled article: an id and a document whose entities are the labels, score 1."""

    id: str
    document: Document

    @property
    def text(self) -> str:
        return self.document.text

    @property
    def labels(self) -> frozenset[str]:
        """The labels that occur in it."""
        return frozenset(entity.label for entity in self.document.entities)


def read_articles(path: str | Path) -> list[Article]:
    """Articles of a JSON Lines file: one object a line with "id", "text" and "entities", a
    list of {"start", "end", "label"}; offsets in code points, end exclusive. Other fields
    are passed over.

    Raises:
        ArticleError: naming file, line and field at the first fault.
    """
    return list(_iterate(Path(path)))


def _iterate(path: Path) -> Iterator[Article]:
    try:
        content = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ArticleError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ArticleError(f"{path}: not UTF-8 text (byte {error.start})") from error
    # splitlines() would also cut at U+2028 and its like, which JSON strings may hold
    for number, line in enumerate(content.split("\n"), start=1):
        if line.strip():
            yield _article(line, f"{path}, line {number}")


def _article(line: str, place: str) -> Article:
    try:
        data = json.loads(line)
    except json.JSONDecodeError as error:
        raise ArticleError(f"{place}: not JSON ({error.msg}, column {error.colno})") from error
    if not isinstance(data, dict):
        raise ArticleError(f"{place}: expected an object with id, text and entities")
    text = _field(data, "text", str, place)
    spans = []
    for index, entity in enumerate(_field(data, "entities", list, place)):
        where = f"{place}, entities[{index}]"
        if not isinstance(entity, dict):
            raise ArticleError(f"{where}: expected an object with start, end and label")
        start = _field(entity, "start", int, where)
        end = _field(entity, "end", int, where)
        label = _field(entity, "label", str, where)
        if not 0 <= start < end <= len(text):
            raise ArticleError(
                f"{where}: offsets {start}:{end} do not lie in a text of {len(text)} characters"
            )
        spans.append((start, end, label, 1.0))
    try:
        document = Document.from_spans(text, spans)
    except ValueError as error:
        raise ArticleError(f"{place}, entities: {error}") from error
    return Article(str(_field(data, "id", (str, int), place)), document)


def _field(data: dict[str, Any], name: str, kind: type | tuple[type, ...], place: str) -> Any:
    value = data.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        found = f"is {value!r:.40}" if name in data else "is missing"
        raise ArticleError(f"{place}: field {name!r} {found}")
    return value


def write_articles(articles: Iterable[Article], path: str | Path) -> None:
    """Writes the format `read_articles` reads; the file appears when all of it is written.

    Raises:
        ArticleError: if the file cannot be written.
    """
    try:
        with whole_file(path) as file:
            file.writelines(_line(article) for article in articles)
    except OSError as error:
        raise ArticleError(f"{path}: cannot be written ({error.strerror})") from error


def _line(article: Article) -> str:
    entities = [
        {"start": entity.start, "end": entity.end, "label": entity.label}
        for entity in article.document.entities
    ]
    row = {"id": article.id, "text": article.text, "entities": entities}
    line = json.dumps(row, ensure_ascii=False) + "\n"
    # half of a surrogate pair has no UTF-8; an escape carries it
    return json.dumps(row) + "\n" if _SURROGATE.search(line) else line

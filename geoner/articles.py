"""Labelled articles: reading them from JSON Lines, with errors that name the place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geoner.document import Document
from geoner.errors import ArticleError


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
        content = path.read_text(encoding="utf-8")
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
    """Writes the format `read_articles` reads."""
    with Path(path).open("w", encoding="utf-8", newline="\n") as file:
        for article in articles:
            entities = [
                {"start": e.start, "end": e.end, "label": e.label}
                for e in article.document.entities
            ]
            row = {"id": article.id, "text": article.text, "entities": entities}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")

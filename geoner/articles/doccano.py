"""Labelled articles as doccano's JSON Lines: ``{"id", "text", "label": [[start, end, label]]}``.

Exports of doccano 1.6 and later with relations name the spans "entities", with "start_offset"
and "end_offset"; "label" may also be "labels". Other fields of an example are its metadata.
Offsets are in code points.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from typing import Any

from geoner.articles.article import Article, Source
from geoner.articles.fields import (
    Item,
    Span,
    document,
    fault,
    objects,
    read_lines,
    typed,
    within,
)
from geoner.errors import ArticleError, FormatWarning
from geoner.escapes import json_text

_OWN = ("id", "text", "label", "labels", "entities", "relations", "Comments", "cats")


def read(content: str, path: str) -> Iterator[Item]:
    """The articles of a file's content."""
    dropped = 0

    def parse(data: dict[str, Any], source: Source) -> Article:
        nonlocal dropped
        dropped += bool(data.get("relations") or data.get("Comments"))
        return _parse(data, source)

    yield from read_lines(content, path, parse)
    if dropped:
        warnings.warn(
            f"{path}: relations and comments of {dropped} examples are not read",
            FormatWarning,
            stacklevel=2,
        )


def _parse(data: dict[str, Any], source: Source) -> Article:
    text = typed(data, "text", str, source)
    name = next((n for n in ("entities", "label", "labels") if n in data), "label")
    spans = [*(_offsets(data, source) if name == "entities" else _triples(data, name, source))]
    for index, (start, end, _) in enumerate(spans):
        within(start, end, text, source, f"{name}[{index}]: ")
    number = typed(data, "id", (str, int), source) if "id" in data else source.line
    meta = {key: str(value) for key, value in data.items() if key not in _OWN}
    return Article(str(number), document(text, spans, source, name), meta)


def _triples(data: dict[str, Any], name: str, source: Source) -> Iterator[Span]:
    for index, span in enumerate(typed(data, name, list, source)):
        if not (isinstance(span, list) and [type(part) for part in span] == [int, int, str]):
            raise fault(f"{name}[{index}]: expected [start, end, label], not {span!r:.40}", source)
        yield span[0], span[1], span[2]


def _offsets(data: dict[str, Any], source: Source) -> Iterator[Span]:
    for entity, where in objects(data, "entities", source):
        yield (
            typed(entity, "start_offset", int, source, where),
            typed(entity, "end_offset", int, source, where),
            typed(entity, "label", str, source, where),
        )


def write(articles: Iterable[Article]) -> Iterator[str]:
    """The file's content, in pieces; meta becomes fields of the example."""
    for article in articles:
        if taken := [name for name in article.meta if name in _OWN]:
            raise ArticleError(f"{article.id}: doccano keeps the field {taken[0]!r} to itself")
        spans = [[e.start, e.end, e.label] for e in article.document.entities]
        yield (
            json_text({"id": article.id, "text": article.text, "label": spans, **article.meta})
            + "\n"
        )

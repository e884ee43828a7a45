"""Labelled articles as JSON Lines: one object a line with "id", "text" and "entities".

An entity may carry its "text" too, which must be what stands at its offsets.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from typing import Any

from geoner.articles.article import Article, Source
from geoner.articles.fields import Item, document, fault, objects, read_lines, typed, within
from geoner.errors import FormatWarning
from geoner.escapes import json_text

_FIELDS = ("id", "text", "entities", "meta", "ok")


def read(content: str, path: str) -> Iterator[Item]:
    """The articles of a file's content."""
    unread: dict[str, int] = {}

    def parse(data: dict[str, Any], source: Source) -> Article:
        for name in data.keys() - set(_FIELDS):
            unread.setdefault(name, source.line)
        return _parse(data, source)

    yield from read_lines(content, path, parse)
    for name, line in sorted(unread.items()):
        warnings.warn(
            f"{path}:{line}: field {name!r} is not read; what goes with an article is its 'meta'",
            FormatWarning,
            stacklevel=2,
        )


def _parse(data: dict[str, Any], source: Source) -> Article:
    text = typed(data, "text", str, source)
    spans = []
    for entity, where in objects(data, "entities", source):
        start = typed(entity, "start", int, source, where)
        end = typed(entity, "end", int, source, where)
        within(start, end, text, source, where)
        if entity.get("text", text[start:end]) != text[start:end]:
            raise fault(
                f"{where}{entity['text']!r:.40} does not stand at {start}:{end}, but "
                f"{text[start:end]!r:.40}",
                source,
            )
        spans.append((start, end, typed(entity, "label", str, source, where)))
    meta = typed(data, "meta", dict, source) if "meta" in data else {}
    return Article(
        str(typed(data, "id", (str, int), source)),
        document(text, spans, source, "entities"),
        {name: typed(meta, name, str, source, "meta: ") for name in meta},
        tuple(map(str, typed(data, "ok", list, source) if "ok" in data else ())),
    )


def write(articles: Iterable[Article]) -> Iterator[str]:
    """The file's content, in pieces."""
    for article in articles:
        row: dict[str, Any] = {
            "id": article.id,
            "text": article.text,
            "entities": [
                {"start": entity.start, "end": entity.end, "label": entity.label}
                for entity in article.document.entities
            ],
        }
        if article.meta:
            row["meta"] = dict(article.meta)
        if article.answers:
            row["ok"] = list(article.answers)
        yield json_text(row) + "\n"

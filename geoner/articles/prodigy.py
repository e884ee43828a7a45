"""Labelled articles as Prodigy's JSON Lines: tasks with "text", "spans" and "answer".

An article's id and meta stand in the task's "meta". Tasks that were rejected or ignored are
left out. Offsets are in code points.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from typing import Any

from geoner.articles.article import Article, Source
from geoner.articles.fields import Item, document, objects, read_lines, typed, within
from geoner.errors import ArticleError, FormatWarning
from geoner.escapes import json_text


def read(content: str, path: str) -> Iterator[Item]:
    """The articles of a file's content."""
    left_out = 0

    def parse(data: dict[str, Any], source: Source) -> Article | None:
        nonlocal left_out
        if data.get("answer", "accept") == "accept":
            return _parse(data, source)
        left_out += 1
        return None

    yield from read_lines(content, path, parse)
    if left_out:
        warnings.warn(
            f"{path}: {left_out} tasks were rejected or ignored and are left out",
            FormatWarning,
            stacklevel=2,
        )


def _parse(data: dict[str, Any], source: Source) -> Article:
    text = typed(data, "text", str, source)
    spans = []
    for span, where in objects(data, "spans", source) if "spans" in data else ():
        start = typed(span, "start", int, source, where)
        end = typed(span, "end", int, source, where)
        within(start, end, text, source, where)
        spans.append((start, end, typed(span, "label", str, source, where)))
    meta = dict(typed(data, "meta", dict, source)) if "meta" in data else {}
    name = meta.pop("id", data.get("_input_hash", source.line))
    return Article(
        str(name),
        document(text, spans, source, "spans"),
        {key: str(value) for key, value in meta.items()},
    )


def write(articles: Iterable[Article]) -> Iterator[str]:
    """The file's content, in pieces."""
    for article in articles:
        if "id" in article.meta:
            raise ArticleError(f"{article.id}: Prodigy's meta keeps 'id' for the article's id")
        yield (
            json_text(
                {
                    "text": article.text,
                    "spans": [
                        {"start": e.start, "end": e.end, "label": e.label}
                        for e in article.document.entities
                    ],
                    "meta": {"id": article.id, **article.meta},
                    "answer": "accept",
                }
            )
            + "\n"
        )

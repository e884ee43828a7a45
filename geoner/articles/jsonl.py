"""Labelled articles as JSON Lines: one object a line with "id", "text" and "entities"."""

from __future__ import annotations

import json
import re
from typing import Any

from geoner.articles.article import Article, Source
from geoner.document import Document
from geoner.errors import ArticleError

_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(line: str, source: Source) -> Article:
    """The article of one line.

    Raises:
        ArticleError: naming file, line and field at the first fault.
    """
    try:
        data = json.loads(line)
    except json.JSONDecodeError as error:
        raise _error(f"not JSON ({error.msg}, column {error.colno})", source) from error
    except RecursionError as error:
        raise _error("not an article (nested too deeply)", source) from error
    if not isinstance(data, dict):
        raise _error("expected an object with id, text and entities", source)
    text = _field(data, "text", str, source)
    spans = []
    for index, entity in enumerate(_field(data, "entities", list, source)):
        where = f"entities[{index}]: "
        if not isinstance(entity, dict):
            raise _error(f"{where}expected an object with start, end and label", source)
        start = _field(entity, "start", int, source, where)
        end = _field(entity, "end", int, source, where)
        label = _field(entity, "label", str, source, where)
        if not 0 <= start < end <= len(text):
            raise _error(
                f"{where}offsets {start}:{end} do not lie in a text of {len(text)} characters",
                source,
            )
        spans.append((start, end, label, 1.0))
    try:
        document = Document.from_spans(text, spans)
    except ValueError as error:
        raise _error(f"entities: {error}", source) from error
    meta = _field(data, "meta", dict, source) if "meta" in data else {}
    return Article(
        str(_field(data, "id", (str, int), source)),
        document,
        {name: _field(meta, name, str, source, "meta: ") for name in meta},
        tuple(map(str, _field(data, "ok", list, source) if "ok" in data else ())),
    )


def _field(
    data: dict[str, Any], name: str, kind: type | tuple[type, ...], source: Source, where: str = ""
) -> Any:
    value = data.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        found = f"is {value!r:.40}" if name in data else "is missing"
        raise _error(f"{where}field {name!r} {found}", source)
    return value


def _error(reason: str, source: Source) -> ArticleError:
    return ArticleError(reason, source.path, source.line)


def serialize(article: Article) -> str:
    """The line for an article, with its line break; `parse` gives the article back."""
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
    line = json.dumps(row, ensure_ascii=False) + "\n"
    # half of a surrogate pair has no UTF-8; an escape carries it
    return json.dumps(row) + "\n" if _SURROGATE.search(line) else line

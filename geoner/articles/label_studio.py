"""Labelled articles as Label Studio's JSON export: a list of tasks with "data" and "annotations".

Read are regions of type "labels" over ``data["text"]``, of the first annotation of a task that
was not cancelled. Offsets are in code points; early versions of Label Studio counted UTF-16
code units, which shows where a region's own "text" does not stand at its offsets.
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
    loads,
    objects,
    typed,
    within,
)
from geoner.errors import ArticleError, FormatWarning
from geoner.escapes import json_text


def read(content: str, path: str) -> Iterator[Item]:
    """The articles of a file's content."""
    source = Source(path, 1)
    try:
        tasks = loads(content, source)
        if not isinstance(tasks, list):
            raise fault("expected a list of tasks", source)
    except ArticleError as error:
        yield error
        return
    left_out = 0
    for index, task in enumerate(tasks):
        item = _task(task, source, f"task {index + 1}: ")
        if item is None:
            left_out += 1
        else:
            yield item
    if left_out:
        warnings.warn(
            f"{path}: {left_out} tasks without an annotation are left out",
            FormatWarning,
            stacklevel=2,
        )


def _task(task: Any, source: Source, where: str) -> Item | None:
    try:
        if not isinstance(task, dict):
            raise fault(f"{where}expected an object with data and annotations", source)
        article = _parse(task, source, where)
    except ArticleError as error:
        return error
    except RecursionError:  # in showing what is wrong
        return fault(f"{where}nested too deeply", source)
    return None if article is None else (article, source)


def _parse(task: dict[str, Any], source: Source, where: str) -> Article | None:
    data = typed(task, "data", dict, source, where)
    text = typed(data, "text", str, source, f"{where}data: ")
    annotations = [
        annotation
        for annotation in objects(task, "annotations", source, where)
        if not annotation[0].get("was_cancelled")
    ]
    if not annotations:
        return None
    if len(annotations) > 1:
        warnings.warn(
            f"{source.path}: {where}the first of {len(annotations)} annotations is read",
            FormatWarning,
            stacklevel=3,
        )
    annotation, place = annotations[0]
    spans = list(_spans(annotation, place, text, source))
    meta = {key: str(value) for key, value in data.items() if key not in ("text", "id")}
    name = str(data.get("id", task.get("id", source.line)))
    return Article(name, document(text, spans, source, f"{where}annotations"), meta)


def _spans(annotation: dict[str, Any], where: str, text: str, source: Source) -> Iterator[Span]:
    for region, place in objects(annotation, "result", source, where):
        if region.get("type", "labels") != "labels":
            warnings.warn(
                f"{source.path}: {place}regions of type {region['type']!r} are not read",
                FormatWarning,
                stacklevel=4,
            )
            continue
        value = typed(region, "value", dict, source, place)
        start = typed(value, "start", int, source, place)
        end = typed(value, "end", int, source, place)
        labels = typed(value, "labels", list, source, place)
        if len(labels) != 1 or not isinstance(labels[0], str):
            raise fault(f"{place}expected one label, not {labels!r:.40}", source)
        said = value.get("text")
        if isinstance(said, str) and text[start:end] != said:
            start, end = _code_points(text, start), _code_points(text, end)
            if text[start:end] != said:
                raise fault(f"{place}{said!r:.40} does not stand at its offsets", source)
        within(start, end, text, source, place)
        yield start, end, labels[0]


def _code_points(text: str, units: int) -> int:
    """The offset in code points of an offset in UTF-16 code units."""
    encoded = text.encode("utf-16-le", "surrogatepass")[: 2 * units]
    return len(encoded.decode("utf-16-le", "ignore"))


def write(articles: Iterable[Article]) -> Iterator[str]:
    """The file's content, in pieces."""
    separator = "["
    for number, article in enumerate(articles, start=1):
        if taken := [name for name in article.meta if name in ("id", "text")]:
            raise ArticleError(f"{article.id}: Label Studio's data holds {taken[0]!r} already")
        regions = [
            {
                "from_name": "label",
                "to_name": "text",
                "type": "labels",
                "value": {"start": e.start, "end": e.end, "text": e.text, "labels": [e.label]},
            }
            for e in article.document.entities
        ]
        task = {
            "id": number,
            "data": {"text": article.text, "id": article.id, **article.meta},
            "annotations": [{"result": regions}],
        }
        yield f"{separator}\n{json_text(task)}"
        separator = ","
    yield "[]\n" if separator == "[" else "\n]\n"

"""What the formats written in JSON share: objects, typed fields, spans, and faults by place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from geoner.articles.article import Article, Source
from geoner.document import Document
from geoner.errors import ArticleError

#: An article with its place, or what is wrong with it.
Item = tuple[Article, Source] | ArticleError

Span = tuple[int, int, str]


def fault(reason: str, source: Source) -> ArticleError:
    """An error at the place of an article."""
    return ArticleError(reason, source.path, source.line)


Parse = Callable[[dict[str, Any], Source], Article | None]


def read_lines(content: str, path: str, parse: Parse) -> Iterator[Item]:
    """What `parse` makes of the object on each line; None is passed over."""
    # JSON strings may hold U+2028 and its like, at which splitlines() would cut
    for number, line in enumerate(content.split("\n"), start=1):
        if line.strip():
            item = attempt(line, Source(path, number), parse)
            if item is not None:
                yield item


def attempt(line: str, source: Source, parse: Parse) -> Item | None:
    """What `parse` makes of an object in JSON, or what is wrong with it."""
    try:
        data = loads(line, source)
        if not isinstance(data, dict):
            raise fault("expected an object with the text and its spans", source)
        article = parse(data, source)
    except ArticleError as error:
        return error
    except RecursionError:  # in showing what is wrong
        return fault("not an article (nested too deeply)", source)
    return None if article is None else (article, source)


def loads(text: str, source: Source) -> Any:
    """What a JSON text holds.

    Raises:
        ArticleError: if it is no JSON.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise fault(f"not JSON ({error.msg}, column {error.colno})", source) from error
    except ValueError as error:  # a number longer than Python reads
        raise fault(f"not an article ({error})", source) from error
    except RecursionError as error:
        raise fault("not an article (nested too deeply)", source) from error


def typed(
    data: Mapping[str, Any],
    name: str,
    kind: type | tuple[type, ...],
    source: Source,
    where: str = "",
) -> Any:
    """A field that must be there and of a kind.

    Raises:
        ArticleError: naming it, if it is not.
    """
    value = data.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        found = f"is {value!r:.40}" if name in data else "is missing"
        raise fault(f"{where}field {name!r} {found}", source)
    return value


def objects(
    data: Mapping[str, Any], name: str, source: Source, where: str = ""
) -> Iterator[tuple[dict[str, Any], str]]:
    """The objects of a list, each with its place in words.

    Raises:
        ArticleError: if the field is no list of objects.
    """
    for index, item in enumerate(typed(data, name, list, source, where)):
        place = f"{where}{name}[{index}]: "
        if not isinstance(item, dict):
            raise fault(f"{place}expected an object", source)
        yield item, place


def within(start: int, end: int, text: str, source: Source, where: str) -> None:
    """Checks that a span lies in a text.

    Raises:
        ArticleError: if it does not.
    """
    if not 0 <= start < end <= len(text):
        raise fault(
            f"{where}offsets {start}:{end} do not lie in a text of {len(text)} characters", source
        )


def document(text: str, spans: Iterable[Span], source: Source, name: str) -> Document:
    """A document of spans in any order.

    Raises:
        ArticleError: naming the field that holds the spans, if two overlap.
    """
    try:
        return Document.from_spans(text, [(*span, 1.0) for span in spans])
    except ValueError as error:
        raise fault(f"{name}: {error}", source) from error

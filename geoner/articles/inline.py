r"""Labelled articles as plain text with inline marks: ``[Iran](COUNTRY)``.

A file holds one article: header lines ``key: value``, of which ``id`` is required and ``ok``
may be repeated, a blank line, then the text. In the text ``\[``, ``\]`` and ``\\`` stand for
the character after the backslash, ``\r`` for a carriage return and ``\uD800`` for half of a
surrogate pair; marks do not nest. One line break at the end of the file is not text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from geoner.articles.article import Article, Source
from geoner.document import Document
from geoner.errors import ArticleError

_KEY = re.compile(r"[a-z][a-z0-9_-]*\Z")
_TOKEN = re.compile(r"\\u[0-9A-Fa-f]{4}|\\.?|[\[\]]", re.DOTALL)
_LABEL = re.compile(r"\(((?:[^()\\\n]|\\[()\\])+)\)")
_TO_ESCAPE = re.compile("[\\[\\]\\\\\r\ud800-\udfff]")
_UNESCAPED = {r"\[": "[", r"\]": "]", r"\\": "\\", r"\r": "\r"}


def parse(content: str, path: str) -> tuple[Article, Source]:
    """The article that a file's content holds, its line breaks being ``\\n``.

    Raises:
        ArticleError: naming file and line at the first fault.
    """
    header, blank, body = content.partition("\n\n")
    if not blank:
        raise ArticleError("no blank line between header and text", path, 1)
    name, meta, answers = _header(header, path)
    source = Source(path, 1, header.count("\n") + 3)
    text, spans = _body(body.removesuffix("\n"), source)
    return Article(name, Document.from_spans(text, spans), meta, answers), source


def _header(header: str, path: str) -> tuple[str, dict[str, str], tuple[str, ...]]:
    fields: dict[str, str] = {}
    answers = []
    for number, line in enumerate(header.split("\n"), start=1):
        key, colon, value = line.partition(":")
        value = value.strip()
        if not colon or not _KEY.match(key):
            raise ArticleError(f"expected 'key: value' in the header, not {line:.40}", path, number)
        if key == "ok":
            answers.append(value)
        elif key in fields:
            raise ArticleError(f"{key!r} stands in the header twice", path, number)
        else:
            fields[key] = value
    name = fields.pop("id", "")
    if not name:
        raise ArticleError("the header has no id", path, 1)
    return name, fields, tuple(answers)


def _body(body: str, source: Source) -> tuple[str, list[tuple[int, int, str, float]]]:
    pieces: list[str] = []
    spans = []
    position = length = 0
    opened: int | None = None  # offset in the text at which a mark opened

    def fault(message: str, offset: int) -> ArticleError:
        return ArticleError(message, source.path, source.line_of(body, offset))

    def add(text: str) -> None:
        nonlocal length
        pieces.append(text)
        length += len(text)

    while token := _TOKEN.search(body, position):
        add(body[position : token.start()])
        position = token.end()
        if token.group() == "[":
            if opened is not None:
                raise fault(r"a mark inside a mark; a bracket of the text is written \[", position)
            opened = length
        elif token.group() == "]":
            label = _LABEL.match(body, position)
            if opened is None or label is None:
                raise fault(
                    r"expected [words](LABEL); a bracket of the text is written \]", token.start()
                )
            if opened == length:
                raise fault("a mark without words", token.start())
            spans.append((opened, length, re.sub(r"\\(.)", r"\1", label.group(1)), 1.0))
            opened = None
            position = label.end()
        elif token.group() in _UNESCAPED:
            add(_UNESCAPED[token.group()])
        elif len(token.group()) == 6:
            add(chr(int(token.group()[2:], 16)))
        else:
            raise fault(
                f"{token.group()} is no escape; a backslash of the text is written \\\\",
                token.start(),
            )
    if opened is not None:
        raise fault(r"a mark that does not close; a bracket of the text is written \[", len(body))
    add(body[position:])
    return "".join(pieces), spans


def serialize(article: Article) -> str:
    """The file's content for an article; `parse` gives the article back.

    Raises:
        ArticleError: if its id, a field or a label has characters the format cannot hold.
    """
    lines = [("id", article.id), *article.meta.items(), *(("ok", a) for a in article.answers)]
    for index, (key, value) in enumerate(lines):
        taken = key in ("id", "ok") and 0 < index <= len(article.meta)
        held = value == value.strip() and not re.search("[\r\n\ud800-\udfff]", value)
        if taken or not (_KEY.match(key) and held and (value or key != "id")):
            raise ArticleError(f"a header line cannot hold {key!r}: {value!r:.60}")
    header = "".join(f"{key}: {value}".rstrip() + "\n" for key, value in lines)
    return f"{header}\n{''.join(_marked(article.document))}\n"


def _marked(document: Document) -> Iterator[str]:
    position = 0
    for entity in document.entities:
        if not entity.label or re.search("[\r\n\ud800-\udfff]", entity.label):
            raise ArticleError(f"a mark cannot hold the label {entity.label!r}")
        label = re.sub(r"[()\\]", r"\\\g<0>", entity.label)
        yield _escape(document.text[position : entity.start])
        yield f"[{_escape(entity.text)}]({label})"
        position = entity.end
    yield _escape(document.text[position:])


def _escape(text: str) -> str:
    def escaped(match: re.Match[str]) -> str:
        character = match.group()
        if character == "\r":
            return r"\r"
        return f"\\u{ord(character):04x}" if character > "\ud7ff" else f"\\{character}"

    return _TO_ESCAPE.sub(escaped, text)

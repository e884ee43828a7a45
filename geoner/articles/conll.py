"""Labelled articles as columns: a word a line, its tag in the last column, after CoNLL-2003.

Tags are IOB2 when written; IOB1, IOB2, BILOU and IOBES are read. Blank lines end sentences, a
line ``-DOCSTART-`` begins a document, and lines such as ``# id = minsk`` are comments, of which
``# id`` and ``# newdoc id`` name the document.

Columns hold words, not the spaces between them: a text read from columns has one space between
words and a line break between sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from geoner.articles.article import Article, Source
from geoner.articles.fields import Item, Span, fault
from geoner.document import Document
from geoner.errors import ArticleError

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*|\S")
_TAG = re.compile(r"O\Z|([BIEOLSU])-(\S+)\Z")
_COMMENT = re.compile(r"#\s+(?:(newdoc\s+)?(\w+)\s*=\s*(.*)|newdoc\s*)\Z")
_START = "-DOCSTART-"


class Draft:
    """A document while its lines are read."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.name = ""
        self.pieces: list[str] = []
        self.length = 0
        self.spans: list[Span] = []
        self.open = False  # the last span may go on
        self.between = ""  # what stands before the next word

    def add(self, word: str, prefix: str, label: str) -> None:
        """Adds a word with its tag's prefix and label."""
        self.pieces += [self.between, word]
        start = self.length + len(self.between)
        self.length = start + len(word)
        self.between = " "
        goes_on = self.open and prefix in "IEL" and self.spans[-1][2] == label
        if goes_on:
            self.spans[-1] = (self.spans[-1][0], self.length, label)
        elif label:
            self.spans.append((start, self.length, label))
        self.open = bool(label) and prefix in "BI"

    def document(self) -> Document:
        """What was read."""
        return Document.from_spans("".join(self.pieces), [(*span, 1.0) for span in self.spans])

    def end_sentence(self) -> None:
        self.open = False
        if self.pieces:
            self.between = "\n"


def read(content: str, path: str) -> Iterator[Item]:
    """The articles of a file's content."""
    drafts = [Draft(1)]
    columns = 0
    try:
        for number, line in enumerate(content.split("\n"), start=1):
            source = Source(path, number)
            comment = _COMMENT.match(line)
            if not line.strip():
                drafts[-1].end_sentence()
            elif line.split()[0] == _START or (comment and line.split()[1] == "newdoc"):
                drafts.append(Draft(number))
            elif not comment:
                cells = line.rstrip("\r").split("\t") if "\t" in line else line.split()
                columns = columns or len(cells)
                if len(cells) != columns or columns < 2:
                    raise fault(
                        f"expected a word and its tag, in {max(columns, 2)} columns: {line:.40}",
                        source,
                    )
                if not cells[0]:
                    raise fault(f"a tag without a word: {line.strip():.40}", source)
                drafts[-1].add(cells[0], *tag(cells[-1], source))
            if comment and comment.group(2) == "id":
                drafts[-1].name = comment.group(3)
    except ArticleError as error:
        yield error
        return
    found = [draft for draft in drafts if draft.pieces]
    if not found:
        yield ArticleError("no words", path)
    stem = PurePath(path).stem
    for number, draft in enumerate(found, start=1):
        name = draft.name or (stem if len(found) == 1 else f"{stem}-{number}")
        yield Article(name, draft.document()), Source(path, draft.line)


def tag(name: str, source: Source) -> tuple[str, str]:
    """The prefix and the label of a tag.

    Raises:
        ArticleError: if it is none.
    """
    match = _TAG.match(name)
    if not match:
        raise fault(f"{name!r:.40} is no tag of IOB1, IOB2, BILOU or IOBES", source)
    return match.group(1) or "O", match.group(2) or ""


def write(articles: Iterable[Article]) -> Iterator[str]:
    """The file's content, in pieces: word, tab and tag in IOB2."""
    for article in articles:
        yield f"{_START}\tO\n\n"
        if article.id.strip() == article.id and article.id and "\n" not in article.id:
            yield f"# id = {article.id}\n"
        yield from _sentences(article)
        yield "\n"


def _sentences(article: Article) -> Iterator[str]:
    text = article.text
    previous = 0
    for start, end, tag in tagged(article.document):
        if "\n" in text[previous:start] and previous and not tag.startswith("I-"):
            yield "\n"
        yield f"{text[start:end]}\t{tag}\n"
        previous = end


def tagged(document: Document) -> Iterator[tuple[int, int, str]]:
    """Start, end and tag in IOB2 of each word; words end where a mention does.

    Raises:
        ArticleError: if a label has a space in it.
    """
    position = 0
    for entity in document.entities:
        if not re.fullmatch(r"\S+", entity.label):
            raise ArticleError(f"columns cannot hold the label {entity.label!r:.40}")
        yield from ((start, end, "O") for start, end in _words(document, position, entity.start))
        prefix = "B"
        for start, end in _words(document, entity.start, entity.end):
            yield start, end, f"{prefix}-{entity.label}"
            prefix = "I"
        position = entity.end
    yield from ((start, end, "O") for start, end in _words(document, position, None))


def _words(document: Document, start: int, end: int | None) -> Iterator[tuple[int, int]]:
    stretch = document.text[start:end]
    return ((start + m.start(), start + m.end()) for m in _WORD.finditer(stretch))

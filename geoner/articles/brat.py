"""Labelled articles as brat standoff: ``name.txt`` and, beside it, ``name.ann``.

Read are text-bound annotations ("T") in one piece. Offsets are in code points.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path

from geoner.articles.article import Article, Source
from geoner.articles.fields import Item, document, fault, within
from geoner.errors import ArticleError, FormatWarning

_BOUND = re.compile(r"T\S*\t(\S+) (\d{1,18}) (\d{1,18})(;.*?)?(?:\t.*)?\Z")


def read(path: Path, text: str, notes: str) -> Iterator[Item]:
    """The article of ``name.txt`` and the content of ``name.ann``."""
    beside = path.with_suffix(".ann")
    spans = []
    others = 0
    try:
        for number, line in enumerate(notes.split("\n"), start=1):
            source = Source(str(beside), number)
            if not line.startswith("T"):
                others += bool(line.strip())
                continue
            match = _BOUND.match(line.rstrip("\r"))
            if not match:
                raise fault(f"expected ID, tab, label, start and end: {line:.40}", source)
            if match.group(4):
                raise fault("a mention in pieces; geoner's are in one", source)
            start, end = int(match.group(2)), int(match.group(3))
            within(start, end, text, source, "")
            spans.append((start, end, match.group(1)))
        found = document(text, spans, Source(str(beside), 1), "annotations")
    except ArticleError as error:
        yield error
        return
    if others:
        warnings.warn(
            f"{beside}: {others} lines that are no text-bound annotations are not read",
            FormatWarning,
            stacklevel=2,
        )
    yield Article(path.stem, found), Source(str(path), 1, 1)


def standoff(article: Article) -> str:
    """The content of ``name.ann``; that of ``name.txt`` is the text."""
    rows = []
    for number, entity in enumerate(article.document.entities, start=1):
        if not re.fullmatch(r"[^\s;]+", entity.label):
            raise ArticleError(f"{article.id}: brat cannot hold the label {entity.label!r:.40}")
        shown = re.sub(r"[\r\n\t]", " ", entity.text)
        rows.append(f"T{number}\t{entity.label} {entity.start} {entity.end}\t{shown}\n")
    return "".join(rows)

"""Documents from text with inline marks, for tests of values and groups."""

from __future__ import annotations

import re

from geoner import Document
from geoner.linking import link
from geoner.values.resolve import resolve

_MARK = re.compile(r"\[([^\]]+)\]\((\w+)\)")
_LABELS = {"C": "COUNTRY", "O": "OFFICIAL", "A": "AGREEMENT", "M": "MONEY"}


def marked(text: str) -> Document:
    """A document of text in which ``[words](O)`` marks a mention; labels by their first letter."""
    plain, spans, last = "", [], 0
    for match in _MARK.finditer(text):
        plain += text[last : match.start()]
        label = _LABELS.get(match[2], match[2])
        spans.append((len(plain), len(plain) + len(match[1]), label, 1.0))
        plain += match[1]
        last = match.end()
    return Document.from_spans(plain + text[last:], spans)


def linked(text: str) -> Document:
    """The same with values and groups."""
    return link(resolve(marked(text)))


def groups(text: str) -> list[list[str]]:
    """The texts of the mentions of each group."""
    return [[mention.text for mention in group.mentions] for group in linked(text).groups]

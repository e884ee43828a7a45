"""One labelled article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from geoner.document import Document


@dataclass(frozen=True, slots=True)
class Article:
    """A labelled article.

    Attributes:
        id: Its name, unique in its corpus.
        document: Its text and labels; the entities' score is 1.
        meta: What else its source says of it, such as its style, period or split.
        answers: Warnings of `check_articles` that were looked at and are right as they are,
            each ``RULE "TEXT" reason``.
    """

    id: str
    document: Document
    meta: Mapping[str, str] = field(default_factory=dict, hash=False)
    answers: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.document.text

    @property
    def labels(self) -> frozenset[str]:
        """The labels that occur in it."""
        return frozenset(entity.label for entity in self.document.entities)


@dataclass(frozen=True, slots=True)
class Source:
    """Where an article was read.

    Attributes:
        path: The file.
        line: The line, counted from 1, on which the article starts.
        text_line: The line on which its text starts, where the text's own line breaks are
            the file's; else None.
    """

    path: str
    line: int
    text_line: int | None = None

    def line_of(self, text: str, offset: int) -> int:
        """The line of the file on which a character of the article's text stands."""
        if self.text_line is None:
            return self.line
        return self.text_line + text.count("\n", 0, offset)

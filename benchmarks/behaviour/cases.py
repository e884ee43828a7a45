"""Behaviours, and the cases that show whether a model has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.behaviour.templates import DATA, Value, fillings
from geoner import Document, GeonerError
from geoner.articles.editing import Edit, Span, apply_edits
from geoner.articles.inline import parse

#: The kinds of behaviours; CheckList's minimum functionality, invariance and direction.
RULES, INVARIANCE, DIRECTION = "rules", "invariance", "direction"


class Case(Protocol):
    """One or two texts, and what is expected of them."""

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts to be read."""

    def expected(self, found: Sequence[Sequence[Span]]) -> Sequence[Sequence[Span] | None]:
        """The spans that each text should have, given those found in each, in order.

        ``None`` where no spans would be right.
        """


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts that are right as marked: one that follows a rule, or two that differ in labels."""

    documents: tuple[Document, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(document.text for document in self.documents)

    def expected(self, found: Sequence[Sequence[Span]]) -> Sequence[Sequence[Span]]:  # noqa: ARG002
        return [spans_of(document) for document in self.documents]


@dataclass(frozen=True, slots=True)
class Changed:
    """A text, and a change that keeps its labels, whatever they are."""

    text: str
    edits: tuple[Edit, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        return self.text, apply_edits(self.text, (), self.edits)[0]

    def expected(self, found: Sequence[Sequence[Span]]) -> Sequence[Sequence[Span] | None]:
        try:
            return found[0], apply_edits(self.text, found[0], self.edits)[1]
        except ValueError:  # a span ended inside what was changed
            return found[0], None


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Something a model should do.

    Attributes:
        kind: "rules", "invariance" or "direction".
        capability: What it is about: "country", "spans", ...
        name: What the model should do, in a few words.
        cases: At least one.
    """

    kind: str
    capability: str
    name: str
    cases: tuple[Case, ...]


def spans_of(document: Document) -> list[Span]:
    """The spans of a document, with their labels."""
    return [(entity.start, entity.end, entity.label) for entity in document.entities]


def labelled_behaviours(kind: str) -> list[Behaviour]:
    """The behaviours of the data files of "rules" or "direction".

    Raises:
        GeonerError: if a file is not as `benchmarks/README.md` says, naming file and behaviour.
    """
    return [
        Behaviour(kind, path.stem, name, tuple(_cases(body, f"{path}: {name}")))
        for path in sorted((DATA / kind).glob("*.txt"))
        for name, body in _blocks(path)
    ]


def _blocks(path: Path) -> Iterator[tuple[str, list[str]]]:
    _, *blocks = f"\n{path.read_text('utf-8')}".split("\n## ")
    for block in blocks:
        name, *lines = block.split("\n")
        yield name, [line for line in lines if line.strip()]


def _cases(lines: Sequence[str], where: str) -> Iterator[Labelled]:
    lists: dict[str, list[Value]] = {}
    templates: list[str] = []
    for line in lines:
        name, equals, values = line.partition(" = ")
        if equals and name.isidentifier():
            lists[name] = [{name: value} for value in values.split(" | ")]
        elif line.startswith("+ "):
            if not (templates and templates[-1].startswith("- ")):
                raise GeonerError(f"{where}: a changed text without its original: {line}")
            templates[-1] += f"\n{line}"
        else:
            templates.append(line)
    if not templates:
        raise GeonerError(f"{where}: a behaviour without cases")
    for template in templates:
        # original and changed text are filled as one, by the same values
        for text in fillings(template, lists):
            yield Labelled(tuple(_documents(text, where)))


def _documents(text: str, where: str) -> Iterator[Document]:
    for line in text.split("\n"):
        body = line[2:] if line.startswith(("- ", "+ ")) else line
        article, _ = parse(f"id: case\n\n{body}", where)
        yield article.document

"""A document for the eye: the table on a terminal."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from geoner.document import Document, Entity
from geoner.schema import AGREEMENT, COUNTRY, MONEY, OFFICIAL, ordered_labels

if TYPE_CHECKING:
    from rich.table import Table

_STYLES = {COUNTRY: "green", OFFICIAL: "cyan", AGREEMENT: "magenta", MONEY: "yellow"}


def table(document: Document, title: str | None = None) -> Table:
    """A `rich` table with a row for each distinct mention: its label, its text, how often it
    occurs, the offset where it first does, and the highest score."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    result = Table(
        title=None if title is None else Text(printable(title)),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        caption=None if document.entities else "nothing found",
        caption_justify="left",
    )
    result.add_column("label", no_wrap=True)
    result.add_column("text", overflow="fold")
    for name in ("times", "first at", "score"):
        result.add_column(name, justify="right", no_wrap=True)

    groups: dict[str, dict[str, list[Entity]]] = defaultdict(lambda: defaultdict(list))
    for entity in document.entities:
        groups[entity.label][printable(entity.text)].append(entity)
    for label in ordered_labels(groups):
        style = _STYLES.get(label, "bold")
        for text, mentions in groups[label].items():
            result.add_row(
                Text(printable(label), style=style),
                Text(text, style=style),
                str(len(mentions)),
                str(mentions[0].start),
                f"{max(mention.score for mention in mentions):.2f}",
            )
    return result


def printable(text: str) -> str:
    """A text on one line, without characters that steer a terminal."""
    visible = (character if character.isprintable() else " " for character in text)
    return " ".join("".join(visible).split())

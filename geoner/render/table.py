"""A document for the eye: the table on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geoner.document import Document
from geoner.render.groups import groups_of
from geoner.render.text import meaning, printable
from geoner.schema import AGREEMENT, COUNTRY, MONEY, OFFICIAL, ordered_labels

if TYPE_CHECKING:
    from rich.table import Table

_STYLES = {COUNTRY: "green", OFFICIAL: "cyan", AGREEMENT: "magenta", MONEY: "yellow"}

_VALUE_WIDTH = 24


def table(document: Document, title: str | None = None) -> Table:
    """A `rich` table with a row for each thing: its label, its name, what it is, how often it is
    named, the offset where it first is, and the highest score."""
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
    result.add_column("name", overflow="fold")
    result.add_column("value", overflow="fold", max_width=_VALUE_WIDTH)
    for name in ("times", "at", "score"):
        result.add_column(name, justify="right", no_wrap=True)

    groups = groups_of(document)
    for label in ordered_labels(group.label for group in groups):
        style = _STYLES.get(label, "bold")
        for group in groups:
            if group.label == label:
                result.add_row(
                    Text(printable(label), style=style),
                    Text(printable(group.name), style=style),
                    Text(printable(meaning(group))),
                    str(group.count),
                    str(group.mentions[0].start),
                    f"{max(mention.score for mention in group.mentions):.2f}",
                )
    return result

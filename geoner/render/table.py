"""A document for the eye: the table on a terminal."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from geoner.document import Document, Entity
from geoner.schema import AGREEMENT, COUNTRY, MONEY, OFFICIAL, ordered_labels
from geoner.values.types import CountryValue, MoneyValue, OfficialValue, Value

if TYPE_CHECKING:
    from rich.table import Table

_STYLES = {COUNTRY: "green", OFFICIAL: "cyan", AGREEMENT: "magenta", MONEY: "yellow"}

_VALUE_WIDTH = 24


def table(document: Document, title: str | None = None) -> Table:
    """A `rich` table with a row for each distinct mention: its label, its text, what it stands
    for, how often it occurs, the offset where it first does, and the highest score."""
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
    result.add_column("value", overflow="fold", max_width=_VALUE_WIDTH)
    for name in ("times", "at", "score"):
        result.add_column(name, justify="right", no_wrap=True)

    groups: dict[str, dict[tuple[str, str], list[Entity]]] = defaultdict(lambda: defaultdict(list))
    for entity in document.entities:
        shown = printable(entity.text), printable(_meaning(entity))
        groups[entity.label][shown].append(entity)
    for label in ordered_labels(groups):
        style = _STYLES.get(label, "bold")
        for (text, meaning), mentions in groups[label].items():
            result.add_row(
                Text(printable(label), style=style),
                Text(text, style=style),
                Text(meaning),
                str(len(mentions)),
                str(mentions[0].start),
                f"{max(mention.score for mention in mentions):.2f}",
            )
    return result


def describe(value: Value) -> str:
    """A value in a few words: "NO", "310,000,000 USD", "prime minister, NO", "treaty, 1951"."""
    if isinstance(value, CountryValue):
        return value.alpha_2 or value.alpha_3 or value.name
    if isinstance(value, MoneyValue):
        return _amount(value)
    if isinstance(value, OfficialValue):
        parts = [value.role, value.country or value.organisation]
    else:
        year = None if value.year is None else str(value.year)
        parts = [value.kind, "-".join(value.parties), year]
    return ", ".join(filter(None, parts))


def _amount(value: MoneyValue) -> str:
    ends = dict.fromkeys(end for end in (value.amount_min, value.amount_max) if end is not None)
    numbers = " to ".join(_number(end) for end in ends)
    about = "~" if value.approximate and numbers else ""
    return " ".join(filter(None, (about + numbers, value.currency)))


def _number(amount: Decimal) -> str:
    text = f"{amount:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _meaning(entity: Entity) -> str:
    """What a mention stands for, or may stand for."""
    if entity.value is not None:
        return describe(entity.value)
    return " or ".join(describe(candidate) for candidate in entity.candidates)


def printable(text: str) -> str:
    """A text on one line, without characters that steer a terminal."""
    visible = (character if character.isprintable() else " " for character in text)
    return " ".join("".join(visible).split())

"""Names and values in a few words, safe on a terminal."""

from __future__ import annotations

from decimal import Decimal

from geoner.document import Group
from geoner.values.types import CountryValue, MoneyValue, OfficialValue, Value


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


def meaning(group: Group) -> str:
    """What a group stands for; where the text does not say which country is meant, those it
    may be."""
    if group.value is not None:
        return describe(group.value)
    names = [country.name for mention in group.mentions for country in mention.candidates]
    return " or ".join(dict.fromkeys(names)) + "?" if names else ""


def printable(text: str) -> str:
    """A text on one line, without characters that steer a terminal."""
    visible = (character if character.isprintable() else " " for character in text)
    return " ".join("".join(visible).split())

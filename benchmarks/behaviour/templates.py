"""Texts with slots, and the lists that fill them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent / "data"

#: Times that a text is filled whose slots all take values from the shared lists.
FILLINGS = 6

#: What one value looks like in each of its forms: ``{"name": "Norway", "demonym": "Norwegian"}``.
#: The first form is the one that a slot without a form takes.
Value = Mapping[str, str]

_SLOT = re.compile(r"\{(?P<list>[A-Za-z]+)(?P<copy>\d?)(?:\.(?P<form>\w+))?\}")


class Place(NamedTuple):
    """Where a slot was filled: the name of its list, and the offsets of the value."""

    list: str
    start: int
    end: int


@cache
def shared_lists() -> Mapping[str, Sequence[Value]]:
    """The lists that every text may use, by name; one a file, one value a line."""
    lists = {}
    for path in sorted((DATA / "fillers").glob("*.tsv")):
        forms, *rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
        lists[path.stem] = [dict(zip(forms, row, strict=True)) for row in rows]
    return lists


def lists_in(template: str) -> list[str]:
    """The names of the lists that a template takes values from, each once."""
    return list(dict.fromkeys(slot["list"].lower() for slot in _SLOT.finditer(template)))


def fill(
    template: str, lists: Mapping[str, Sequence[Value]], turns: Mapping[str, int]
) -> tuple[str, list[Place]]:
    """A template with its slots filled.

    ``{country}`` takes a value of the list "country", ``{country2}`` another of the same list,
    ``{country.demonym}`` the value of ``{country}`` in another form. ``{Country}`` begins with a
    capital.

    Args:
        template: A text with slots. Those of other lists stay as they are.
        lists: The values of each list.
        turns: Which value of each list is taken; it wraps around. 0 where none is given.

    Returns:
        The text, and where the slots were filled, in order.
    """
    text, places, position = "", [], 0
    for slot in _SLOT.finditer(template):
        name = slot["list"].lower()
        if name not in lists:
            continue
        values = lists[name]
        # copies stand a quarter of the list apart, so that they never meet
        distance = int(slot["copy"] or 0) * (len(values) // 4)
        value = values[(turns.get(name, 0) + distance) % len(values)]
        word = value[slot["form"]] if slot["form"] else next(iter(value.values()))
        if slot["list"] != name:
            word = word[:1].upper() + word[1:]
        text += template[position : slot.start()]
        places.append(Place(name, len(text), len(text) + len(word)))
        text += word
        position = slot.end()
    return text + template[position:], places


def fillings(template: str, local: Mapping[str, Sequence[Value]]) -> Iterator[str]:
    """The texts that a template stands for.

    Local lists go in step, and every value of theirs is used; a template without any is filled
    `FILLINGS` times, and one without slots is a text itself. Values of the local lists may have
    slots of the shared ones.
    """
    longest = max((len(local[name]) for name in lists_in(template) if name in local), default=0)
    start = zlib.crc32(template.encode())  # so that other texts take other values first
    for turn in range(longest or FILLINGS):
        text, _ = fill(template, local, dict.fromkeys(local, turn))
        full, places = fill(text, shared_lists(), dict.fromkeys(shared_lists(), start + turn))
        yield full
        if not longest and not places:
            return

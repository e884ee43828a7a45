"""Carrier texts with slots, and names put into them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent / "data"

_SLOT = re.compile(r"\{(\w+)\}")


class Filling(NamedTuple):
    """What comes into a slot: a name, and what its place in the sentence asks for around it."""

    before: str
    name: str
    after: str = ""


class Place(NamedTuple):
    """Where a name stands: the slot's name and the offsets of the name alone."""

    slot: str
    start: int
    end: int


def lines_of(name: str) -> list[str]:
    """The lines of a data file, without comments."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def carriers(name: str) -> list[str]:
    """The carrier texts of a data file, one a line; a written \\n is a line break."""
    return [line.replace("\\n", "\n") for line in lines_of(name)]


def fill(carrier: str, fillings: Mapping[str, Filling]) -> tuple[str, list[Place]]:
    """A carrier with its slots filled.

    Args:
        carrier: A text with slots such as ``{full}``.
        fillings: What comes into each slot.

    Returns:
        The text, and where each name stands, in order.

    Raises:
        KeyError: if a slot has no filling.
    """
    text, places, position = "", [], 0
    for slot in _SLOT.finditer(carrier):
        before, name, after = fillings[slot[1]]
        text += carrier[position : slot.start()] + before
        places.append(Place(slot[1], len(text), len(text) + len(name)))
        text += name + after
        position = slot.end()
    return text + carrier[position:], places


def possessive(name: str) -> str:
    """What makes a name possessive, as newspapers write it."""
    return "'" if name.endswith("s") else "'s"


def capitalised(text: str) -> str:
    """A text that begins a sentence."""
    return text[:1].upper() + text[1:]

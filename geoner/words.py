"""The word lists in ``data/``; where they come from stands in its README."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"

#: Letters that Unicode does not take apart into a plain one and a mark.
_PLAIN_LETTERS = str.maketrans(
    dict(zip("łŁøØđĐðÐħĦıŧŦ", "lLoOdDdDhHitT", strict=True))
    | {"æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th"}
)


def without_accents(text: str) -> str:
    """A text in plain letters, as far as they are Latin: "Wałęsa" is "Walesa"."""
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFKD", text.translate(_PLAIN_LETTERS))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def table(path: Path) -> dict[str, tuple[str, ...]]:
    """A file of lines with a key, then its words, parted by tabs."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {key: tuple(words) for key, *words in (line.split("\t") for line in lines)}


@cache
def demonyms() -> dict[str, tuple[str, ...]]:
    """Adjectives and names of a country's people by its ISO 3166-1 alpha-2 code."""
    return table(_DATA / "demonyms.tsv")


@cache
def listed(kind: str) -> frozenset[str]:
    """The words of a kind: "title", "place", "language", "head", "status", "class", "number",
    "currency", "prefix" or "limit"; all but places, languages and prefixes in lower case."""
    return frozenset(table(_DATA / "words.tsv")[kind][0].split())


@cache
def context(kind: str) -> frozenset[str]:
    """The words around names that have one use, such as "determiner" or "abbreviation"; the kinds
    stand in the README of the data."""
    return frozenset(_contexts()[kind][0].split())


@cache
def _contexts() -> dict[str, tuple[str, ...]]:
    return table(_DATA / "context.tsv")

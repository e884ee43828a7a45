"""Invented names of people, of many naming traditions, and what comes back of each in a text."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent / "data"

_LOCALES = (
    "en_US", "en_GB", "fr_FR", "de_DE", "es_ES", "es_MX", "it_IT", "pt_BR", "pl_PL", "nl_NL",
    "sv_SE", "fi_FI", "cs_CZ", "hu_HU", "ro_RO", "hr_HR", "sl_SI", "no_NO", "da_DK", "lt_LT",
    "lv_LV", "et_EE", "ru_RU", "uk_UA", "bg_BG", "el_GR", "ka_GE", "hy_AM", "tr_TR", "az_AZ",
    "uz_UZ", "en_NG", "yo_NG", "zu_ZA", "tw_GH", "en_KE", "en_IN", "en_PK", "id_ID", "vi_VN",
)  # fmt: skip

#: Shares of names by one of `traditions`, and of listed given and family names; Faker makes the
#: others.
_OF_A_TRADITION, _LISTED = 0.4, 0.15

_SAME = "="
_NONE = "-"


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name.

    Attributes:
        full: The whole name.
        short: What news comes back to the person by: the family name, or what the naming
            tradition has in its place.
        given: The first of the given names.
    """

    full: str
    short: str
    given: str


@dataclass(frozen=True, slots=True)
class Tradition:
    """How names are built.

    Attributes:
        full: Patterns of whole names.
        short: Patterns of what comes back; "=" is the whole name.
        words: What stands for each letter in the patterns.
    """

    full: tuple[str, ...]
    short: tuple[str, ...]
    words: dict[str, tuple[str, ...]]

    def name(self, rng: random.Random) -> Name:
        """A name by this tradition."""
        values: dict[str, str] = {}
        for letter, words in self.words.items():
            chosen = rng.sample(words, min(len(words), 3))
            values |= {f"{letter}{k + 1 if k else ''}": word for k, word in enumerate(chosen)}
        full = rng.choice(self.full).format(**values)
        shorts = (short.format(**values) for short in self.short if short != _SAME)
        fitting = [short for short in shorts if short in full] or [full]
        return Name(full, rng.choice(fitting), values["a"])

    def makes(self, name: str) -> bool:
        """Whether a whole name could be by this tradition."""

        def words(slot: re.Match[str]) -> str:
            return f"(?:{'|'.join(map(re.escape, self.words[slot[1]]))})"

        patterns = (re.sub(r"\\\{([a-z])\d?\\\}", words, re.escape(full)) for full in self.full)
        return any(re.fullmatch(pattern, name, re.IGNORECASE) for pattern in patterns)


def new_name(rng: random.Random) -> Name:
    """An invented name."""
    draw = rng.random()
    if draw < _OF_A_TRADITION:
        return rng.choice(traditions()).name(rng)
    if draw < _OF_A_TRADITION + _LISTED:
        given, family = (rng.choice(names) for names in listed())
    else:
        given, family = _faked(rng)
    return Name(f"{given} {family}", family, given)


@cache
def traditions() -> tuple[Tradition, ...]:
    """The traditions of data/traditions.tsv."""
    rows = (_DATA / "traditions.tsv").read_text(encoding="utf-8").splitlines()
    result = []
    for row in rows:
        if row.startswith("#"):
            continue
        _, full, short, *lists = row.split("\t")
        words = {
            letter: tuple(word.replace("_", " ") for word in words.split())
            for letter, words in zip("abp", lists, strict=True)
            if words != _NONE
        }
        result.append(Tradition(tuple(full.split("|")), tuple(short.split("|")), words))
    return tuple(result)


@cache
def listed() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The given and the family names of data/names.txt."""
    rows = (_DATA / "names.txt").read_text(encoding="utf-8").splitlines()
    lists = dict(row.split("\t") for row in rows if "\t" in row)
    given, family = (
        tuple(word.replace("_", " ") for word in lists[kind].split())
        for kind in ("given", "family")
    )
    return given, family


@cache
def _fakers() -> tuple[Any, ...]:
    from faker import Faker

    return tuple(Faker(locale) for locale in _LOCALES)


def _faked(rng: random.Random) -> tuple[str, str]:
    from unidecode import unidecode

    faker = rng.choice(_fakers())
    faker.seed_instance(rng.getrandbits(32))
    given, family = faker.first_name(), faker.last_name()
    accents = rng.random() < 0.5

    def latin(name: str) -> str:
        is_latin = all(ord(character) < 0x250 for character in name)
        plain = name if is_latin and accents else unidecode(name)
        return plain if plain[:1].isupper() else plain.title()

    return latin(given), latin(family)

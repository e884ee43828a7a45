"""Currencies: what signs and words of money may mean, and who uses them.

All of it stands in ``data/currencies.tsv``; where that comes from stands in its README.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

from geoner.words import demonyms, without_accents

_TABLE = Path(__file__).parents[1] / "data" / "currencies.tsv"
_NO_APOSTROPHES = str.maketrans("", "", "'’ʻ")


@dataclass(frozen=True, slots=True)
class Unit:
    """What a sign or a word may mean.

    Attributes:
        codes: The currencies.
        default: The one it means where nothing says otherwise.
        parts: How many of it make one of a currency; of those missing, it is the unit.
    """

    codes: tuple[str, ...]
    default: str | None = None
    parts: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Currencies:
    """The table.

    Attributes:
        signs: Units by the signs and letters that stand beside a figure.
        words: Units by their folded words, or by two of them ("new cruzados").
        users: By currency the countries that use it and those that used it.
        places: Countries by their folded names and adjectives.
        longest: By the first word of such a name, how many words the longest one has.
        before: What makes an amount approximate in front of it; `after` and `inside` likewise.
        prepositions: Those of `before` that do so only right in front of it, without an article.
        governed: The same with a word that needs them, so that they say nothing of the amount
            ("row over").
        vague: What stands for a number and says none ("several").
        numbers: Words below a hundred; `fractions` by their denominator.
        scales: Scale words; plurals without a number ("millions of dollars") give no amount.
        short_scales: Those that follow a figure ("5bn").
        until_euro: Currencies that the euro replaced.
        home_dollars: Those that news of their countries calls "$"; of other countries "$" is
            the US dollar even at home.
    """

    signs: Mapping[str, Unit]
    words: Mapping[str, Unit]
    users: Mapping[str, tuple[frozenset[str], frozenset[str]]]
    places: Mapping[str, frozenset[str]]
    longest: Mapping[str, int]
    before: frozenset[str]
    prepositions: frozenset[str]
    governed: frozenset[str]
    after: frozenset[str]
    inside: frozenset[str]
    vague: frozenset[str]
    numbers: Mapping[str, Decimal]
    scales: Mapping[str, Decimal]
    short_scales: Mapping[str, Decimal]
    fractions: Mapping[str, Decimal]
    until_euro: frozenset[str]
    home_dollars: frozenset[str]


@cache
def currencies() -> Currencies:
    """The table, read once."""
    units: dict[str, dict[str, Unit]] = {"sign": {}, "word": {}}
    users: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    places: dict[str, set[str]] = {}
    lists: dict[str, frozenset[str]] = {}
    prepositions: dict[str, list[str]] = {}
    numbers: dict[str, dict[str, Decimal]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        kind, *fields = line.split("\t")
        if kind in units:
            forms = (form.replace("_", " ") for form in fields[0].split())
            units[kind] |= dict.fromkeys(forms, _unit(fields[1], fields[2]))
        elif kind == "code":
            users[fields[0]] = frozenset(fields[1].split()), frozenset(fields[2].split())
        elif kind == "place":
            for name in fields[1:]:
                places.setdefault(name, set()).add(fields[0])
        elif kind in ("number", "scale", "short", "fraction"):
            names = dict.fromkeys(fields[0].split(), Decimal(fields[1]))
            numbers.setdefault(kind, {}).update(names)
        elif kind == "preposition":
            words = fields[1].split()
            prepositions[fields[0]] = [word.replace("_", " ") for word in words]
        else:
            lists[kind] = frozenset(word.replace("_", " ") for word in fields[0].split())
    # "Congolese francs" are those that CLDR calls so, whoever else is Congolese
    of_currencies = frozenset(places)
    for country, adjectives in demonyms().items():
        for name in map(plain_name, adjectives):
            if name not in of_currencies:
                places.setdefault(name, set()).add(country)
    longest: dict[str, int] = {}
    for name in places:
        words = name.split()
        longest[words[0]] = max(len(words), longest.get(words[0], 0))
    return Currencies(
        signs=units["sign"] | {code: Unit((code,), code) for code in users},
        words=units["word"],
        users=users,
        places={name: frozenset(countries) for name, countries in places.items()},
        longest=longest,
        before=lists["before"],
        prepositions=frozenset(prepositions),
        governed=frozenset(f"{word} {to}" for to, words in prepositions.items() for word in words),
        after=lists["after"],
        inside=lists["inside"],
        vague=lists["vague"],
        numbers=numbers["number"],
        scales=numbers["scale"],
        short_scales=numbers["short"],
        fractions=numbers["fraction"],
        until_euro=lists["until-euro"],
        home_dollars=lists["home"],
    )


def _unit(default: str, codes: str) -> Unit:
    pairs = [code.partition(":") for code in codes.split()]
    return Unit(
        codes=tuple(code for code, _, _ in pairs),
        default=None if default == "-" else default,
        parts={code: Decimal(parts) for code, _, parts in pairs if parts},
    )


def folded(word: str) -> str:
    """In lower case, without accents and apostrophes, as the table has it."""
    return without_accents(word).casefold().translate(_NO_APOSTROPHES)


def plain_name(text: str) -> str:
    """A country's name, or a text that may hold one, as the table has it."""
    return folded(text).replace("-", " ").replace(".", "")


def places_in(words: Sequence[str]) -> Iterator[frozenset[str]]:
    """The countries that neighbouring words name, the longest names first."""
    table, at = currencies(), 0
    while at < len(words):
        for length in range(table.longest.get(words[at], 0), 0, -1):
            countries = table.places.get(" ".join(words[at : at + length]))
            if countries:
                yield countries
                at += length - 1
                break
        at += 1


def pick(country: str, codes: Sequence[str]) -> str | None:
    """The one of some currencies that a country uses, or else used; its own before others'."""
    users = currencies().users
    found = [code for code in codes if country in users[code][0]]
    found += [code for code in codes if country in users[code][1]]
    own = [code for code in found if code.startswith(country)]
    return next(iter(own or found), None)


def in_use(country: str, codes: Sequence[str], is_recent: bool) -> str | None:
    """The one of some currencies that a country uses, or used until it took the euro."""
    users, until_euro = currencies().users, currencies().until_euro
    for code in codes:
        if country in users[code][0]:
            return code
    former = [code for code in codes if code in until_euro and country in users[code][1]]
    own = [code for code in former if code.startswith(country)]
    return None if is_recent else next(iter(own or former), None)

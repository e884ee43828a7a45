"""Country names to countries, by the table in ``data/``; where it comes from stands in its README.

A name that several countries bear ("Congo") is decided by the text around it, or not at all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

from geoner.values.types import CountryValue
from geoner.words import demonyms, table, without_accents

_DATA = Path(__file__).parent.parent / "data"

#: Written by ``python -m training.tables``.
TABLE = _DATA / "countries.tsv"

#: How many times as many words must speak for one bearer of a name as for the others.
_MARGIN = 3

#: How many words must speak for another country before a name that is first of all the usual
#: name of one ("Guinea") may stand for the other.
_DOUBT = 4

_REMOVED = dict.fromkeys(map(ord, ".'’‘ʼʻ`´\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_SPACED = dict.fromkeys(map(ord, ',;:()[]/\\"“”-‐‑‒–—−_*!?'), " ")
_CHARACTERS = {**_REMOVED, **_SPACED, ord("&"): " and "}
_WORDS = {"st": "saint", "the": ""}
_INITIALS = re.compile(r"\b(\w) (?=\w\b)")
_POSSESSIVE = re.compile(r"(?:['’]s?|-)\Z")
_CAPITALISED = re.compile(r"[^\W\d_a-z][\w'’.]*(?:\s+[^\W\d_a-z][\w'’.]*)*")

#: A name longer than this is nobody's; it is not looked up, nor kept.
_MOST_CHARACTERS = 200

#: Words in the longest demonym or capital that `words_of_countries` looks for.
_LONGEST = 3


def normalised(name: str) -> str:
    """A name without what its writers vary: case, accents, points, apostrophes, hyphens, line
    breaks, "the", "St." for "Saint" and "&" for "and"."""
    words = without_accents(name).casefold().translate(_CHARACTERS).split()
    plain = " ".join(filter(None, (_WORDS.get(word, word) for word in words)))
    return _INITIALS.sub(r"\1", plain)


def country_candidates(name: str) -> tuple[CountryValue, ...]:
    """The countries that bear a name: none, one, or several ("Congo"), the one whose usual name
    it is first."""
    return _candidates(name) if len(name) <= _MOST_CHARACTERS else ()


@lru_cache(maxsize=4096)
def _candidates(name: str) -> tuple[CountryValue, ...]:
    return _index().get(normalised(name), ())


def country_value(name: str, text: str = "") -> CountryValue | None:
    """The country a name stands for.

    Args:
        name: The name as written.
        text: What it is written in, which decides where several countries bear the name: by
            their other names, capitals, peoples and what else tells them apart.

    Returns:
        The country; ``None`` where no country bears the name, or where the text does not say
        which of several is meant.
    """
    candidates = country_candidates(name)
    return candidates[0] if len(candidates) == 1 else _decide(name, candidates, text)


def country_of_word(word: str, text: str = "") -> str | None:
    """The country that an adjective, a people, a capital, a seat of government or a name speaks
    of: "Iranian", "Iranians", "Tehran", "Kremlin", "U.S.", "Franco-".

    Args:
        word: One word or name, with or without a possessive. A first half of a compound keeps
            its hyphen, since "Franco" alone is a name.
        text: What it is written in, for words of several countries ("Congolese").

    Returns:
        ISO 3166-1 alpha-2; ``None`` where the word tells none, or one without such a code.
    """
    if word.endswith(("-", "‐", "‑", "–")) and (code := _prefixes().get(normalised(word))):
        return code
    if len(word) > _MOST_CHARACTERS:
        return None
    bare = _POSSESSIVE.sub("", word)
    key = normalised(bare)
    if bare.islower() and key in _abbreviations():  # "us", "car"
        return None
    countries = _index().get(key) or _countries_of_word(bare)
    value = countries[0] if len(countries) == 1 else _decide(key, countries, text)
    return value.alpha_2 if value else None


def words_of_countries(text: str) -> Counter[str]:
    """How often a text speaks of each country, by alpha-2 code, through a capitalised demonym,
    people, capital or seat of government; names of countries are not counted."""
    result: Counter[str] = Counter()
    for run in _CAPITALISED.finditer(text):
        words = run[0].split()
        first = 0
        while first < len(words):
            for stop in range(min(first + _LONGEST, len(words)), first, -1):
                countries = _countries_of_words(words[first:stop])
                if len(countries) == 1 and countries[0].alpha_2:
                    result[countries[0].alpha_2] += 1
                if countries:
                    break
            first = stop
    return result


def _countries_of_words(words: Sequence[str]) -> tuple[CountryValue, ...]:
    if sum(map(len, words)) > _MOST_CHARACTERS:
        return ()
    return _countries_of_word(" ".join(words))


@lru_cache(maxsize=4096)
def _countries_of_word(word: str) -> tuple[CountryValue, ...]:
    key = normalised(_POSSESSIVE.sub("", word))
    return _words().get(key) or _words().get(key.removesuffix("s"), ())


def _decide(name: str, candidates: Iterable[CountryValue], text: str) -> CountryValue | None:
    """The candidate of which the text speaks most by far."""
    candidates = tuple(candidates)
    if not candidates:
        return None
    counts = _evidence(text).counts(candidates) if text else Counter()
    usual = candidates[0] if normalised(candidates[0].name) == normalised(name) else None
    best = max(candidates, key=lambda candidate: counts[candidate])
    rest = counts.total() - counts[best]
    if usual is not None and (best == usual or counts[best] <= _MARGIN * rest + _DOUBT):
        return usual
    return best if counts[best] > _MARGIN * rest else None


class _Evidence:
    """What a text says of countries that share a name, looked for once for each such name."""

    def __init__(self, text: str) -> None:
        self._text = f" {normalised(text)} "
        self._counts: dict[tuple[CountryValue, ...], Counter[CountryValue]] = {}

    def counts(self, candidates: tuple[CountryValue, ...]) -> Counter[CountryValue]:
        """How often the text speaks of each candidate by a word that only one of them has."""
        if candidates not in self._counts:
            pattern, owners = _pattern(candidates)
            found = (owners[match[1]] for match in pattern.finditer(self._text))
            self._counts[candidates] = Counter(found)
        return self._counts[candidates]


@lru_cache(maxsize=4)  # a text is asked again for each of its mentions
def _evidence(text: str) -> _Evidence:
    return _Evidence(text)


@lru_cache(maxsize=64)
def _pattern(
    candidates: tuple[CountryValue, ...],
) -> tuple[re.Pattern[str], dict[str, CountryValue]]:
    owners: dict[str, CountryValue] = {}
    for index in (_index(), _words(), _listed("telling.tsv")):
        for key, countries in index.items():
            if len(countries) == 1 and countries[0] in candidates:
                owners[key] = countries[0]
    longest_first = "|".join(map(re.escape, sorted(owners, key=len, reverse=True)))
    return re.compile(rf"(?<= )({longest_first})s?(?= )"), owners


@cache
def _countries() -> tuple[tuple[CountryValue, list[str]], ...]:
    """Each country of the table with its names, the usual one first."""
    result = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        alpha_2, alpha_3, kind, *names = line.split("\t")
        result.append((CountryValue(alpha_2 or None, alpha_3 or None, names[0], kind), names))
    return tuple(result)


@cache
def _index() -> dict[str, tuple[CountryValue, ...]]:
    """The countries of each normalised name."""
    result: dict[str, tuple[CountryValue, ...]] = {}
    for value, names in _countries():
        for position, name in enumerate(names):
            key = normalised(name)
            others = result.get(key, ())
            result[key] = (*others, value) if position else (value, *others)
    return result


def countries() -> Iterator[CountryValue]:
    """Every country of the table."""
    return (value for value, _ in _countries())


@cache
def _by_code() -> dict[str, CountryValue]:
    return {value.alpha_2: value for value, _ in _countries() if value.alpha_2}


@cache
def _words() -> dict[str, tuple[CountryValue, ...]]:
    """The countries of each word, in normalised form, that is no name of a country but speaks of
    one: demonyms, peoples, capitals and seats of government."""
    return _by_word(demonyms()) | _listed("peoples.tsv") | _listed("capitals.tsv")


@cache
def _listed(file: str) -> dict[str, tuple[CountryValue, ...]]:
    return _by_word(table(_DATA / file))


def _by_word(words_of: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[CountryValue, ...]]:
    result: dict[str, tuple[CountryValue, ...]] = {}
    for code, words in words_of.items():
        for key in {normalised(word) for word in words}:
            result[key] = (*result.get(key, ()), _by_code()[code])
    return result


@cache
def _prefixes() -> dict[str, str]:
    """The country of each first half of a compound, such as "sino"."""
    rows = table(_DATA / "prefixes.tsv")
    return {normalised(word): code for code, words in rows.items() for word in words}


@cache
def _abbreviations() -> frozenset[str]:
    """Names in capitals, which mean something else in lower case."""
    names = (name for _, names in _countries() for name in names)
    return frozenset(normalised(name) for name in names if name.isupper() and len(name) < 7)

"""Names of people as written in the news: whether two are names of one person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from geoner.words import context, table, without_accents

_DATA = Path(__file__).parent / "data"

_WORD = re.compile(r"[^\W_]+(?:['’ʼ`][^\W_]+)*")
_NUMERAL = re.compile(r"(?:[ivx]{2,5}|[vi])\Z")
_PATRONYMIC = re.compile(r"\w{3,}(?:ovich|evich|ovych|evych|ovna|evna|ivna|yich|ich)\Z")
_SUFFIXES = context("generation")
#: Words in a name that are no name alone, and that writers leave out.
_PARTICLES = context("particle")
#: Titles that may stand inside a mention and tell nothing.
_TITLES = context("name title")
#: The shortest word in which one letter may be mistyped.
_LEAST = 5
#: Longer names than this are no names that come again; they are not kept.
_KEPT = 200


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name, taken apart.

    Attributes:
        words: Its words in order, in lower case, without accents, particles and initials.
        initials: The initials, in order.
        numeral: "ii" of "Elizabeth II", "jr"; "" where there is none.
        size: How many words it has as written, to find the fullest.
    """

    words: tuple[str, ...]
    initials: tuple[str, ...]
    numeral: str
    size: int


def parse(text: str) -> Name:
    """The parts of a name."""
    return _parse_kept(text) if len(text) <= _KEPT else _parse(text)


def _parse(text: str) -> Name:
    text = without_accents(text)
    raw = [re.sub("['’ʼ`]", "", word) for word in _WORD.findall(text.casefold())]
    words, initials, numeral = [], [], ""
    for position, word in enumerate(raw):
        if word in _SUFFIXES or (position > 0 and _NUMERAL.match(word)):
            numeral = word
        elif len(word) == 1 and len(raw) > 1:
            initials.append(word)
        elif word not in _TITLES:
            words.append(word)
    bare = [word for word in words[:-1] if word not in _PARTICLES] + words[-1:]
    if not bare:
        bare = raw or [text.casefold()]
    return Name(tuple(bare), tuple(initials), numeral, len(raw))


_parse_kept = lru_cache(maxsize=8192)(_parse)


@cache
def _canonical() -> dict[str, str]:
    rows = table(_DATA / "nicknames.tsv")
    return {form: key for key, forms in rows.items() for form in (key, *forms)}


def same_word(left: str, right: str) -> bool:
    """Whether two words of names are one: equal, short and long form, or a letter mistyped."""
    if left == right:
        return True
    forms = _canonical()
    if forms.get(left, left) == forms.get(right, right):
        return True
    return min(len(left), len(right)) >= _LEAST and one_typo(left, right)


def one_typo(left: str, right: str) -> bool:
    """Whether one letter is added, left out, wrong, or swapped with the next one.

    Source: Damerau (1964), "A technique for computer detection and correction of spelling
    errors".
    """
    if abs(len(left) - len(right)) > 1:
        return False
    first = 0
    shorter = min(len(left), len(right))
    while first < shorter and left[first] == right[first]:
        first += 1
    a, b = left[first:], right[first:]
    if len(a) == len(b):
        swapped = len(a) > 1 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:]
        return a[1:] == b[1:] or swapped
    return a[1:] == b or a == b[1:]


def variants(word: str) -> Iterator[str]:
    """Keys of which two words share one if they may be one word: its canonical form, and, for
    a long word, each way to leave out one letter.

    Source: Mor and Fraenkel (1982), "A hash code method for detecting and correcting spelling
    errors".
    """
    yield _canonical().get(word, word)
    if len(word) >= _LEAST:
        for index in range(min(len(word), 24)):
            yield word[:index] + word[index + 1 :]


def may_be_one(left: Name, right: Name) -> bool:
    """Whether two names of several words may be names of one person: the words of the shorter
    are among those of the longer, as in "Javad Zarif" and "Mohammad Javad Zarif", in any order
    ("Abe Shinzo"), and neither initials nor numerals say otherwise."""
    if left.numeral and right.numeral and left.numeral != right.numeral:
        return False
    short, long = sorted((left, right), key=lambda name: len(name.words))
    if not _fit_initials(short, long):
        return False
    rest = list(long.words)
    typos = 0
    for word in short.words:
        found = next((other for other in rest if other == word), None)
        if found is None:
            found = next((other for other in rest if same_word(word, other)), None)
            typos += found is not None and _canonical().get(found) is None
        if found is None:
            if _PATRONYMIC.match(word) and len(short.words) > 1:
                continue
            return False
        rest.remove(found)
    return typos <= 1


def _fit_initials(short: Name, long: Name) -> bool:
    """Whether the initials of two names can be those of one person."""
    if short.initials and long.initials:
        return set(short.initials) == set(long.initials) or bool(
            {word[0] for word in long.words + short.words}.intersection(
                set(short.initials) ^ set(long.initials)
            )
        )
    if short.initials and len(short.words) == 1:  # "V. Putin"
        return short.initials[0] in {word[0] for word in long.words if word not in short.words}
    return True

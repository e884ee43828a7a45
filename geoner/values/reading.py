"""A document's text as words, each with what it is: part of a mention, of a country or body, or a
word of offices. Read once for each document; every resolver of offices works on it."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from geoner.document import Document
from geoner.schema import AGREEMENT, MONEY
from geoner.values.countries import country_of_word
from geoner.values.types import CountryValue
from geoner.words import context, demonyms, table

_DATA = Path(__file__).parent.parent / "data"

#: Initials with their points ("U.S."), words, numbers, a possessive, a line break, or one mark.
_WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}|[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)*|\d+(?:[.,]\d+)*|['’]s?\b|\n|[^\w\s]|_",
    re.IGNORECASE,
)

#: A possessive as a word of a reading, and also as the apostrophe alone after a plural.
POSSESSIVE_S = ("'s", "’s")
POSSESSIVES = (*POSSESSIVE_S, "'", "’")

#: Where sentences begin in lower case, long words are names without a capital.
_FIRST_LETTER = re.compile(r"(?:\A|[.!?]\s|\n)([^\W\d_])")
_LONG = 5

#: Names of countries that are as often other names: these need a mention.
_HOMONYMS = context("homonym")


@dataclass(frozen=True, slots=True)
class Term:
    """What a word is in the title of an office.

    Attributes:
        kind: "head", "rank", "weak" (an office too vague to prefer), "modifier", "field",
            "former", "time", "honorific" or "body".
        written: The word in the normal form: "senator" for "Sen." and for "senators".
        plural: Whether it stands for several.
        short: Whether it is an abbreviation, which a point may end.
    """

    kind: str
    written: str
    plural: bool = False
    short: bool = False


class _Row(NamedTuple):
    """A name of a country or a body of which the first word is known.

    Attributes:
        rest: Its other words in lower case.
        kind: "body", "prefix" ("Franco-"), or how it tells a country, as in `Reading.place`.
        what: The body, or the country's alpha-2 code; None if several countries have the name,
            "" if none is meant ("Central American").
        capitals: Whether it counts only in capitals ("US").
    """

    rest: tuple[str, ...]
    kind: str
    what: str | None
    capitals: bool


class Reading:
    """The words of a document.

    Attributes:
        text: The document's text.
        words: The words as written.
        lower: The words in lower case; initials without their points.
        starts: Offset of each word's first character.
        ends: Offset after each word's last character.
        mention: For each word the index of the OFFICIAL mention it belongs to, or -1.
        nation: For each word the alpha-2 code of the country it speaks of, or None.
        body: For each word the body it names ("UN"), or None.
        place: For each word how that country is told: "" by a mention or its people, "name" by
            its name in something that is no mention ("Bank of China"), "capital" by a capital or
            seat of government, "institution" by a parliament, a province and the like.
        unit: For each word of a name of a country or body of several words, the index of the
            first word of that name; else its own index.
        terms: For each word what it is in the title of an office, or None.
        inside: For each word whether it is part of an AGREEMENT or MONEY mention.
        spans: For each OFFICIAL mention, by its index in the document, its first and its last
            word.
    """

    def __init__(self, document: Document, label: str) -> None:
        self.text = document.text
        matches = list(_WORD.finditer(document.text))
        self.words = [match[0] for match in matches]
        self.starts = [match.start() for match in matches]
        self.ends = [match.end() for match in matches]
        self.lower = [word.lower() for word in self.words]
        size = len(self.words)
        self.mention = [-1] * size
        self.nation: list[str | None] = [None] * size
        self.body: list[str | None] = [None] * size
        self.place = [""] * size
        self.unit = list(range(size))
        self.inside = [False] * size
        lexicon = terms()
        self.terms = [lexicon.get(word) for word in self.lower]
        self.spans: dict[int, tuple[int, int]] = {}
        self._mark_names()
        self._mark_mentions(document, label)

    def __len__(self) -> int:
        return len(self.words)

    def between(self, first: int, stop: int) -> str:
        """The text of the words from `first` up to `stop`, on one line."""
        return " ".join(self.text[self.starts[first] : self.ends[stop - 1]].split())

    def glued(self, index: int) -> bool:
        """Whether nothing stands between a word and the one before it."""
        return 0 < index < len(self) and self.ends[index - 1] == self.starts[index]

    def covered(self, start: int, end: int) -> tuple[int, int]:
        """The first word that lies in a span of characters, and the one after its last."""
        return bisect_left(self.ends, start + 1), bisect_left(self.starts, end)

    def unit_end(self, index: int) -> int:
        """After the last word of the name that a word begins."""
        stop = index + 1
        while stop < len(self) and self.unit[stop] == self.unit[index]:
            stop += 1
        return stop

    def nation_by_name(self, index: int) -> str | None:
        """The country a word names or whose people it names; None for a capital or a body."""
        return self.nation[index] if self.place[index] in ("", "name") else None

    def _mark_names(self) -> None:
        """Marks the bodies and countries that words in capitals name, the longest name first."""
        names = _names()
        first_letters = _FIRST_LETTER.findall(self.text)
        written_small = 2 * sum(map(str.islower, first_letters)) > len(first_letters)
        known: dict[str, str | None] = {}
        index = 0
        while index < len(self.words):
            rows = names.get(self.lower[index].replace(".", ""))
            stop = index + 1
            long = written_small and len(self.words[index]) >= _LONG
            if rows is not None and (long or self.words[index][0].isupper()):
                row = next((row for row in rows if self._stands(row, index)), None)
                if row is not None:
                    stop += len(row.rest)
                    self._mark(index, stop, row, known)
            index = stop

    def _stands(self, row: _Row, index: int) -> bool:
        stop = index + 1 + len(row.rest)
        if tuple(self.lower[index + 1 : stop]) != row.rest:
            return False
        if row.kind == "prefix":
            return self.glued(stop) and self.words[stop] in "-–"
        return not row.capitals or self.words[index].isupper()

    def _mark(self, index: int, stop: int, row: _Row, known: dict[str, str | None]) -> None:
        self.unit[index:stop] = [index] * (stop - index)
        if row.kind == "body":
            self.body[index:stop] = [row.what] * (stop - index)
            return
        code = row.what
        if code is None:  # of several countries: the text decides
            name = self.text[self.starts[index] : self.ends[stop - 1]]
            if name not in known:
                known[name] = country_of_word(name, self.text)
            code = known[name]
        if code:
            self.nation[index:stop] = [code] * (stop - index)
            self.place[index:stop] = [row.kind if row.kind != "prefix" else ""] * (stop - index)

    def _mark_mentions(self, document: Document, label: str) -> None:
        for number, entity in enumerate(document.entities):
            first, stop = self.covered(entity.start, entity.end)
            if first >= stop:
                continue
            if entity.label == label:
                self.spans[number] = (first, stop - 1)
                self.mention[first:stop] = [number] * (stop - first)
                self.nation[first:stop] = self.body[first:stop] = [None] * (stop - first)
                self.terms[first:stop] = [None] * (stop - first)
            elif entity.label in (AGREEMENT, MONEY):
                self.inside[first:stop] = [True] * (stop - first)
            elif isinstance(entity.value, CountryValue):
                self.nation[first:stop] = [entity.value.alpha_2] * (stop - first)
                self.place[first:stop] = [""] * (stop - first)
                self.unit[first:stop] = [first] * (stop - first)


@cache
def terms() -> dict[str, Term]:
    """The words of titles, in lower case."""
    result = {}
    for word, (kind, *normal) in table(_DATA / "roles.tsv").items():
        form, _, noun = kind.rpartition(" ")
        if noun in ("plural", "short"):
            form, noun = noun, "head"
        result[word] = Term(noun, normal[0] if normal else word, form == "plural", form == "short")
    return result


@cache
def offices() -> dict[str, str]:
    """The country of an office that no other country has ("taoiseach")."""
    return {role: codes[0] for role, codes in table(_DATA / "offices.tsv").items()}


@cache
def _names() -> dict[str, list[_Row]]:
    """Names of countries and bodies by their first word, the longest first; of equal ones that of
    a body, then of an institution, a people, a capital, a country's own."""
    result: dict[str, list[_Row]] = {}

    def add(name: str, kind: str, what: str | None) -> None:
        first, *rest = (match[0].lower() for match in _WORD.finditer(name))
        row = _Row(tuple(rest), kind, what, name.isupper() and len(name) < 7)
        rows = result.setdefault(first.replace(".", ""), [])
        if not any(other.rest == row.rest for other in rows):
            rows.append(row)

    for body, names in table(_DATA / "organisations.tsv").items():
        for name in (body, *names):
            add(name, "body", body)
    for code, names in table(_DATA / "institutions.tsv").items():
        for name in names:
            add(name, "institution", code)
    for code, names in table(_DATA / "prefixes.tsv").items():
        for name in names:
            add(name, "prefix", code)
    for name in (name for names in demonyms().values() for name in names):
        for form in (name, f"{name}s"):
            add(form, "", country_of_word(form))
    for name in (name for names in table(_DATA / "capitals.tsv").values() for name in names):
        add(name, "capital", country_of_word(name))
    for row in table(_DATA / "countries.tsv").values():
        for name in row[2:]:
            if name.lower() not in _HOMONYMS:
                add(name, "name", country_of_word(name))
    for rows in result.values():
        rows.sort(key=lambda row: -len(row.rest))
    return result

"""Who made an agreement, and when: what the words in and around a mention say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from geoner.values.countries import country_of_word
from geoner.values.reading import POSSESSIVES, Reading
from geoner.words import context, demonyms, listed, table

_DATA = Path(__file__).parent.parent / "data"

YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_CLAUSE = context("clause")
_HOMONYMS = context("homonym")
_DETERMINERS = context("determiner")
_WORDS = {
    kind: frozenset(words.split())
    for kind, (words,) in table(_DATA / "agreement_words.tsv").items()
}
#: What may stand before an agreement, after the verb of which it is the object.
_BEFORE = _WORDS["before"] | _WORDS["time"] | (listed("status") - _WORDS["sign"])
#: Verbs of which those who make an agreement are the subject, and those who leave it.
_SIGNED, _LEFT = _WORDS["sign"], _WORDS["leave"]
#: Forms of the past that tell when it was made; by others than its parties, perhaps.
_MADE, _MADE_BY_OTHERS = _WORDS["made"], _WORDS["made by others"]
#: The kinds of agreements by the nouns that tell them.
KIND_OF = {
    form: kind for kind, forms in table(_DATA / "agreement_kinds.tsv").items() for form in forms
}
_AMOUNT = listed("number") | listed("currency")
_HYPHENS = frozenset("-‐‑–—/")
_JOINING = _HYPHENS | {"and", "&", ","}
_ARTICLES = frozenset(("the", "a", "an"))
#: What a clause may begin after.
_BEGINNING = frozenset((".", "!", "?", ";", ":", "\n", '"', "“", "and", "but"))

#: How many words may stand between an agreement and its verb, and in a date or a list of places
#: and signers before it.
_NEAR, _FAR = 8, 16


@dataclass(frozen=True, slots=True)
class Said:
    """What the text says of an agreement at one mention.

    Attributes:
        parties: Alpha-2 codes of the countries that it names as parties, in order.
        inside: Those in the mention itself.
        listed: Those in a list behind it: "between Peru and Chile".
        year: The year it gives.
        firm: Whether that is part of the name or of a date joined to it: "of May 1967".
        another: Whether it tells the agreement from an earlier one: "a second".
    """

    parties: tuple[str, ...] = ()
    inside: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()
    year: int | None = None
    firm: bool = False
    another: bool = False


def said_at(reading: Reading, start: int, end: int, named: bool) -> Said:
    """What the text says of an agreement in and around the characters of a mention.

    Args:
        reading: The document.
        start: Offset of the mention's first character.
        end: Offset after its last one.
        named: Whether the mention is a name, not a description.
    """
    first, stop = reading.covered(start, end)
    year, firm = _year(reading, start, end, named)
    inside = _inside(reading, first, stop)
    behind = _listed(reading, stop)
    parties = [*_makers(reading, first, bool(behind)), *_owner(reading, first), *inside, *behind]
    return Said(
        tuple(dict.fromkeys(parties)),
        frozenset(inside),
        frozenset(behind),
        year,
        firm,
        _another(reading, first, named),
    )


def _word(reading: Reading, place: int) -> str:
    """A word in lower case; "" before the first and after the last."""
    return reading.lower[place] if 0 <= place < len(reading) else ""


def _another(reading: Reading, first: int, named: bool) -> bool:
    """Whether "a second" or the like stands before a mention; "a new" tells only of a name, as
    the first agreement with a country is a "new pact" too."""
    word = _word(reading, first - 1)
    return word in _WORDS["another"] or (
        named and word == "new" and _word(reading, first - 2) == "a"
    )


def _year(reading: Reading, start: int, end: int, named: bool) -> tuple[int | None, bool]:
    """The year of an agreement, and whether it is part of its name or joined to it."""
    if inside := YEAR.search(reading.text, start, end):
        return int(inside[1]), True
    first, stop = reading.covered(start, end)
    mark = _word(reading, stop)
    joined = stop + 1 if mark == "(" else stop + (mark == ",") + 1
    if (mark == "(" or _word(reading, joined - 1) == "of") and (year := _date(reading, joined)):
        return year, True
    verb = _verb(reading, first)
    if _word(reading, verb) in _MADE and _makes(reading, verb, first):
        return _told_year(reading, stop) or _fronted(reading, verb), False
    defined = _defined(reading, stop)
    if defined > stop and YEAR.fullmatch(_word(reading, stop + 2)):
        return int(reading.lower[stop + 2]), False
    made = _passive(reading, joined if mark == "(" else _list_after(reading, defined)[1])
    year = None if made is None else _told_year(reading, made)
    if year is None and _word(reading, verb) in _WORDS["make"] and _makes(reading, verb, first):
        year = _fronted(reading, verb)
    return year or _subject_year(reading, first, stop, named), False


def _defined(reading: Reading, place: int) -> int:
    """The word after "was a series of agreements" that begins at a word; else that word."""
    if _word(reading, place) not in _WORDS["be"] or _word(reading, place + 1) not in _ARTICLES:
        return place
    for index in range(place + 2, min(place + 2 + _NEAR, len(reading))):
        word = reading.lower[index]
        if word in KIND_OF and _may_follow(reading, index + 1):
            return index + 1
        several = word == "of" and reading.lower[index - 1] in _WORDS["several"]
        year = index == place + 2 and YEAR.fullmatch(word)
        plain = (word.isalpha() and word not in _CLAUSE) or word in _HYPHENS
        if not (several or year or plain):
            break
    return place


def _may_follow(reading: Reading, place: int) -> bool:
    """Whether a word leaves the noun before it as it is: not "treaty violation", "treaty's"."""
    word = _word(reading, place)
    if word in POSSESSIVES or word in _HYPHENS:
        return False
    ends = word in _CLAUSE or word in _LISTING or word in _WORDS["link"]
    return not word.isalnum() or ends or word in _MADE or word in _MADE_BY_OTHERS


def _fronted(reading: Reading, verb: int) -> int | None:
    """The year of a date before a verb and its subject: "In 1972, Peru and Chile signed". Before
    a verb in the present only that of a chronicle: "1972: Peru and Chile sign"."""
    place = verb - 1
    while place >= 0 and verb - place < _FAR and _is_subject(reading, place):
        place -= 1
    if _word(reading, verb) not in _MADE and _word(reading, place) != ":":
        return None
    return _opening(reading, place + 1, verb)


def _is_subject(reading: Reading, index: int) -> bool:
    """Whether a word may belong to those who make an agreement, or stand behind them."""
    word = reading.lower[index]
    return (
        word == ","
        or reading.mention[index] >= 0
        or word in _WORDS["side"]
        or word in _WORDS["manner"]
        or _passes(reading, index)
    )


def _opening(reading: Reading, stop: int, verb: int = -1) -> int | None:
    """The year of a date that opens a clause and ends before a word, "In May 1972," or "1972:", or
    that stands between a country and the verb: "Peru in 1972 signed"."""
    mark = _word(reading, stop - 1)
    last = stop - 1 - (mark in (",", ":"))
    if not YEAR.fullmatch(_word(reading, last)):
        return None
    start = last
    while start > 0 and last - start < _NEAR and _in_date(reading, start - 1):
        start -= 1
    year, after = _date_at(reading, start)
    if mark == ":":
        opens = _begins(reading, start)
    else:
        before = start - 2
        named = before >= 0 and (reading.nation[before] or reading.mention[before] >= 0)
        opens = _word(reading, start - 1) in ("in", "on") and (
            _begins(reading, start - 1) or bool(stop == verb and named)
        )
    return year if opens and after == last + 1 else None


def _begins(reading: Reading, place: int) -> bool:
    """Whether a word begins a clause."""
    return place <= 0 or reading.lower[place - 1] in _BEGINNING


def _subject_year(reading: Reading, first: int, stop: int, named: bool) -> int | None:
    """The year of an agreement that is the subject: "In 1847 the treaty was signed"; of a name
    also "The Treaty of Lund in 1847 fixed the border", "In 1847 the Treaty of Lund fixed"."""
    start = first - (_word(reading, first - 1) in _ARTICLES)
    before = _word(reading, start - 1)
    opening = _opening(reading, start)
    if opening is not None:
        made = _is_made(reading, stop, before == ":")
        return opening if made or (named and _has_effect(reading, stop, before == ":")) else None
    clause = _begins(reading, start) or before in _WORDS["subordinate"]
    if not named or not clause or before == "and" or _word(reading, stop) != "in":
        return None
    year, after = _date_at(reading, stop + 1)
    return year if _has_effect(reading, after, False) else None


def _is_made(reading: Reading, place: int, chronicle: bool) -> bool:
    """Whether "was formally signed" begins at a word; in a chronicle also "signed"."""
    finite = _word(reading, place) in ("was", "were")
    place += finite
    place += _word(reading, place) in _WORDS["manner"]
    word = _word(reading, place)
    return (finite or chronicle) and (word in _MADE or (finite and word in _MADE_BY_OTHERS))


def _has_effect(reading: Reading, place: int, present: bool) -> bool:
    """Whether a verb that tells what an agreement did as it was made, and its object, begin at a
    word: "fixed the border", "ended 30 years"; not "ended in"."""
    verb, object_ = _word(reading, place), place + 1
    if verb not in _WORDS["effect"] and not (present and verb in _WORDS["effect now"]):
        return False
    return object_ < len(reading) and (
        reading.lower[object_] in _DETERMINERS
        or reading.nation[object_] is not None
        or reading.words[object_][0].isupper()
        or reading.words[object_].isdecimal()
    )


def _makes(reading: Reading, verb: int, first: int) -> bool:
    """Whether an agreement is what a verb makes: not "signed on to", "agreed in", "not signed"."""
    between = reading.lower[verb + 1 : first]
    return _word(reading, verb - 1) not in ("not", "never") and not _WORDS["other"] & {*between}


def _date(reading: Reading, place: int) -> int | None:
    """The year of a date that begins at a word: "1967", "3 May 1967", "Sept. 17, 1978"."""
    return _date_at(reading, place)[0]


def _date_at(reading: Reading, place: int) -> tuple[int | None, int]:
    """The same and the word after the date; the word itself where there is none."""
    for index in range(place, min(place + _NEAR, len(reading))):
        word = reading.lower[index]
        if YEAR.fullmatch(word):
            decade = reading.glued(index + 1) and reading.words[index + 1].isalpha()
            return (None, place) if decade else (int(word), index + 1)
        if not _in_date(reading, index):
            break
    return None, place


def _in_date(reading: Reading, index: int) -> bool:
    """Whether a word may stand before the year of a date."""
    word = reading.lower[index]
    day = word.isdecimal() and len(word) < 3
    short = word == "." and _word(reading, index - 1) in _WORDS["time"]
    return day or short or word in (",", "the", "-") or word in _WORDS["time"]


def _told_year(reading: Reading, place: int) -> int | None:
    """The year behind places and signers: "in Lima in 1975", "by Egypt and Israel in 1978"; or
    that of a date at once: "3 May 1978"."""
    if _word(reading, place).isdecimal() or _word(reading, place) in _WORDS["time"]:
        year, after = _date_at(reading, place)
        ends = not _word(reading, after).isalnum() or reading.lower[after] in _WORDS["pass"]
        return year if ends else None
    if _word(reading, place) not in ("in", "on", "at", "by", *_LISTING):
        return None
    apart = False  # after a comma that neither "and" nor another one closes: perhaps a new clause
    for index in range(place, min(place + _FAR, len(reading))):
        word = reading.lower[index]
        if word in ("in", "on", "at") and (year := _date(reading, index + 1)):
            return None if apart or _word(reading, index - 1) == "and" else year
        if word in (",", "and"):
            apart = word == "," and not apart
        elif not _passes(reading, index):
            return None
    return None


def _passes(reading: Reading, index: int) -> bool:
    """Whether a word may belong to a list of places, dates and signers."""
    word, written = reading.lower[index], reading.words[index]
    return (
        (written[0].isupper() and not (written.isupper() and written.isalpha() and len(word) > 1))
        or reading.nation[index] is not None
        or reading.body[index] is not None
        or (word.isdecimal() and len(word) < 3)
        or word in _WORDS["pass"]
        or word in _WORDS["time"]
    )


def _passive(reading: Reading, place: int) -> int | None:
    """The word after "signed" in ", which was signed"; None where no such word is next."""
    for index in range(place, min(place + _NEAR, len(reading))):
        word = reading.lower[index]
        if word in _MADE or word in _MADE_BY_OTHERS:
            return index + 1
        if word not in _WORDS["link"]:
            return None
    return None


def _inside(reading: Reading, first: int, stop: int) -> list[str]:
    """The countries that a mention names as parties."""
    if _is_place(reading, first, stop):
        return []
    others = _mediators(reading, first, stop)
    codes = (
        reading.nation_by_name(index) or _homonym(reading, index, first, stop)
        for index in range(first, stop)
        if index not in others
    )
    return [code for code in codes if code is not None]


def _homonym(reading: Reading, index: int, first: int, stop: int) -> str | None:
    """The country of a word such as "Jordan" that a hyphen joins to another country or a body."""
    word = reading.words[index]
    if reading.lower[index] not in _HOMONYMS or not word[0].isupper():
        return None
    for step in (-1, 1):
        other = index + 2 * step
        if first <= other < stop and reading.words[index + step] in _HYPHENS:
            named = reading.nation_by_name(other) or reading.body[other]
            if named or reading.lower[other] in _HOMONYMS:
                return country_of_word(word)
    return None


def _mediators(reading: Reading, first: int, stop: int) -> set[int]:
    """The words of a mention that name who brought it about: "U.S.- and Saudi-brokered"."""
    found: set[int] = set()
    for index in range(first + 1, stop):
        if reading.lower[index] not in _WORDS["mediated"]:
            continue
        place, joined = index - 1, True
        while place >= first:
            if reading.lower[place] in _JOINING:
                joined = True
            elif reading.lower[place] in _WORDS["mediated"]:
                break
            elif joined and reading.words[place][0].isupper():
                joined = reading.unit[place] != place  # the rest of a name of several words
                found.add(place)
            else:
                break
            place -= 1
    return found


def _is_place(reading: Reading, first: int, stop: int) -> bool:
    """Whether a mention is named by a place alone: "1990 Kuwait accord"."""
    if YEAR.fullmatch(_word(reading, first)):
        first += 1
    if stop - first < 2 or reading.lower[stop - 1] not in _WORDS["place"]:
        return False
    return reading.unit_end(first) == stop - 1 and not _is_adjective(reading, first, stop - 1)


def _is_adjective(reading: Reading, first: int, stop: int) -> bool:
    return " ".join(reading.lower[first:stop]) in _adjectives()


@cache
def _adjectives() -> frozenset[str]:
    return frozenset(name.lower() for names in demonyms().values() for name in names)


def _owner(reading: Reading, first: int) -> list[str]:
    """The country in a possessive before a mention: "Norway's"."""
    if first < 2 or reading.lower[first - 1] not in POSSESSIVES:
        return []
    owner = reading.nation_by_name(first - 2)
    return [owner] if owner else []


_LISTING = ("between", "with", "among")


def _listed(reading: Reading, stop: int) -> list[str]:
    """The countries behind a mention: "between Peru and Chile", "signed by Peru and Chile",
    "which Peru signed with Chile"."""
    codes, place = _list_after(reading, _defined(reading, stop))
    if codes:
        return codes
    made = _passive(reading, place)
    if made is None:
        return _relative(reading, stop)
    by = ("by",) if reading.lower[made - 1] in _MADE else ()
    index = made
    while index < min(made + _FAR, len(reading)):
        word = reading.lower[index]
        if word in by or word in _LISTING:
            return _list_from(reading, index + 1)[0]
        year, after = _date_at(reading, index)
        if year is not None:
            index = after + (_word(reading, after) == "," and _word(reading, after + 1) in by)
        elif _passes(reading, index):
            index += 1
        else:
            break
    return []


def _list_after(reading: Reading, place: int) -> tuple[list[str], int]:
    """The countries of a list such as "with Peru and Chile" that begins at a word, and the word
    after it; the word itself where there is none."""
    if _word(reading, place) in _LISTING:
        return _list_from(reading, place + 1)
    return [], place


def _relative(reading: Reading, place: int) -> list[str]:
    """The countries in ", which Peru and Chile signed with Niger"."""
    place += _word(reading, place) == ","
    if _word(reading, place) not in ("which", "that"):
        return []
    codes, place = _list_from(reading, place + 1)
    verb = next(
        (i for i in range(place, place + _NEAR) if _word(reading, i) not in _WORDS["may"]), place
    )
    if not codes or _word(reading, verb) not in _SIGNED:
        return []
    return codes + _list_after(reading, verb + 1)[0]


def _list_from(reading: Reading, place: int) -> tuple[list[str], int]:
    """The countries of a list that begins at a word, and the word after it: "Peru, Chile and the
    government of Niger". A comma that no "and" follows ends it. So does a body after "with", as
    "with the EU and Peru" may be the end of a clause."""
    found: list[str] = []
    bodies = _word(reading, place - 1) != "with"
    comma: tuple[int, int] | None = None  # the first one: how many stand before it, and where
    begun = False
    ended = False  # by "and", which only another "and" can follow
    while place < len(reading):
        word = reading.lower[place]
        code = None if reading.inside[place] else reading.nation_by_name(place)
        if code is not None:
            stop = reading.unit_end(place)
            person = _titled(reading, stop + (_word(reading, stop) in POSSESSIVES))
            if person is None and not _is_party(reading, place, stop):
                break
            found.append(code)
            begun = True
            place = person or stop + (_word(reading, stop) in _WORDS["side"])
            continue
        if bodies and reading.body[place] is not None and not reading.inside[place]:
            place, begun = reading.unit_end(place), True
            continue
        person = _titled(reading, place) or _person(reading, place)
        if person is not None and _word(reading, person) == "of":
            place = person
            continue
        if word == "," and not ended and begun:
            comma = comma or (len(found), place)
        elif word in ("and", "&"):
            ended = True
        elif word not in _WORDS["beside"]:
            break
        place += 1
    if comma and not ended:
        return found[: comma[0]], comma[1]
    return found, place


def _titled(reading: Reading, place: int) -> int | None:
    """The word after "President X" or the like that begins at a word."""
    stop = place
    while stop < min(place + _NEAR, len(reading)):
        term = reading.terms[stop]
        if term is None or term.kind == "former":
            break
        stop += 1
    return _person(reading, stop) if _WORDS["signer"] & {*reading.lower[place:stop]} else None


def _signer_of(reading: Reading, place: int) -> int:
    """The first word of "President X of the" that ends before a country; else the country's."""
    stop = place - 1 - (_word(reading, place - 1) == "the")
    if _word(reading, stop) != "of" or stop == 0 or reading.mention[stop - 1] < 0:
        return place
    first = reading.spans[reading.mention[stop - 1]][0]
    title = first
    while title > 0 and first - title < _NEAR and reading.terms[title - 1] is not None:
        title -= 1
    return title if _titled(reading, title) == stop else place


def _person(reading: Reading, place: int) -> int | None:
    """The word after a mention of an official that begins at a word."""
    if place >= len(reading) or reading.mention[place] < 0:
        return None
    return reading.spans[reading.mention[place]][1] + 1


def _is_party(reading: Reading, place: int, stop: int) -> bool:
    """Whether a name in a list is a country or its government: not "Japan's Toyota",
    "U.S.-led forces", "Chinese firms"."""
    after, next_ = _word(reading, stop), _word(reading, stop + 1)
    if after in POSSESSIVES or (after in _HYPHENS and next_ in _WORDS["mediated"]):
        return False
    if not after.isalpha() or after in _CLAUSE or after in _WORDS["side"]:
        return True
    return not _is_adjective(reading, place, stop)


def _verb(reading: Reading, first: int) -> int:
    """Where the verb may stand of which a mention is the object: before articles and the like
    and amounts."""
    place = first - 1
    while place >= 0 and first - place < _NEAR:
        if reading.lower[place] not in _BEFORE and not _is_amount(reading, place):
            break
        place -= 1
    return place


def _is_amount(reading: Reading, index: int) -> bool:
    """Whether a word of a mention belongs to an amount: "$", "3", "billion"."""
    word = reading.lower[index]
    return reading.inside[index] and (word in _AMOUNT or not word.isalpha())


def _makers(reading: Reading, first: int, partner: bool) -> list[str]:
    """The countries that make an agreement: "Peru and Chile on Friday signed a new". Those that
    leave it only where the text names their partner."""
    place = _verb(reading, first)
    if _word(reading, place) not in _SIGNED and not (partner and _word(reading, place) in _LEFT):
        return []
    stop = place - 1
    while stop >= 0 and place - stop < _NEAR and _is_auxiliary(reading, stop):
        stop -= 1
    if _word(reading, stop) in _WORDS["side"]:
        stop -= 1
    return _list_to(reading, stop)


def _is_auxiliary(reading: Reading, place: int) -> bool:
    """Whether a word may stand between the makers of an agreement and the verb."""
    word = reading.lower[place]
    if reading.nation[place] is not None:
        return False
    if word in ("on", "in"):
        word = reading.lower[place + 1]
        return word.isdecimal() or word in _WORDS["time"]
    return word.isdecimal() or word in _WORDS["may"] or word in _WORDS["time"]


def _list_to(reading: Reading, place: int) -> list[str]:
    """The countries of a list that ends at a word, if it may be a subject."""
    found: list[str] = []
    comma: int | None = None  # how many stand after the last one
    ended = False
    begun = False
    while place >= 0 and not reading.inside[place]:
        word = reading.lower[place]
        code = reading.nation_by_name(place)
        if code is not None or reading.body[place] is not None:
            found += [code] if code is not None else []
            begun = True
            place = _signer_of(reading, reading.unit[place])
        elif word not in ("the", "both", "and", "&", ",") or not (begun or word == "the"):
            break
        elif word == "," and comma is None:
            comma = len(found)
        elif word in ("and", "&"):
            ended = True
        place -= 1
    before = _word(reading, place)
    if before in _WORDS["where"] or (comma is not None and before in _WORDS["after"]):
        found = found[: comma or 0]  # "In Mali, Peru signed"; not "rebels in Mali signed"
    elif comma is not None and not ended and before.isalnum():
        found = found[:comma]  # no list but the end of a clause
    return found[::-1]

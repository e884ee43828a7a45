"""Who officials are: the office, the country and the body that stand next to their names.

Each title is given to the names it stands next to: in front of them, in apposition to them, or
joined by "is", "was elected" and the like. Nothing is taken from what the library knows of people.

Nouns before names and appositions say best who somebody is: Fleischman, Hovy and Echihabi (2003),
"Offline Strategies for Online Question Answering: Answering Questions Before They Are Asked".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from geoner.values.reading import POSSESSIVE_S, POSSESSIVES, Reading, offices
from geoner.values.titles import (
    DETERMINERS,
    NOBLES,
    REACH,
    Office,
    Title,
    find_titles,
    is_adjective,
)
from geoner.values.types import OfficialValue
from geoner.words import context

_POSTNOMINALS = context("post-nominal")
_PLACED = context("where")
#: Words before an office in apposition that say when it is held.
_NOW = ("now", "then", "once", "later", "formerly")
_COLLEAGUES = ("counterpart", "colleague")
#: Words that may stand between a name and the office it holds.
_VERBS = context("be")
_BESIDE = context("adverb")
_MAKERS = context("make")
#: What may follow a name in apposition.
_CLOSERS = frozenset((*",.);:\n\"”’'–—-?!", "and", "of", "who"))

#: The most titles in a row that go to one name: "deputy leader and foreign minister, Gen. ...".
_IN_A_ROW = 8


@dataclass(frozen=True, slots=True)
class _Target:
    """The mention a title stands in front of, how good the evidence is, whether the title is a
    military rank, and how many titles before the mention it stands."""

    number: int
    rank: int
    military: bool = False
    away: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What stands next to the names of a text.

    Attributes:
        offices: The offices of each OFFICIAL mention, by its index in the document.
        countries: Alpha-2 code of the country that stands right before or after a mention.
        spent: The words, by number, that are part of a title, and the countries that stand with a
            name alone: "Kenya's [Ada Obi]", "[Ada Obi] of Kenya", "his Kenyan counterpart".
    """

    offices: dict[int, list[Office]]
    countries: dict[int, str]
    spent: set[int]


def find_offices(reading: Reading) -> Found:
    """The offices written next to each OFFICIAL mention."""
    titles = find_titles(reading)
    found: dict[int, list[Office]] = defaultdict(list)
    spent = {index for title in titles for index in range(title.start, title.last + 1)}
    taken: set[int] = set()
    targets: dict[int, _Target] = {}
    for title in reversed(titles):
        target = _name_after(reading, title, targets)
        if target is None or target.away >= _IN_A_ROW:
            continue
        target = replace(target, military=title.military, away=target.away + 1)
        targets[title.first] = targets[title.start] = target
        taken.add(title.start)
        listed = list(_listed(reading, target.number, title.plural))
        if title.plural and not title.countries and title.office.country is None:
            title = replace(title, countries=_countries_after(reading, listed))
        for position, mention in enumerate(listed):
            office = _completed(reading, title, mention, position, len(listed))
            found[mention].append(replace(office, rank=office.rank + target.rank))
    _lower_nobles(titles, targets, found)
    left = [title for title in titles if title.start not in taken]
    free = {at: title for title in left for at in range(title.start, title.first + 1)}
    free |= {title.first: title for title in left} | {title.start: title for title in left}
    for number, (first, last) in reading.spans.items():
        for title, rank in _titles_of(reading, free, first, last):
            if reading.lower[last + 1 : last + 3] == [",", "now"]:
                found[number] = [replace(office, former=True) for office in found[number]]
            found[number].append(replace(title.office, rank=title.office.rank + rank))
    _give_to_several(reading, left, found)
    _share_countries(reading, titles, targets, found)
    _follow_pronouns(reading, titles, targets, found)
    _follow_counterparts(reading, found)
    countries = {
        number: _country_after(reading, number) or _country_before(reading, number)
        for number in reading.spans
    }
    known = {number: code for number, code in countries.items() if code is not None}
    spent.update(
        reading.unit[first - 2]
        for first, _ in reading.spans.values()
        if first > 1
        and reading.lower[first - 1] in POSSESSIVE_S
        and reading.nation[first - 2] is not None
    )
    for number in reading.spans:
        places = _place_after(reading, number), _place_before(reading, number)
        spent.update(reading.unit[place] for place in places if place is not None)
    return Found(found, known, spent)


def _lower_nobles(
    titles: Sequence[Title], targets: Mapping[int, _Target], found: dict[int, list[Office]]
) -> None:
    """Lets an office go before a title that stands between it and the name: "Energy Minister
    Prince ...", "Interior Minister Judge ..."."""
    for before, title in pairwise(titles):
        target, other = targets.get(title.first), targets.get(before.first)
        is_style = title.office.role in NOBLES or title.office.role == "judge"
        if not is_style or target is None or other is None or title.first != before.last + 1:
            continue
        found[target.number] = [
            replace(office, rank=office.rank + 4) if office.role == title.office.role else office
            for office in found[target.number]
        ]


def _give_to_several(
    reading: Reading, titles: Sequence[Title], found: dict[int, list[Office]]
) -> None:
    """Gives the offices of several countries to as many names before, in order: "A and B, the
    Russian and Chinese foreign ministers"."""
    for title in titles:
        place = title.start - 1
        if place >= 0 and reading.lower[place] in DETERMINERS:
            place -= 1
        if not title.plural or len(title.countries) < 2 or place < 1 or reading.words[place] != ",":
            continue
        numbers: list[int] = []
        while place > 0 and len(numbers) <= len(title.countries):
            place -= 1
            if (number := reading.mention[place]) >= 0:
                numbers.append(number)
                place = reading.spans[number][0]
            elif reading.lower[place] not in (",", "and", "&"):
                break
        if len(numbers) == len(title.countries):
            for number, country in zip(reversed(numbers), title.countries, strict=True):
                found[number].append(replace(title.office, country=country))


def _share_countries(
    reading: Reading,
    titles: Sequence[Title],
    targets: Mapping[int, _Target],
    found: dict[int, list[Office]],
) -> None:
    """Gives the country of a title to the next in a list: "Peruvian President A, Foreign Minister
    B and Ambassador C"."""
    for title in titles:
        target = targets.get(title.first)
        if target is None or title.office.country or title.office.organisation:
            continue
        place = title.start - 1
        if place >= 0 and reading.lower[place] in DETERMINERS:
            place -= 1
        joined = place
        while place >= 0 and reading.lower[place] in (",", "and", "&", "as", "well", "including"):
            place -= 1
        if place == joined or place < 0 or reading.mention[place] < 0:
            continue
        others = found.get(reading.mention[place], ())
        other = next((office for office in others if office.country), None)
        if other is None or are_rivals(other.role, title.office.role):
            continue
        _give_country(found, target.number, other.country)


def _follow_pronouns(
    reading: Reading,
    titles: Sequence[Title],
    targets: Mapping[int, _Target],
    found: dict[int, list[Office]],
) -> None:
    """Gives "his deputy" the country or the body of the title before it in the sentence."""
    for before, title in pairwise(titles):
        target = targets.get(title.first)
        near = 0 < title.start - before.last < REACH
        if target is None or not near or reading.lower[title.start] not in ("his", "her"):
            continue
        if {".", "\n"}.isdisjoint(reading.words[before.last + 1 : title.start]):
            office = before.office
            _give_country(found, target.number, office.country, office.organisation)


def _follow_counterparts(reading: Reading, found: dict[int, list[Office]]) -> None:
    """Gives "her Irish counterpart" the office of the one official named before it."""
    for before, number in pairwise(reading.spans):
        place = _place_before(reading, number)
        if found.get(number) or place is None or reading.lower[place - 1] not in ("his", "her"):
            continue
        between = reading.words[reading.spans[before][1] + 1 : place]
        offices = found.get(before)
        if (
            offices
            and "counterpart" in reading.lower[place : reading.spans[number][0]]
            and len(between) <= REACH
            and {".", "\n"}.isdisjoint(between)
        ):
            role = official_value("", offices).role
            if role is not None:
                found[number] = [Office(role, reading.nation[place], None, rank=1)]


def _give_country(
    found: dict[int, list[Office]], number: int, country: str | None, body: str | None = None
) -> None:
    """Adds a country or a body to the offices of a mention that have none."""
    found[number] = [
        office
        if office.country or office.organisation
        else replace(office, country=country, organisation=body)
        for office in found[number]
    ]


def are_rivals(left: str, right: str) -> bool:
    """Whether two offices are of one kind, so that one country has hardly both."""
    return left == right or (_is_foreign(left) and _is_foreign(right))


def _is_foreign(role: str) -> bool:
    return "foreign" in role or "secretary of state" in role or role == "secretary"


def official_value(name: str, found: Sequence[Office]) -> OfficialValue:
    """A person with a name and the offices written next to all mentions of it, in order."""
    if not found:
        return OfficialValue(name)
    best = min(found, key=lambda office: (office.rank >= 4, office.former, office.rank // 2))
    words = set(best.role.replace("-", " ").split())
    fuller = [
        office
        for office in found
        if words <= set(office.role.replace("-", " ").split())
        and noun_of(office.role) == noun_of(best.role)
        and (best.former or not office.former)
    ]
    role = max(fuller, key=lambda office: len(office.role)).role
    same = dict.fromkeys((*fuller, *found))
    country = next((office.country for office in same if office.country), None)
    body = next((office.organisation for office in same if office.organisation), None)
    if country is None and body is None:
        country = next((offices()[o.role] for o in same if o.role in offices()), None)
    if body is not None and any(office.country for office in fuller):
        body = next((office.organisation for office in fuller if office.organisation), None)
    elif body is not None:
        country = None
    return OfficialValue(name, role, country, body)


def noun_of(role: str) -> str:
    """The last word of a title without its complement."""
    return role.split(" of ")[0].split(" for ")[0].split()[-1]


def _name_after(reading: Reading, title: Title, targets: Mapping[int, _Target]) -> _Target | None:
    """The mention a title stands in front of."""
    place = _past_honorifics(reading, title.last + 1)
    if place >= len(reading):
        return None
    if reading.mention[place] >= 0:
        return _Target(reading.mention[place], 0)
    if place in targets:  # "Army chief Gen. ..."
        return targets[place]
    word = reading.lower[place]
    described = title.definite or title.start < title.first
    if word in ("and", "&", ",") and place + 1 in targets and not title.plural:
        target = targets[place + 1]
        if word == ",":
            follows = target.military or reading.lower[title.start] in ("a", "an")
            return replace(target, rank=1) if described and follows else None
        capital = reading.words[title.first][0].isupper()
        same = not title.definite and capital
        return replace(target, rank=target.rank + 1) if same else None
    if described and word in ("here", "there") and place + 1 < len(reading):
        place += 1
        word = reading.lower[place]
    if described and word in _PLACED:
        place = _past_place(reading, place)
        word = reading.lower[place] if place < len(reading) else ""
        if word not in (",", "named", "called"):
            return None
    if described and word in ("named", "called", "is", "was"):
        place = _past_honorifics(reading, place + 1)
        if place >= len(reading) or (number := reading.mention[place]) < 0:
            return None
        after = reading.spans[number][1] + 1
        owns = any(word in POSSESSIVE_S for word in reading.lower[after : after + 1])
        return None if owns else _Target(number, 1)
    introduced = "As" in reading.words[max(title.start - 1, 0) : title.start + 1]
    if word in (",", ":", "-", "–", "—"):
        place = _past_honorifics(reading, place + 1)
        if place < len(reading) and (number := reading.mention[place]) >= 0:
            after = reading.spans[number][1] + 1
            if after < len(reading) and reading.words[after] in _POSTNOMINALS:
                after += 1
            closed = after >= len(reading) or reading.lower[after] in _CLOSERS
            if (closed and (described or word == ":")) or (introduced and word == ","):
                return _Target(number, 1)
    return None


def _past_place(reading: Reading, place: int) -> int:
    """After "in Quito" or "in the case", behind a title."""
    for at in range(place + 1, min(place + 5, len(reading))):
        word = reading.words[at]
        ends = word in (",", "named", "called") or not word.replace(".", "").isalpha()
        if ends or reading.mention[at] >= 0:
            return at
    return place


def _past_honorifics(reading: Reading, place: int) -> int:
    start = place
    while place < len(reading) and reading.mention[place] < 0 and place - start < REACH:
        term = reading.terms[place]
        point = place > start and reading.words[place] == "." and reading.glued(place)
        noble = reading.lower[place] in ("lord", "lady") or reading.lower[place] in NOBLES
        if not point and not noble and (term is None or term.kind != "honorific"):
            break
        place += 1
    return place


def _listed(reading: Reading, number: int, plural: bool) -> Iterator[int]:
    """A mention, and those listed after it where the title before them is a plural."""
    yield number
    while plural:
        place = _past_of(reading, reading.spans[number][1] + 1)
        passed = place
        while passed < len(reading) and reading.lower[passed] in (",", "and", "&"):
            passed = _past_honorifics(reading, passed + 1)
        if passed == place or passed >= len(reading) or reading.mention[passed] < 0:
            return
        number = reading.mention[passed]
        yield number
        if not {"and", "&"}.isdisjoint(reading.lower[place:passed]):
            return


def _past_of(reading: Reading, place: int) -> int:
    """After "of France" and the like."""
    if place + 1 < len(reading) and reading.lower[place] in ("of", "from"):
        content = place + 2 if reading.lower[place + 1] == "the" else place + 1
        if content < len(reading) and (
            reading.nation[content] is not None or reading.words[content][0].isupper()
        ):
            return reading.unit_end(content)
    return place


def _completed(reading: Reading, title: Title, number: int, position: int, names: int) -> Office:
    """The office of a title, with what stands after the name: "of Iran", "(D-Ohio)"; one of
    several countries only where there are as many names."""
    office = title.office
    if len(title.countries) > 1:
        as_many = names == len(title.countries) or not title.plural
        return replace(office, country=title.countries[position] if as_many else None)
    if office.country is None and office.organisation is None:
        return replace(office, country=_country_after(reading, number))
    return office


def _countries_after(reading: Reading, numbers: Sequence[int]) -> tuple[str, ...]:
    """As many countries as names, right after them: "A and B of Peru and Chile"."""
    at = _place_after(reading, numbers[-1])
    codes: list[str] = []
    while at is not None and at < len(reading) and (code := reading.nation[at]) is not None:
        codes.append(code)
        after = at = reading.unit_end(at)
        while at < len(reading) and reading.lower[at] in (",", "and", "&"):
            at += 1
        if at == after:
            break
        if at < len(reading) and reading.lower[at] == "the":
            at += 1
        if len(codes) == len(numbers):
            break
    if len(codes) != len(numbers) or len(codes) < 2 or at is None:
        return ()
    is_owner = at < len(reading) and (
        reading.terms[at] is not None or reading.lower[at] in POSSESSIVES
    )
    return () if is_owner else tuple(codes)


def _country_after(reading: Reading, number: int) -> str | None:
    """The country right after a name: "of Iran", "(Iran)", "(R-Utah)"."""
    place = reading.spans[number][1] + 1
    word, follows = reading.words[place : place + 1], reading.lower[place + 1 : place + 3]
    if word in (["("], [","]) and follows[:1] in (["d"], ["r"]) and follows[1:2] in (["-"], ["–"]):
        return "US"
    after = _place_after(reading, number)
    return None if after is None else reading.nation[after]


def _place_after(reading: Reading, number: int) -> int | None:
    """The word of the country right after a name."""
    place = reading.spans[number][1] + 1
    word, follows = reading.words[place : place + 1], reading.lower[place + 1 : place + 4]
    if word == [","] and follows[:1] in (["of"], ["for"]):
        place, follows = place + 1, follows[1:]
    elif word not in (["of"], ["("]):
        return None
    after = place + 2 if follows[:1] == ["the"] else place + 1
    if after >= len(reading) or reading.place[after]:
        return None
    end = reading.unit_end(after)
    owns = any(word in POSSESSIVE_S for word in reading.lower[end : end + 1])
    return None if owns or reading.nation[after] is None else after


def _country_before(reading: Reading, number: int) -> str | None:
    """The country of a possessive before a name: "Greenland's", "her Irish colleague,"."""
    place = _place_before(reading, number)
    return None if place is None else reading.nation[place]


def _place_before(reading: Reading, number: int) -> int | None:
    """The first word of the country of a possessive before a name."""
    place = reading.spans[number][0] - 1
    while place >= 0 and (
        reading.words[place] in (",", ".")
        or ((term := reading.terms[place]) is not None and term.kind == "honorific")
    ):
        place -= 1
    if place < 1 or reading.lower[place] not in (*_COLLEAGUES, *POSSESSIVE_S):
        return None
    if reading.place[place - 1] or reading.nation[place - 1] is None:
        return None
    return reading.unit[place - 1]


def _titles_of(
    reading: Reading, free: Mapping[int, Title], first: int, last: int
) -> Iterator[tuple[Title, int]]:
    """The titles that follow a mention and belong to it."""
    place, rank = _link_after(reading, first, last)
    if place is None:
        return
    title = _title_at(reading, free, place)
    if title is None and reading.lower[place - 1] in _NOW:
        title = _title_at(reading, free, place - 1)
    while title is not None:
        if not _is_possessor(reading, title) and (not title.plural or _is_one_of(reading, place)):
            yield title, rank
        after = title.last + 1
        if after < len(reading) and reading.lower[after] in ("and", "&"):
            title, rank = _title_at(reading, free, after + 1), rank + 1
        else:
            return


def _title_at(reading: Reading, free: Mapping[int, Title], place: int) -> Title | None:
    """The title whose noun phrase begins at a word, up to three adjectives passed over."""
    if place in free:
        return free[place]
    if place >= len(reading):
        return None
    if reading.lower[place] not in DETERMINERS and not _is_one_of(reading, place):
        return None
    if reading.lower[place + 2 : place + 6] == ["-", "year", "-", "old"]:  # "a 58-year-old"
        place += 5
    for skipped in range(1, 5):
        at = place + skipped
        if at in free:
            return free[at]
        if at >= len(reading) or not is_adjective(reading.lower[at]):
            return None
        if reading.mention[at] >= 0:
            return None
    return None


def _is_one_of(reading: Reading, place: int) -> bool:
    """Whether "one of" stands before a word: "one of four opposition deputies"."""
    return place > 1 and reading.lower[place - 2 : place] == ["one", "of"]


def _is_possessor(reading: Reading, title: Title) -> bool:
    after = title.last + 1
    return after < len(reading) and reading.lower[after] in POSSESSIVES


def _link_after(reading: Reading, first: int, last: int) -> tuple[int | None, int]:
    """Where the noun phrase begins that says who a mention is, and how good the evidence is."""
    place = last + 1
    if place + 1 >= len(reading):
        return None, 0
    word = reading.lower[place]
    if word == "\n" and (first == 0 or reading.words[first - 1] == "\n"):
        return place + 1, 1
    if word == "(":
        inside = place + 1
        closing = next(
            (
                k
                for k in range(inside, min(inside + 40, len(reading)))
                if reading.words[k] in (")", "\n")
            ),
            None,
        )
        if closing is not None and _is_dated(reading, inside, closing):
            return _past_verbs(reading, closing + 1, 1)
        return inside, 1
    if word in ("-", "–", "—"):
        return (None if reading.glued(place) else place + 1), 1
    if word == ",":
        place += 1
        if reading.words[place].isdigit() and reading.words[place + 1 : place + 2] == [","]:
            place += 2
            if place >= len(reading):
                return None, 0
        if reading.lower[place : place + 2] == ["one", "of"]:
            return place + 2, 1
        if reading.lower[place : place + 3] == ["at", "the", "time"]:
            return place + 3, 0
        if reading.lower[place] not in ("who", "which", "also", *_NOW):
            return place, 0
        beyond, _ = _past_verbs(reading, place, 1)
        if beyond is None:
            return place + (reading.lower[place] in _NOW), 0
    maker = first > 0 and reading.lower[first - 1] in _MAKERS
    if maker and reading.lower[place] in ("as", "to"):
        return place + 1, 1
    if maker and place in range(len(reading)):
        return place, 1
    return _past_verbs(reading, place, 1)


def _is_dated(reading: Reading, inside: int, closing: int) -> bool:
    return any(reading.words[k].isdigit() for k in range(inside, closing))


def _past_verbs(reading: Reading, place: int, rank: int) -> tuple[int | None, int]:
    """After "is", ", who served as", "was sworn in as"; nothing where no such verb stands."""
    linked, at = False, place
    while at < len(reading) and at - place < 8:
        word = reading.lower[at]
        if word in _VERBS:
            linked = True
        elif not (word in _BESIDE or (word == "," and at == place)):
            break
        at += 1
    return (at, rank) if linked else (None, rank)

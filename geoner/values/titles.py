"""Titles of offices in a text: their words, what stands before them ("former Brazilian") and their
complements ("of Foreign Affairs of Japan")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from geoner.values.reading import POSSESSIVE_S, POSSESSIVES, Reading, Term
from geoner.words import context

#: Words looked at on either side of a title.
REACH = 14

DETERMINERS = context("determiner")
_NOUNS = frozenset(("head", "rank", "weak"))
#: Nouns that, before another noun, make one title with it: "deputy minister", "chief justice".
_FIRST = context("first noun")
#: Nouns that go on to the next noun over words between: "deputy prime minister".
_DEPUTIES = frozenset(("deputy", "chief"))
#: Ordinals count holders ("the third president"), save before these words.
_ORDINALS = frozenset(("first", "second"))
_ORDINAL = context("after ordinal")
_COUNTS = frozenset(("first", "second", "third", "fourth", "fifth", "last", "only"))
#: Nouns that "general" makes one title with: "attorney general".
_GENERALS = context("before general")
#: After these a "general" is no soldier.
_CIVIL = context("civil general")
_STANDING = frozenset(("candidate", "nominee"))
#: What a candidate may stand for.
_STOOD_FOR = context("stood for")
_DIPLOMATS = context("diplomat")
#: Words of other uses that name a field too: "minister of state".
_FIELDS = context("field")
#: Nobles, whose titles stand with names that have an office too.
NOBLES = frozenset(("prince", "princess", "sultan", "duke", "archduke"))
_SPEAKERS = frozenset(("spokesman", "spokeswoman", "spokesperson"))
_STOPS = context("clause")
_ABBREVIATIONS = context("abbreviation")
#: Bodies that are a state, so that their presidents are its own.
_STATES = frozenset(("republic", "federation", "union", "kingdom"))
#: Marks before the first word of a sentence, which has a capital.
_BEFORE_SENTENCE = frozenset((".", "!", "?", "\n", ":", '"', "“", "•", "-", "–", "—"))


@dataclass(frozen=True, slots=True)
class Office:
    """An office written next to a name.

    Attributes:
        role: Its title: singular, lower case.
        country: Alpha-2 code of the country it serves, where it is said with it.
        organisation: The body it serves, where that is no country's.
        former: Whether it is said to be held no more.
        rank: How good the evidence is, 0 best; military ranks and vague offices come last.
    """

    role: str
    country: str | None
    organisation: str | None
    former: bool = False
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Title:
    """A title in the text, by the numbers of its words: its noun phrase with what stands before
    from `start`, its own words from `first`, its last word `last` with its complements."""

    start: int
    first: int
    last: int
    military: bool
    office: Office
    plural: bool
    definite: bool
    countries: tuple[str, ...] = ()


def find_titles(reading: Reading) -> list[Title]:
    """The titles in a text, in order; "spokesman for the president" is one."""
    return _nested(reading, list(_titles(reading)))


def _nested(reading: Reading, titles: Sequence[Title]) -> list[Title]:
    """With "spokesman for the president" as one title, not two, where no name follows at once."""
    result: list[Title] = []
    for title in titles:
        outer = result[-1] if result else None
        after = title.last + 1
        named = after < len(reading) and reading.mention[after] >= 0
        if (
            outer is None
            or named
            or not title.definite
            or title.start != outer.last + 2
            or reading.lower[outer.last + 1] not in ("of", "for", "to")
        ):
            result.append(title)
            continue
        office = outer.office
        if office.country is None and office.organisation is None:
            inner = title.office
            office = replace(office, country=inner.country, organisation=inner.organisation)
        result[-1] = replace(outer, last=title.last, office=office)
    return result


def _titles(reading: Reading) -> Iterator[Title]:
    """The titles in the text, in order."""
    for index, term in enumerate(reading.terms):
        if term is None or term.kind not in _NOUNS or _goes_on(reading, index):
            continue
        if reading.unit[index] != index or _in_name(reading, index):
            continue
        if reading.lower[index] == "justice" and reading.lower[index - 1] in ("of", "for"):
            continue
        title = _title(reading, index, term)
        if not _is_of_a_body(reading, title):
            yield title


def _is_of_a_body(reading: Reading, title: Title) -> bool:
    """Whether a title is part of the name of a body: "Office of the Mayor"."""
    before = title.start - 1
    return before > 0 and reading.lower[before - 1 : before + 1] == ["office", "of"]


def _in_name(reading: Reading, index: int) -> bool:
    """Whether a noun is part of the name of a country or a body; "Taoiseach", which names
    Ireland's government alone, is a title all the same."""
    if reading.body[index] is None and reading.nation[index] is None:
        return False
    return reading.unit[index] != index or reading.unit_end(index) > index + 1


def _next(reading: Reading, index: int) -> int:
    """The word after one, a hyphen between them passed over."""
    after = index + 1
    if after + 1 < len(reading) and reading.words[after] == "-" and reading.glued(after):
        return after + 1 if reading.glued(after + 1) else after
    return after


def _goes_on(reading: Reading, index: int) -> bool:
    """Whether the noun at a word makes one title with the noun after it."""
    after = _next(reading, index)
    if after >= len(reading):
        return False
    this, that = reading.terms[index], reading.terms[after]
    if this is None or that is None or reading.mention[after] >= 0:
        return False
    if that.kind in _NOUNS:
        return _compound(reading, index, after)
    return this.written in _DEPUTIES and _begins_title(reading, after, nations=False)


def _compound(reading: Reading, index: int, after: int) -> bool:
    this, that = reading.terms[index], reading.terms[after]
    if this is None or that is None or that.kind not in _NOUNS:
        return False
    if reading.lower[after] == "general" or reading.lower[after] == "generals":
        return this.written in _GENERALS
    if that.kind == "rank":
        return this.kind == "rank" and reading.lower[index] in ("lieutenant", "lt", "vice")
    if that.written in NOBLES:  # "the company's chief, Sultan ..."
        return False
    return this.written in _FIRST or that.written in _STANDING


def _title(reading: Reading, index: int, term: Term) -> Title:
    first = _first_word(reading, index)
    written = [reading.lower[k] if k != index else term.written for k in range(first, index + 1)]
    role = _joined(reading, first, written)
    if role == "president" and _is_of_house(reading, first):
        role = f"{reading.lower[first - 1]} {role}"
    last = index
    after = _next(reading, index)
    if after < len(reading) and reading.lower[after] in ("elect", "designate"):
        role, last = role + "-" + reading.lower[after], after
    elif term.short and reading.words[index + 1 : index + 2] == ["."] and reading.glued(index + 1):
        last = index + 1  # "Sen."
    start, country, body, former, definite = _before(reading, first)
    start, countries = _joined_countries(reading, start, first) if term.plural else (start, ())
    country = country or next(filter(None, reading.nation[first : index + 1]), None)
    complement = _complement(reading, last, term)
    if complement.field:
        role += " " + complement.field
    country = country or complement.country
    if body is None:
        body = complement.body
    if body is not None and country is not None:
        if term.written in _DIPLOMATS or complement.body is None:
            body = None
        else:
            country = None
    rank = 0 if term.kind == "head" or (first < index and reading.lower[index - 1] in _CIVIL) else 4
    office = Office(role, country, body, former, rank)
    return Title(
        start,
        first,
        complement.last,
        term.kind == "rank",
        office,
        term.plural,
        definite,
        complement.countries or countries,
    )


def _is_of_house(reading: Reading, first: int) -> bool:
    """Whether the word before a title is a body that is no state: "Senate President"."""
    return first > 0 and reading.words[first][0].isupper() and _is_house(reading, first - 1)


def _is_house(reading: Reading, index: int) -> bool:
    """Whether a word in capitals is a body that is no state and has no name: "Senate"."""
    term = reading.terms[index]
    is_body = term is not None and term.kind == "body" and term.written not in _STATES
    return is_body and reading.body[index] is None and reading.words[index][0].isupper()


def _joined(reading: Reading, first: int, written: Sequence[str]) -> str:
    """The words of a title with the spaces and hyphens between them."""
    role = ""
    for offset, word in enumerate(written):
        glue = "" if not offset or reading.glued(first + offset) else " "
        role += glue + word
    return role.replace(".", "").replace("&", "and")


def _first_word(reading: Reading, index: int) -> int:
    """Where the title that ends with a noun begins."""
    first = index
    while first > 0 and index - first < REACH:
        before = first - 1
        word = reading.lower[before]
        term = reading.terms[before]
        if word == "-" and reading.glued(before) and before > 0:
            term, hyphened = reading.terms[before - 1], before - 1
            if term is None or not (
                term.kind in ("modifier", "field") or _goes_on(reading, hyphened)
            ):
                return first
            first = hyphened
        elif term is not None and _is_field_of_name(reading, before):
            first = before
        elif term is None or _in_name(reading, before):
            if not _joins_fields(reading, before):
                return first
            first = before - 1
        elif _is_of_title(reading, before) or _goes_on(reading, before):
            if word == "party" and _is_name_of_party(reading, before):
                return first
            if reading.lower[index] in _STANDING and word not in _STOOD_FOR:
                return first
            if word == "under" and reading.lower[first] != "secretary":
                return first
            if word in _ORDINALS and reading.lower[first] not in _ORDINAL:
                return first
            first = before
        else:
            return first
    return first


def _is_of_title(reading: Reading, index: int) -> bool:
    """Whether a word belongs to the noun of a title after it."""
    term = reading.terms[index]
    if term is None:
        return False
    if term.written == "cabinet":
        return reading.lower[index + 1 : index + 2] == ["secretary"]
    return term.kind in ("modifier", "field")


def _is_field_of_name(reading: Reading, index: int) -> bool:
    """Whether a word is the field that a ministry is called by: "U.S. Treasury Secretary"."""
    begin = reading.unit[index]
    if reading.place[index] != "institution" or reading.unit_end(begin) != begin + 2:
        return False
    kinds = [term.kind if term else None for term in reading.terms[begin : begin + 2]]
    return kinds[index - begin] in ("field", "modifier") and kinds[0] in ("field", None)


def _is_name_of_party(reading: Reading, index: int) -> bool:
    """Whether "Party" at a word ends a name: "Green Party leader"."""
    return index > 0 and reading.words[index][0].isupper() and reading.words[index - 1][0].isupper()


def _joins_fields(reading: Reading, index: int) -> bool:
    """Whether "and" or a comma joins two fields: "Trade and Industry Minister"."""
    if reading.lower[index] not in ("and", "&", ",") or index == 0:
        return False
    left, right = reading.terms[index - 1], reading.terms[index + 1]
    same_case = reading.words[index - 1][0].isupper() == reading.words[index + 1][0].isupper()
    begins = index == 1 or reading.words[index - 2] in _BEFORE_SENTENCE
    return (
        left is not None
        and right is not None
        and left.kind == right.kind == "field"
        and (same_case or begins)
        and (reading.lower[index] != "," or reading.words[index + 1][0].isupper())
    )


def _before(reading: Reading, first: int) -> tuple[int, str | None, str | None, bool, bool]:
    """What stands before a title: the first word of its noun phrase, country, body, whether the
    office is a former one, and whether a determiner or a possessive stands there."""
    start, country, body, former, definite = first, None, None, False, False
    place = first - 1
    while place >= 0 and first - place < REACH:
        word, term = reading.lower[place], reading.terms[place]
        if reading.mention[place] >= 0 or word == "\n":
            break
        if word == "veteran" and reading.lower[place - 1] in ("war", "vietnam"):
            break
        if reading.nation[place] is not None:
            country = country or reading.nation[place]
        elif reading.body[place] is not None:
            body = body or reading.body[place]
        elif word in POSSESSIVES:
            definite = True
        elif word in DETERMINERS:
            return place, country, body, former, True
        elif term is not None and term.kind == "former":
            former = True
        elif not _is_loose(reading, place):
            if place and reading.lower[place - 1] in DETERMINERS and is_adjective(word):
                return place - 1, country, body, former, True
            owner = _owner_before(reading, place)
            if owner is not None and country is None:
                return owner, reading.nation[owner], body, former, True
            break
        start = place
        place -= 1
    return start, country, body, former, definite


def _owner_before(reading: Reading, place: int) -> int | None:
    """The country before an adjective after a count: "Australia's first female"."""
    if place < 3 or not is_adjective(reading.lower[place]):
        return None
    is_count = reading.lower[place - 1] in _COUNTS and reading.lower[place - 2] in POSSESSIVE_S
    owner = reading.unit[place - 3]
    return owner if is_count and reading.nation[owner] is not None else None


def _joined_countries(reading: Reading, start: int, first: int) -> tuple[int, tuple[str, ...]]:
    """The countries before a plural title, in order, and where they begin: "the Russian and
    Chinese foreign ministers", "Franco-German ministers"."""
    named = [k for k in range(start, first) if reading.nation[k] is not None]
    if not named:
        return start, ()
    place = reading.unit[named[-1]]
    codes = [reading.nation[place]]
    while place > 1 and len(codes) < REACH:
        joint, before = reading.lower[place - 1], place - 2
        if joint not in ("and", "&", "-", "–") and (joint != "," or len(codes) == 1):
            break
        if reading.lower[before] in POSSESSIVE_S:
            before -= 1
        if before < 0 or reading.nation[before] is None:
            break
        place = reading.unit[before]
        codes.append(reading.nation[place])
    countries = dict.fromkeys(code for code in reversed(codes) if code is not None)
    return min(start, place), tuple(countries)


def is_adjective(word: str) -> bool:
    """Whether a word may be one, between a determiner and a title: "the last president"."""
    return word.isalpha() and word not in _STOPS


def _is_loose(reading: Reading, index: int) -> bool:
    """Whether a word may be part of the noun phrase before a title: a word of titles, one in
    capitals, a hyphen, or the point of an abbreviation ("Dept. spokesman")."""
    word, term = reading.words[index], reading.terms[index]
    if word == "-":
        return reading.glued(index)
    if word == "." and reading.glued(index):
        before = reading.words[index - 1]
        is_short = reading.lower[index - 1] in _ABBREVIATIONS or (
            reading.terms[index - 1] is not None and len(before) <= 4
        )
        return before[0].isupper() and is_short and reading.mention[index - 1] < 0
    return (term is not None and term.kind != "honorific") or word[0].isupper()


@dataclass(frozen=True, slots=True)
class _Complement:
    last: int
    field: str = ""
    country: str | None = None
    body: str | None = None
    countries: tuple[str, ...] = ()


def _complement(reading: Reading, last: int, noun: Term) -> _Complement:
    """What "of", "for" and "to" add to a title: "of Foreign Affairs of Japan"."""
    result = _Complement(last)
    for _ in range(4):
        at = result.last + 1
        if at + 1 >= len(reading):
            break
        preposition = reading.lower[at]
        diplomatic = preposition in ("to", "at", "with") and noun.written in _DIPLOMATS
        if preposition in ("in", "at") and _is_capital(reading, at + 1):
            diplomatic = True
        if preposition not in ("of", "for") and not diplomatic:
            break
        content = at + 2 if reading.lower[at + 1] in ("the", "our") else at + 1
        stop = _content_end(reading, content)
        if stop == content:
            break
        result = _with_content(reading, result, at, content, stop, noun)
    return result


def _is_capital(reading: Reading, index: int) -> bool:
    """Whether "the" and a word in capitals stand at a word: "in the Department of"."""
    if index + 1 >= len(reading) or reading.lower[index] != "the":
        return False
    return reading.words[index + 1][0].isupper()


def _with_content(
    reading: Reading, so_far: _Complement, at: int, content: int, stop: int, noun: Term
) -> _Complement:
    preposition = reading.lower[at]
    result = replace(so_far, last=stop - 1)
    code, body = reading.nation[content], reading.body[content]
    if code is not None:
        whole = reading.unit_end(content)
        is_name_only = whole >= stop
        if preposition == "of" or (preposition == "for" and not is_name_only):
            countries = tuple(
                dict.fromkeys(c for c in reading.nation[content:stop] if c is not None)
            )
            result = replace(
                result, country=result.country or code, countries=result.countries or countries
            )
        return result
    if body is not None:
        return result if preposition == "to" else replace(result, body=result.body or body)
    kinds = {term.kind for term in reading.terms[content:stop] if term is not None}
    starts = reading.terms[content]
    if (
        starts is not None
        and (starts.kind == "field" or reading.lower[content] in _FIELDS)
        and ("body" not in kinds or reading.lower[stop - 1] == "affairs")
        and noun.written not in _SPEAKERS
        and preposition in ("of", "for")
    ):
        field = reading.between(at, stop).lower()
        return replace(result, field=f"{result.field} {field}".strip())
    is_alone = preposition == "of" and noun.written == "president" and stop == content + 1
    if is_alone and _is_house(reading, content):
        field = reading.between(at, stop).lower()
        return replace(result, field=f"{result.field} {field}".strip())
    codes = [code for code in reading.nation[content:stop] if code is not None]
    if codes and "body" in kinds:
        result = replace(result, country=result.country or codes[0])
    return result


def _content_end(reading: Reading, content: int) -> int:
    """Where the words after "of" end."""
    place = content
    while place < len(reading) and place - content < REACH:
        word, term = reading.lower[place], reading.terms[place]
        if reading.mention[place] >= 0 or word == "\n":
            break
        if word == "the" and place > content and reading.lower[place - 1] in ("and", ","):
            pass
        elif word in ("and", "&", ","):
            if place == content or not _continues(reading, place, content):
                break
        elif word in POSSESSIVES:
            if place == content:
                break
        elif word in ("-", "–"):
            if not reading.glued(place) or not reading.glued(place + 1):
                break
        elif reading.nation[place] is not None or reading.body[place] is not None:
            pass
        elif term is not None and term.kind == "honorific":
            if reading.words[place][0].isupper() or place == content:
                break
        elif word == "justice":
            pass
        elif term is not None and term.kind in _NOUNS:
            if place == content or not reading.words[place][0].isupper():
                break
            if _begins_title(reading, place):
                break
        elif not (
            (term is not None and term.kind != "former") or reading.words[place][0].isupper()
        ):
            break
        place += 1
    while place > content and reading.lower[place - 1] in ("and", "&", ",", "-", "–", "the"):
        place -= 1
    return place


def _continues(reading: Reading, place: int, content: int) -> bool:
    """Whether "and" or a comma goes on with what stands after "of"."""
    after = place + 1
    if reading.lower[place] == "," and after < len(reading) and reading.lower[after] == "and":
        after += 1
    if after < len(reading) and reading.lower[after] == "the":
        after += 1
    if after >= len(reading) or reading.mention[after] >= 0 or _begins_title(reading, after):
        return False
    if reading.nation[content] is not None:
        return reading.lower[place] != "," and reading.nation[after] is not None
    term = reading.terms[after]
    if term is None or term.kind not in ("field", "modifier"):
        last = after + 1 >= len(reading) or reading.mention[after + 1] >= 0
        return last and reading.words[after][0].isupper() and reading.words[content][0].isupper()
    return reading.lower[place] != "," or reading.words[after][0].isupper()


def _begins_title(reading: Reading, index: int, nations: bool = True) -> bool:
    """Whether a title begins at a word."""
    place = index
    while place < len(reading) and place - index < 6:
        term = reading.terms[place]
        if nations and reading.nation[place] is not None and reading.mention[place] < 0:
            place += 1
            continue
        if term is None:
            return False
        if term.kind in _NOUNS:
            return True
        if not _is_of_title(reading, place) and term.kind not in ("former", "time"):
            return False
        place = _next(reading, place)
    return False

"""Of which country a text speaks where it names an office and no country: the one its sentence
is about, or the one the whole text is told from.

News introduces "Finance Minister X" without a country where the reader knows which: in a story
under a dateline of that country, or in a sentence or a paragraph about it. The steps follow the
idea of a local focus before a global one of Grosz and Sidner (1986), "Attention, Intentions, and
the Structure of Discourse".
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

from geoner.sentences import sentences
from geoner.values.officials import are_rivals, noun_of
from geoner.values.reading import POSSESSIVES, Reading
from geoner.words import context, table

_DATA = Path(__file__).parent.parent / "data"

#: What may be a dateline, "OSLO, March 4 (Wire) –": what stands in a line before a dash, or up to
#: an agency in brackets.
_DATELINE = re.compile(
    r"^(?P<head>[^\W\d_][^\n–—()]{1,60}?)(?: ?\([^\n()]{2,40}\)(?:, [^\n–—()]{2,20}?)?)?"
    r"(?: ?[–—] ?| --? |(?<=\)):? )(?=\S)",
    re.MULTILINE,
)

#: What shows that a dateline is one: a date, or an agency in brackets.
_DATED = re.compile(r"\d|\([^\n()]*\)")

#: The parts of the words of a dateline: places and a date.
_PART = re.compile(r"[^,/]+")

#: The longest name of a place or date in a dateline, in words and points.
_LONGEST_PLACE = 5

#: The longest title, in words.
_LONGEST_TITLE = 14

_WEEKDAYS = frozenset(("mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun"))

#: The longest name in capitals that is an abbreviation of a country ("UAE").
_INITIALS = 3

#: Where a government speaks of itself: what its releases begin with, and its country.
_PUBLISHERS = {
    "US": ("office of the spokesperson", "department spokesperson", ", secretary of state\n")
}

#: Offices that a government's release names without its own country: its own ones.
_OWN = context("own office")

#: Offices that are as often those of an international body.
_INTERNATIONAL = frozenset(("secretary-general", "commissioner", "rapporteur"))

#: Offices of a court, which sits where its news comes from.
_JUDGES = frozenset(("judge", "justice", "magistrate", "prosecutor"))

_MEETS = context("meet")
#: Small words inside the names of places.
_SMALL = ("and", "de", "du", "la", "of", "the")
_COLLEAGUES = ("counterpart", "colleague")
_KIN = context("kin")
#: Verbs of who speaks, and the marks between what is said and these.
_SAYS = frozenset(("said", "says", "told", "added", "warned", "declared"))
_PAUSES = frozenset((*",\"”'’",))
_HIS = ("his", "her")
_JOINTS = frozenset((",", "and", "&"))
#: How many words after a name say whose politician it is.
_NEAR = 10

#: Offices below the state.
_LOCAL = frozenset(("governor", "mayor", "judge"))

#: Offices that come first in a state, so that one country has hardly two of them; and those that
#: come first in a government.
_FIRST_OF_STATE = frozenset(
    ("president", "king", "queen", "emperor", "emir", "sultan", "shah", "general secretary")
)
_FIRST = _FIRST_OF_STATE | {"prime minister", "premier", "chancellor", "taoiseach"}

#: Verbs between two who speak with each other.
_TELLS = context("tell")

#: Offices that say too little to go by the countries around them.
_BARE = frozenset(("secretary", "deputy secretary", "assistant secretary", "under secretary"))

#: A line of a transcript: "MR PRICE:", "Q:", "QUESTION (Reuters):".
_SPEAKER = re.compile(
    r"^(?:Q|QUESTION|M[RS]S?\.?|[A-Z][A-Z .'’-]+)(?: [^\n:]{0,40})?:", re.MULTILINE
)

#: The least part of all mentions of countries that are of a country the text is told from.
_SHARE = 0.25

#: Currencies that texts of every country count in, or that several countries share.
_WORLD_MONEY = context("world money")

#: The longest headline, in characters.
_HEADLINE = 150

#: How many datelines make a round-up.
_ROUND_UP = 3

#: How far into a text its headline, its dateline and its publisher stand.
_HEAD = 400


class Setting:
    """The countries a text speaks of, by place.

    Attributes:
        home: Alpha-2 code of the country the text is told from; None if it is not clear.
        publisher: That of the government that published it; None if none did.
    """

    def __init__(
        self, reading: Reading, spent: Collection[int], currencies: Collection[str] = ()
    ) -> None:
        self._reading = reading
        self._currencies = currencies
        self._starts, self._ends = [], []
        for start, end in sentences(reading.text):
            self._starts.append(start)
            self._ends.append(end)
        self._named = [
            index
            for index, code in enumerate(reading.nation)
            if code is not None
            and reading.unit[index] == index
            and reading.place[index] != "name"
            and not reading.inside[index]
            and not _is_compound(reading, index)
        ]
        self._spent = set(spent)
        self._people: dict[int, tuple[str, str | None]] = {}
        self._spent.update([index for index in self._named if self._is_adverse(index)])
        self._mentions = [first for first, _ in reading.spans.values()]
        self._twins = self._find_twins()
        self._host: str | None = None
        self._is_wide = self._is_full = False  # the dateline: no capital, or one with its date
        self._rival: str | None = None
        self.publisher = self._find_publisher()
        self._is_transcript = len(_SPEAKER.findall(reading.text)) > 1
        self.home, self._has_dateline = self._find_home()
        self._find_paragraphs()

    @property
    def spans(self) -> dict[int, tuple[int, int]]:
        """The first and last word of each OFFICIAL mention, by its index in the document."""
        return self._reading.spans

    def know(self, place: int, country: str, role: str | None) -> None:
        """Makes the country and the office of the person named at a word known."""
        self._people[place] = country, role

    def country(self, place: int, role: str | None) -> str | None:
        """The country of a person who is named without one.

        Args:
            place: The first word of the name.
            role: The office that stands with it, if one does.
        """
        if role is None:
            return self._of_bare_name(place)
        noun = noun_of(role)
        if self.publisher is not None and noun in _OWN:
            return self.publisher
        if noun in _INTERNATIONAL:
            return None
        country = self._around(place, role, noun)
        if country is None or not _may_have(country, role):
            return None
        if country == self._paragraph_home(place) and place in self._twins:
            return None
        return None if self._is_taken(country, place, role) else country

    def _around(self, place: int, role: str, noun: str) -> str | None:
        """The country that what stands around an office tells."""
        if role in _BARE:
            return self.home if self._has_dateline else None
        home = self._paragraph_home(place)
        if self._host is not None and noun in _JUDGES:
            return self._host
        sentence = self._sentence(self._reading.starts[place])
        visits = self._is_wide and self._has_dateline and noun not in _LOCAL
        if visits and not _is_of_few(role) and self._names_another(sentence):
            home = None
        before = set(self._free(sentence, place))
        if before:
            if len(before) == 1:
                is_topic = before == {self._rival} and self._is_quoted(place)
                return None if is_topic else before.pop()
            return home if home in before else None
        alone = self._is_after(place, _MEETS) or _is_of_few(role)
        people = set() if alone else self._others(sentence, place, role)
        if len(people) == 1:
            country = people.pop()
            is_foreign = home not in (None, country) and self._is_after_guest(place)
            return None if is_foreign else country
        if home is not None and home != self.home:
            return home
        opening, is_alone = self._opening(sentence - 1)
        if opening is None:
            return home or self._only(sentence - 1)
        if opening == self._rival and not self._is_its(place):
            return None
        return opening if is_alone or opening == home or self._is_its(place) else None

    def _is_taken(self, country: str, place: int, role: str) -> bool:
        """Whether somebody named before in the sentence has that country and an office that it
        has once: "General Secretary Gorbachev and President Reagan"."""
        if role not in _FIRST:
            return False
        meet = self._is_after(place, _MEETS | _TELLS)
        sentence = self._sentence(self._reading.starts[place])
        return any(
            other != role and (meet or {role, other} <= _FIRST_OF_STATE)
            for code, other in self._people_before(sentence, place)
            if code == country and other in _FIRST
        )

    def _is_quoted(self, place: int) -> bool:
        """Whether a name stands behind what its person says: "It must leave, President A said"."""
        reading, at = self._reading, place - 1
        last = reading.spans[reading.mention[place]][1]
        while at >= 0 and (at in self._spent or reading.lower[at] in _SAYS):
            at -= 1
        says = {*reading.lower[at + 1 : place], *reading.lower[last + 1 : last + 2]}
        return at >= 0 and reading.words[at] in _PAUSES and not says.isdisjoint(_SAYS)

    def _names_another(self, sentence: int) -> bool:
        """Whether a sentence or the next one names another country than that of the text, or a
        body."""
        reading = self._reading
        last = min(sentence + 1, len(self._ends) - 1)
        first = bisect_left(reading.starts, self._starts[sentence])
        stop = bisect_left(reading.starts, self._ends[last])
        named = bisect_left(self._named, first)
        return any(
            index not in self._spent and reading.nation[index] not in (None, self.home)
            for index in self._named[named : bisect_left(self._named, stop)]
        ) or any(reading.body[first:stop])

    def _is_adverse(self, index: int) -> bool:
        """Whether a country stands after "against", so that it tells of nobody."""
        before = self._reading.lower[max(index - 2, 0) : index]
        return before[-1:] == ["against"] or before == ["against", "the"]

    def _is_after_guest(self, place: int) -> bool:
        """Whether the person before is called by a country behind the name: "A of Peru and
        President B"."""
        reading = self._reading
        at = bisect_right(self._mentions, place - 1) - 1
        if at < 0:
            return False
        last = reading.spans[reading.mention[self._mentions[at]]][1]
        return reading.lower[last + 1 : last + 2] in (["of"], ["("], [","]) and any(
            index in self._spent and reading.nation[index] is not None
            for index in range(last + 2, min(last + 5, place))
        )

    def _find_twins(self) -> set[int]:
        """The first words of names that stand in one sentence under one office of which a country
        has one, so that at most one of them is of the country of the text."""
        reading, after = self._reading, 0
        by_title: dict[tuple[int, str], dict[str, int]] = {}
        title, is_plural = "", False
        for first, last in reading.spans.values():
            joint = {*reading.lower[after:first]}
            if not (is_plural and joint and joint <= _JOINTS):  # "Presidents A and B"
                title, is_plural = self._title_before(first)
            after = last + 1
            if _is_unique(title):
                key = self._sentence(reading.starts[first]), title
                by_title.setdefault(key, {}).setdefault(reading.lower[last], first)
        return {
            place for places in by_title.values() if len(places) > 1 for place in places.values()
        }

    def _title_before(self, place: int) -> tuple[str, bool]:
        """The words of the title right before a name, and whether it is a plural."""
        at = place
        while at > 0 and place - at < _LONGEST_TITLE and at - 1 in self._spent:
            at -= 1
        words = self._reading.lower[at:place]
        noun = self._reading.terms[place - 1] if words else None
        if noun is None:
            return "", False
        return " ".join((*words[:-1], noun.written)).removeprefix("the "), noun.plural

    def _is_after(self, place: int, words: Collection[str]) -> bool:
        """Whether one of some words, such as "met", stands before a name and its title."""
        reading, at = self._reading, place - 1
        while at >= 0 and (
            at in self._spent
            or reading.words[at] == "."
            or ((term := reading.terms[at]) is not None and term.kind == "honorific")
        ):
            at -= 1
        return at >= 0 and reading.lower[at] in words

    def _of_bare_name(self, place: int) -> str | None:
        """The country of a name without an office: that of the person before it whose son it is,
        of the publisher whose transcript it speaks in, or of the text, where a party or a body
        ties it to that."""
        reading = self._reading
        if place > 1 and reading.lower[place - 1] in _KIN and reading.lower[place - 2] in _HIS:
            at = bisect_right(self._mentions, place - 1) - 1
            country, _ = (
                self._people.get(self._mentions[at], (None, None)) if at >= 0 else (None, None)
            )
            return country
        last = reading.spans[reading.mention[place]][1]
        if self.publisher is not None:
            return self.publisher if reading.words[last + 1 : last + 2] == [":"] else None
        if place > 0 and reading.lower[place - 1] in POSSESSIVES:  # of a party
            return self.home
        at = place - 2 if reading.words[max(place - 1, 0)] == "," else place - 1
        is_of_party = at >= 0 and reading.words[at] == "Party"
        before = set(self._free(self._sentence(reading.starts[place]), place))
        return self.home if before <= {self.home} and (is_of_party or self._is_tied(last)) else None

    def _is_tied(self, last: int) -> bool:
        """Whether what follows a name says that it is of the politics of the text's country: "'s
        Liberals", "in office", ", who sits in the Polish senate"."""
        reading, after = self._reading, last + 1
        follows = reading.words[after : after + _NEAR]
        if follows[1:] and follows[0] in POSSESSIVES:
            return follows[1][0].isupper() and follows[1].endswith("s")
        if follows[1:2] == ["office"]:
            return follows[0] in ("in", "into", "from")
        if follows[:2] != [",", "who"]:
            return False
        stop = next((k for k, word in enumerate(follows) if word in ".\n"), len(follows))
        codes = {*reading.nation[after : after + stop]} - {None}
        return codes == {self.home} and self.home is not None

    def _only(self, sentence: int) -> str | None:
        """The one country that the sentence before names, in the same paragraph or turn."""
        if sentence < 0:
            return None
        if self._reading.text[self._ends[sentence] - 1] == "\n" and not self._is_transcript:
            return None
        stop = bisect_right(self._reading.starts, self._ends[sentence] - 1)
        codes = set(self._free(sentence, stop))
        return codes.pop() if len(codes) == 1 else None

    def _others(self, sentence: int, place: int, role: str) -> set[str]:
        """Countries of the people named in a sentence before a word, save rivals in office."""
        return {
            country
            for country, other in self._people_before(sentence, place)
            if other is None or not _tells_nothing(role, other)
        }

    def _people_before(self, sentence: int, place: int) -> Iterator[tuple[str, str | None]]:
        """The country and the office of the people named in a sentence before a word."""
        at = bisect_right(self._mentions, place - 1) - 1
        while at >= 0 and self._reading.starts[self._mentions[at]] >= self._starts[sentence]:
            known = self._people.get(self._mentions[at])
            if known is not None and not self._is_counterpart(self._mentions[at]):
                yield known
            at -= 1

    def _is_counterpart(self, place: int) -> bool:
        """Whether a name stands with "his Indian counterpart", which tells of nobody else."""
        before = self._reading.lower[max(place - 2, 0) : place]
        return not {*before}.isdisjoint(_COLLEAGUES)

    def _paragraph_home(self, place: int) -> str | None:
        """The country of a paragraph with a dateline of its own; else that of the text."""
        at = bisect_right(self._paragraphs, place) - 1
        return self.home if at < 0 else self._homes[at]

    def _find_paragraphs(self) -> None:
        """Paragraphs of a round-up, each under its own dateline, and their countries."""
        reading = self._reading
        lines = [0] + [index + 1 for index, word in enumerate(reading.words) if word == "\n"]
        told = {index for index in lines if index < len(reading) and self._has_place(index)}
        self._paragraphs: list[int] = []
        self._homes: list[str | None] = []
        is_one = len(told) == 1
        if not told or (is_one and told <= self._spent):  # the dateline of the text
            return
        if len({reading.nation[index] for index in told}) >= _ROUND_UP:
            self.home = None
        for index in lines:
            stop = next((k for k in range(index, len(reading)) if reading.words[k] == "\n"), None)
            self._paragraphs.append(index)
            if index in told and not is_one:
                self._homes.append(self._told(index, len(reading) if stop is None else stop))
            else:
                self._homes.append(reading.nation[index] if index in told else self.home)

    def _has_place(self, index: int) -> bool:
        """Whether a line begins with a capital or a country in capitals and a mark: "VIENNA - ",
        "LIMA. ", "PERU: "."""
        reading = self._reading
        mark = reading.unit_end(index)
        is_country = reading.nation[index] is not None and reading.between(index, mark).isupper()
        return (
            (reading.place[index] == "capital" or is_country)
            and mark + 1 < len(reading)
            and reading.words[mark] in ("-", "–", "—", ".", ":")
            and not (reading.words[mark] == "-" and reading.glued(mark + 1))
            and (reading.words[index].islower() or not reading.words[mark + 1].islower())
        )

    def _told(self, first: int, stop: int) -> str | None:
        """The country of a dateline, unless its paragraph names only others."""
        reading = self._reading
        named = [
            code
            for index in range(first, stop)
            if (code := reading.nation[index]) is not None and not reading.place[index]
        ]
        host = reading.nation[first]
        return host if host in named or not named else named[0]

    def _sentence(self, offset: int) -> int:
        return bisect_right(self._starts, offset) - 1

    def _free(self, sentence: int, place: int) -> list[str]:
        """Countries named in a sentence before a word, save those spent on other things."""
        reading = self._reading
        first = bisect_right(self._named, place) - 1
        codes = []
        while first >= 0:
            index = self._named[first]
            if reading.starts[index] < self._starts[sentence]:
                break
            code = reading.nation[index]
            if index not in self._spent and code is not None:
                codes.append(code)
            first -= 1
        return codes[::-1]

    def _is_its(self, place: int) -> bool:
        """Whether the title before a name is of something named before: "its president"."""
        at = place - 1
        while at >= 0 and (at in self._spent or self._reading.words[at] == ","):
            if self._reading.lower[at] in ("its", "their"):
                return True
            at -= 1
        return False

    def _opening(self, sentence: int) -> tuple[str | None, bool]:
        """The country with which the sentence before begins, in the same paragraph, and whether
        it is the only one there."""
        if sentence < 0 or self._reading.text[self._ends[sentence] - 1] == "\n":
            return None, False
        stop = bisect_right(self._reading.starts, self._ends[sentence] - 1)
        codes = set(self._free(sentence, stop))
        first = bisect_right(self._reading.starts, self._starts[sentence] - 1)
        opening = self._reading.nation[first : first + 3]
        code = next((code for code in opening if code is not None), None) if codes else None
        return code, len(codes - {self.publisher}) < 2

    def _find_publisher(self) -> str | None:
        head = self._reading.text[:_HEAD].lower()
        for code, signs in _PUBLISHERS.items():
            if any(sign in head for sign in signs):
                return code
        return None

    def _find_home(self) -> tuple[str | None, bool]:
        """The country of the text, and whether a dateline tells it: that of the dateline, if the
        text does not begin with and keep to another; else the one that it begins with and names
        most, save in transcripts."""
        reading = self._reading
        dateline = self._dateline()
        named = [index for index in self._named if reading.place[index] != "institution"]
        if not named:
            return dateline, dateline is not None
        counts = Counter(reading.nation[index] for index in named)
        first = reading.nation[named[0]]
        leads = counts[first] == max(counts.values())
        if dateline is not None and self._is_full:
            self._rival = _leading(counts, dateline)
        if dateline is not None:
            if leads and counts[first] > 1 and first != dateline:  # told from elsewhere
                self._host = dateline
                return (None if self._is_full else first), False
            return dateline, True
        if self._is_transcript or self.publisher is not None or not self._has_headline():
            return None, False
        governed = self._governed()
        if governed is not None:
            return governed, False
        if leads and counts[first] > 1 and _SHARE * counts.total() <= counts[first]:
            return first, False
        coin = self._coin()
        return (coin if coin in counts else None), False

    def _coin(self) -> str | None:
        """The country whose own money the text counts in, in more than half of its amounts that
        are in no money of the whole world."""
        local = Counter(code[:2] for code in self._currencies if code not in _WORLD_MONEY)
        if not local:
            return None
        code, count = local.most_common(1)[0]
        return code if 3 * count >= 2 * local.total() else None

    def _has_headline(self) -> bool:
        """Whether the text begins with a short line that is no sentence."""
        head, _, rest = self._reading.text.lstrip().partition("\n")
        return bool(rest) and len(head) < _HEADLINE and not head.rstrip().endswith((".", ":"))

    def _governed(self) -> str | None:
        """The country whose government the beginning of the text names."""
        reading = self._reading
        for index in self._named:
            after = reading.unit_end(index)
            if reading.starts[index] > _HEAD:
                return None
            if after < len(reading) and reading.lower[after] in ("government", "govt"):
                return reading.nation[index]
            if index > 1 and reading.lower[index - 2 : index] == ["government", "of"]:
                return reading.nation[index]
        return None

    def _dateline(self) -> str | None:
        """The country of the dateline; its words tell nothing else."""
        reading = self._reading
        for match in _DATELINE.finditer(reading.text, 0, min(_HEAD, len(reading.text))):
            code = self._dateline_of(match)
            if code is not None:
                first, stop = reading.covered(match.start(), match.end())
                self._spent.update(range(first, stop))
                places = [k for k in range(first, stop) if reading.nation[k] is not None]
                self._is_wide = all(reading.place[k] == "institution" for k in places)
                is_capital = reading.place[first] == "capital"
                self._is_full = is_capital and _DATED.search(match[0]) is not None
                return code or None
        return None

    def _dateline_of(self, match: re.Match[str]) -> str | None:
        """The country of what may be a dateline, "" if it is of several: it begins with a place in
        capitals or a capital of a country, and holds nothing but names and a date."""
        reading = self._reading
        code: str | None = None
        for part in _PART.finditer(reading.text, *match.span("head")):
            first, stop = reading.covered(*part.span())
            if reading.lower[first : first + 1] == ["the"]:
                first += 1
            if not _are_names(reading.words[first:stop]):
                return None
            if part.start() == match.start() and not self._is_told_from(match, first, stop):
                return None
            named = reading.nation[first]
            if named is not None and not self._is_whole(first, stop):
                return None
            if named is None and self._is_district(first, stop):
                return None
            if code and named not in (None, code) and reading.words[first - 1] == "/":
                return ""
            code = named or code
        return code

    def _is_told_from(self, match: re.Match[str], first: int, stop: int) -> bool:
        """Whether words with which a line begins are the place of a dateline."""
        reading = self._reading
        is_capital = reading.place[first] == "capital"
        if reading.between(first, stop).isupper():
            letters = sum(map(str.isalpha, reading.between(first, stop)))
            return letters > _INITIALS or is_capital or reading.nation[first] is None
        goes_on = reading.text[match.end()].islower()
        return is_capital and not goes_on

    def _is_district(self, first: int, stop: int) -> bool:
        """Whether words are an abbreviated part of a country: "HOLLAND, Mich."."""
        reading = self._reading
        is_short = stop - first == 2 and reading.words[first + 1] == "."
        return is_short and reading.lower[first] not in _WEEKDAYS

    def _is_whole(self, first: int, stop: int) -> bool:
        """Whether words are the name of a country or a capital and nothing else."""
        return self._reading.unit_end(first) >= stop or self._reading.place[first] == "institution"


def _are_names(words: Collection[str]) -> bool:
    """Whether words are a name in capitals or a date, small words between passed over."""
    return 0 < len(words) <= _LONGEST_PLACE and all(
        not word.islower() or word in _SMALL for word in words
    )


def _is_compound(reading: Reading, index: int) -> bool:
    """Whether a country is half of an adjective: "Moscow-backed"."""
    mark = reading.unit_end(index)
    return (
        reading.words[mark : mark + 1] == ["-"]
        and reading.glued(mark)
        and reading.glued(mark + 1)
        and reading.words[mark + 1].islower()
    )


def _may_have(country: str, role: str) -> bool:
    """Whether a country has an office, as far as that is known."""
    kind, *codes = _holders(role)
    return (country in codes) == (kind == "only")


def _is_of_few(role: str) -> bool:
    """Whether few countries have an office, so that its holder is often a foreigner in a text."""
    return _holders(role)[0] == "only"


def _holders(role: str) -> tuple[str, ...]:
    """Which countries have an office: "only" and theirs, or "not" and those of the others."""
    rows = _offices()
    head = role.split(" of ")[0].split(" for ")[0].split()
    keys = (role, " ".join(head[-2:]), head[-1])
    return next((rows[key] for key in keys if key in rows), ("not",))


@cache
def _offices() -> dict[str, tuple[str, ...]]:
    return table(_DATA / "holders.tsv")


def _leading(counts: Counter[str | None], home: str) -> str | None:
    """The country named more than once and more often than any other, if it is not at home."""
    (code, count), *others = counts.most_common(2)
    leads = count > max(1, *(other for _, other in others), 0)
    return code if leads and code != home else None


def _is_unique(title: str) -> bool:
    """Whether a country has one holder of an office at a time: "foreign minister", not "minister",
    nor "former president"."""
    if not {*title.split()}.isdisjoint(("former", "ex")):
        return False
    return title in _FIRST or title.endswith((" minister", "foreign secretary"))


def _tells_nothing(role: str, other: str) -> bool:
    """Whether the country of one office says nothing of another named after it."""
    return are_rivals(role, other) or noun_of(other) in _LOCAL

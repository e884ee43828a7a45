"""Of which country a text speaks where it names an office and no country: the one its sentence
is about, or the one the whole text is told from.

News introduces "Finance Minister X" without a country where the reader knows which: in a story
under a dateline of that country, or in a sentence or a paragraph about it. The steps follow the
idea of a local focus before a global one of Grosz and Sidner (1986), "Attention, Intentions, and
the Structure of Discourse".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection

from geoner.sentences import sentences
from geoner.values.officials import are_rivals, noun_of
from geoner.values.reading import Reading
from geoner.words import context

#: A place with its date or agency before a dash: "OSLO, March 4 (Wire) –".
_DATELINE = re.compile(r"^[^\W\d_][^\n–—]{2,70}?(?: ?[–—] ?| - |\) )", re.MULTILINE)

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
_KIN = context("kin")
_HIS = ("his", "her")

#: Offices below the state.
_LOCAL = frozenset(("governor", "mayor", "judge"))

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
        ]
        self._spent = set(spent)
        self._people: dict[int, tuple[str, str | None]] = {}
        self._mentions = [first for first, _ in reading.spans.values()]
        self._host: str | None = None
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
        if role in _BARE:
            return self.home if self._has_dateline else None
        home = self._paragraph_home(place)
        if self._host is not None and noun in _JUDGES:
            return self._host
        sentence = self._sentence(self._reading.starts[place])
        before = set(self._free(sentence, place))
        if before:
            if len(before) == 1:
                return before.pop()
            return home if home in before else None
        people = set() if self._is_met(place) else self._others(sentence, place, role)
        if len(people) == 1:
            return people.pop()
        if home is not None and home != self.home:
            return home
        return self._opening(sentence - 1) or home or self._only(sentence - 1)

    def _is_met(self, place: int) -> bool:
        """Whether "with", "met" and the like before a name set it against those before it."""
        reading, at = self._reading, place - 1
        while at >= 0 and (
            at in self._spent
            or reading.words[at] == "."
            or ((term := reading.terms[at]) is not None and term.kind == "honorific")
        ):
            at -= 1
        return at >= 0 and reading.lower[at] in _MEETS

    def _of_bare_name(self, place: int) -> str | None:
        """The country of a name without an office: that of the person before it whose son it is,
        of the publisher whose transcript it speaks in, or of the dateline, unless its sentence is
        about another."""
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
        if place > 0 and reading.lower[place - 1] in ("'s", "’s", "'", "’"):  # of a party
            return self.home
        before = set(self._free(self._sentence(reading.starts[place]), place))
        if not before and not self._has_dateline:
            return None
        return self.home if before <= {self.home} else None

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
        at = bisect_right(self._mentions, place - 1) - 1
        found = set()
        while at >= 0 and self._reading.starts[self._mentions[at]] >= self._starts[sentence]:
            country, other = self._people.get(self._mentions[at], (None, None))
            if country is not None and not (other is not None and _tells_nothing(role, other)):
                found.add(country)
            at -= 1
        return found

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
        if not told:
            return
        if len({reading.nation[index] for index in told}) >= _ROUND_UP:
            self.home = None
        for index in lines:
            stop = next((k for k in range(index, len(reading)) if reading.words[k] == "\n"), None)
            self._paragraphs.append(index)
            self._homes.append(
                self._told(index, len(reading) if stop is None else stop)
                if index in told
                else self.home
            )

    def _has_place(self, index: int) -> bool:
        """Whether a line begins with a capital and a mark: "VIENNA - ", "LIMA. "."""
        reading = self._reading
        after = reading.unit_end(index)
        return (
            reading.place[index] == "capital"
            and after < len(reading)
            and reading.words[after] in ("-", "–", "—", ".", ":")
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

    def _opening(self, sentence: int) -> str | None:
        """The country with which the sentence before begins, in the same paragraph."""
        if sentence < 0 or self._reading.text[self._ends[sentence] - 1] == "\n":
            return None
        stop = bisect_right(self._reading.starts, self._ends[sentence] - 1)
        codes = self._free(sentence, stop)
        first = bisect_right(self._reading.starts, self._starts[sentence] - 1)
        opening = self._reading.nation[first : first + 3]
        return next((code for code in opening if code is not None), None) if codes else None

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
        if dateline is not None:
            if leads and first != dateline:  # told from elsewhere
                self._host = dateline
                return first, False
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
            first, stop = reading.covered(match.start(), match.end())
            codes = [
                code
                for index in range(first, min(stop, first + 6))
                if (code := reading.nation[index]) is not None and reading.place[index] != "name"
            ]
            if codes and (reading.nation[first] is not None or reading.words[first].isupper()):
                self._spent.update(range(first, stop))
                return codes[-1]
        return None


def _tells_nothing(role: str, other: str) -> bool:
    """Whether the country of one office says nothing of another named after it."""
    return are_rivals(role, other) or noun_of(other) in _LOCAL

"""Which mentions are of one thing: groups of a document's mentions, with what they stand for.

Every step looks at a bounded number of earlier things for each mention, so that the time grows with
the number of mentions and no faster.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise

from geoner import names
from geoner.document import Document, Entity, Group
from geoner.names import Name
from geoner.schema import AGREEMENT, COUNTRY, MONEY, OFFICIAL
from geoner.values import agreements, signing
from geoner.values.officials import Found, find_offices, noun_of, official_value
from geoner.values.reading import Reading
from geoner.values.setting import Setting
from geoner.values.titles import Office
from geoner.values.types import CountryValue, MoneyValue, OfficialValue, Value
from geoner.words import context, listed

#: How many earlier people or agreements that share a word a mention is compared with.
_COMPARED = 16

#: What stands between a name and a shorter one that it introduces.
_INTRODUCES = re.compile(
    r"(?:\s?[(\[]\s?(?:or |the |known as |also known as |called )*"
    r"|, (?:or |known as |also known as |called )(?:the )?)[\"'“‘]?"
)

#: Offices that one person at a time holds in a country.
_UNIQUE = frozenset(("president", "prime minister", "foreign minister"))

#: A word of an amount, or a sign such as "$"; not the "m" of "5m".
_UNIT = re.compile(r"[^\W\d_]{2,}|[^\w\s.,-]")
_NUMBERS = frozenset(word.removesuffix("s") for word in listed("number"))

_MALE = context("male")
_FEMALE = context("female")
_MALE_ROLES = ("man", "king", "prince", "emperor")
_FEMALE_ROLES = ("woman", "queen", "princess", "empress")


def link(document: Document) -> Document:
    """The document with its groups; officials and agreements get the value of theirs.

    Args:
        document: Its countries and amounts have their values; groups it has are replaced.
    """
    if not document.entities:
        return document
    by_label: dict[str, list[int]] = defaultdict(list)
    for index, entity in enumerate(document.entities):
        by_label[entity.label].append(index)
    reading = Reading(document, OFFICIAL)
    members: list[tuple[list[int], str | None, Value | None]] = []
    for label, indices in by_label.items():
        if label == OFFICIAL:
            members += _officials(reading, document, indices)
        elif label == AGREEMENT:
            members += _agreements(reading, document, indices)
        else:
            members += _by_key(document, indices, _KEYS.get(label, _text_key))
    members.sort(key=lambda member: member[0][0])
    return _grouped(document, members)


def _grouped(
    document: Document, members: Sequence[tuple[list[int], str | None, Value | None]]
) -> Document:
    entities = list(document.entities)
    for indices, _, value in members:
        if value is not None:
            for index in indices:
                if entities[index].label in (OFFICIAL, AGREEMENT):
                    entities[index] = replace(entities[index], value=value)
    groups = tuple(
        Group(
            entities[indices[0]].label,
            name or getattr(value, "name", None) or entities[indices[0]].text,
            tuple(entities[index] for index in indices),
            value,
        )
        for indices, name, value in members
    )
    return Document(document.text, tuple(entities), groups)


def _text_key(entity: Entity) -> object:
    return " ".join(entity.text.casefold().replace(".", "").split())


def _country_key(entity: Entity) -> object:
    value = entity.value
    if isinstance(value, CountryValue):
        return value.alpha_3 or value.name, True
    return _text_key(entity)


def _money_key(entity: Entity) -> object:
    value = entity.value
    if isinstance(value, MoneyValue) and value.amount_min is not None:
        unit = value.currency or _unit(entity.text)
        return value.amount_min, value.amount_max, unit
    return _text_key(entity)


def _unit(text: str) -> frozenset[str]:
    """The words and signs of an amount that are no number, which tell currencies without a code
    apart: "crowns", "pesos"."""
    words = (word.casefold().removesuffix("s") for word in _UNIT.findall(text))
    return frozenset(words) - _NUMBERS


_KEYS: dict[str, Callable[[Entity], object]] = {COUNTRY: _country_key, MONEY: _money_key}


def _by_key(
    document: Document, indices: Iterable[int], key: Callable[[Entity], object]
) -> Iterator[tuple[list[int], None, Value | None]]:
    """Groups of mentions with one key; a value is the group's if one of them has it."""
    groups: dict[object, list[int]] = defaultdict(list)
    for index in indices:
        groups[key(document.entities[index])].append(index)
    for group in groups.values():
        values = (document.entities[index].value for index in group)
        yield group, None, next((value for value in values if value is not None), None)


@dataclass(slots=True)
class _Person:
    """A person as known so far: the fullest name, the mentions, and what tells them apart."""

    name: Name
    number: int
    mentions: list[int] = field(default_factory=list)
    gender: str | None = None
    roles: set[str] = field(default_factory=set)
    last_seen: int = -1


class _People:
    """People in a document, found by the words of their names."""

    def __init__(self) -> None:
        self.people: list[_Person] = []
        self._by_name: dict[Name, _Person] = {}
        self._by_word: dict[str, list[_Person]] = defaultdict(list)

    def add(self, name: Name) -> _Person:
        """A new person."""
        person = _Person(name, len(self.people))
        self.people.append(person)
        self.know(person, name)
        return person

    def know(self, person: _Person, name: Name) -> None:
        """Makes a person known under a name."""
        if name in self._by_name:
            return
        self._by_name[name] = person
        for word in name.words[:6]:
            for key in names.variants(word):
                if not self._by_word[key] or self._by_word[key][-1] is not person:
                    self._by_word[key].append(person)

    def exact(self, name: Name) -> _Person | None:
        """The person first known under just this name."""
        return self._by_name.get(name)

    def sharing(self, words: Iterable[str]) -> list[_Person]:
        """People with one of some words in their names, the latest first; not all if many."""
        found: dict[int, _Person] = {}
        for word in words:
            for key in names.variants(word):
                for person in self._by_word.get(key, ())[-_COMPARED:]:
                    found[person.number] = person
        return sorted(found.values(), key=lambda person: -person.number)


def _officials(
    reading: Reading, document: Document, indices: Sequence[int]
) -> Iterator[tuple[list[int], str, Value]]:
    evidence = find_offices(reading)
    found = evidence.offices
    people = _link_people(reading, document, indices, found)
    values = [_explicit_value(person, document, evidence) for person in people]
    currencies = [
        entity.value.currency
        for entity in document.entities
        if isinstance(entity.value, MoneyValue) and entity.value.currency
    ]
    _infer_countries(Setting(reading, evidence.spent, currencies), evidence, people, values)
    for person, value in zip(people, values, strict=True):
        yield person.mentions, value.name, value


def _explicit_value(person: _Person, document: Document, evidence: Found) -> OfficialValue:
    """What stands next to the names of a person."""
    texts = [document.entities[index].text for index in person.mentions]
    offices = [office for index in person.mentions for office in evidence.offices.get(index, ())]
    value = official_value(_fullest(texts), offices)
    if value.country is None and value.organisation is None:
        codes = (evidence.countries.get(index) for index in person.mentions)
        value = replace(value, country=next(filter(None, codes), None))
    return value


def _infer_countries(
    setting: Setting, evidence: Found, people: Sequence[_Person], values: list[OfficialValue]
) -> None:
    """Adds the countries that the setting of a name tells, in order of the text."""
    spans = setting.spans
    held = {(value.role, value.country) for value in values}

    def know(person: _Person, value: OfficialValue) -> None:
        if value.country is not None:
            for index in spans.keys() & set(person.mentions):
                setting.know(spans[index][0], value.country, value.role)

    for person, value in zip(people, values, strict=True):
        know(person, value)
    order = sorted((_told_at(person, evidence), number) for number, person in enumerate(people))
    for index, number in order:
        value = values[number]
        if value.country is not None or value.organisation is not None or index not in spans:
            continue
        country = setting.country(spans[index][0], value.role)
        if country is None or (value.role in _UNIQUE and (value.role, country) in held):
            continue
        held.add((value.role, country))
        values[number] = replace(value, country=country)
        know(people[number], values[number])


def _told_at(person: _Person, evidence: Found) -> int:
    """The mention that an office stands with; the first one, if none does."""
    told = (index for index in person.mentions if evidence.offices.get(index))
    return next(told, person.mentions[0])


def _fullest(texts: Sequence[str]) -> str:
    """The fullest of the names: the most words, then the most frequent, not in capitals."""
    counts = Counter(texts)
    return max(counts, key=lambda text: (names.parse(text).size, not text.isupper(), counts[text]))


def _link_people(
    reading: Reading,
    document: Document,
    indices: Sequence[int],
    found: dict[int, list[Office]],
) -> list[_Person]:
    people = _People()
    parsed = {index: names.parse(document.entities[index].text) for index in indices}
    full: dict[int, _Person] = {}
    for index in indices:
        name = parsed[index]
        if _is_full(name):
            gender = _gender(reading, index, found)
            person = people.exact(name) or _known_full(people, name, gender)
            if person is None:
                person = people.add(name)
            else:
                people.know(person, name)
                if len(name.words) > len(person.name.words):
                    person.name = name
            person.gender = person.gender or gender
            person.roles.update(_nouns(found.get(index, ())))
            full[index] = person
    for index in indices:
        person = full.get(index) or _person_of(reading, people, parsed[index], index, found)
        person.mentions.append(index)
        person.last_seen = index
    return [person for person in people.people if person.mentions]


def _is_full(name: Name) -> bool:
    return len(name.words) > 1 or bool(name.numeral) or bool(name.initials)


def _known_full(people: _People, name: Name, gender: str | None) -> _Person | None:
    for person in people.sharing((name.words[0], name.words[-1])):
        if names.may_be_one(name, person.name) and not _differ(person.gender, gender):
            if len(name.words) == 1 and len(person.name.words) > 1 and not name.initials:
                continue
            return person
    return None


def _person_of(
    reading: Reading, people: _People, name: Name, index: int, found: dict[int, list[Office]]
) -> _Person:
    """The person that a name of one word means here; a new one where there is none."""
    gender = _gender(reading, index, found)
    roles = set(_nouns(found.get(index, ())))
    word = name.words[0]
    fitting = []
    for person in people.sharing((word,)):
        place = _place_of(word, person.name)
        if place is not None and not _differ(person.gender, gender):
            clash = bool(roles and person.roles and not roles & person.roles)
            agree = bool(roles & person.roles) or (gender is not None and gender == person.gender)
            near = (person.last_seen >= 0, person.last_seen)
            fitting.append(((not clash, agree, place, *near, -person.number), person))
    best = max(fitting, key=lambda pair: pair[0], default=None)
    person = people.add(name) if best is None else best[1]
    person.gender = person.gender or gender
    person.roles |= roles
    return person


def _place_of(word: str, name: Name) -> int | None:
    """How well a word alone names a person: 3 as surname, 2 as first word, which is the surname
    in some traditions and a given name in others, 1 as a surname spelled otherwise, 0 as any other
    word; None if not at all."""
    if word == name.words[-1]:
        return 3
    if word == name.words[0]:
        return 2
    if names.same_word(word, name.words[-1]):
        return 1
    return 0 if word in name.words else None


def _differ(left: str | None, right: str | None) -> bool:
    return left is not None and right is not None and left != right


def _nouns(offices: Iterable[Office]) -> Iterator[str]:
    for office in offices:
        yield noun_of(office.role)


def _gender(reading: Reading, index: int, found: dict[int, list[Office]]) -> str | None:
    """What a title before a mention says: "m", "f" or nothing."""
    first = reading.spans[index][0] if index in reading.spans else 0
    before = first - 1
    if before > 0 and reading.words[before] == ".":
        before -= 1
    if before >= 0:
        if reading.lower[before] in _MALE:
            return "m"
        if reading.lower[before] in _FEMALE:
            return "f"
    for office in found.get(index, ()):
        if office.role.endswith(_FEMALE_ROLES):
            return "f"
        if office.role.endswith(_MALE_ROLES) and not office.role.endswith("chairman"):
            return "m"
    return None


@dataclass(frozen=True, slots=True)
class _Mention:
    """A mention of an agreement, read.

    Attributes:
        index: The mention.
        title: Its words, taken apart.
        said: What the text says there.
        full_name: That of the well-known agreement it names, if any.
    """

    index: int
    title: agreements.Title
    said: signing.Said
    full_name: str | None


@dataclass(slots=True)
class _Agreement:
    """An agreement as known so far.

    Attributes:
        mentions: Its mentions.
        titles: Each of its names once, by its key.
        full_name: That of the well-known agreement it is, if any.
        parties: All that its mentions name, with those inside them and in lists behind them.
        years: What its mentions say; those that are part of its names.
        another: Whether one of them tells it from an earlier one: "a second".
    """

    mentions: list[_Mention] = field(default_factory=list)
    titles: dict[tuple[str, ...], agreements.Title] = field(default_factory=dict)
    full_name: str | None = None
    parties: set[str] = field(default_factory=set)
    inside: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    years: set[int] = field(default_factory=set)
    firm_years: set[int] = field(default_factory=set)
    another: bool = False

    def add(self, mention: _Mention) -> None:
        """Makes a mention one of its own."""
        said = mention.said
        self.mentions.append(mention)
        self.titles.setdefault(mention.title.key, mention.title)
        self.full_name = self.full_name or mention.full_name
        self.parties.update(said.parties)
        self.inside |= said.inside
        self.listed |= said.listed
        self.another = self.another or said.another
        if said.year is not None:
            self.years.add(said.year)
            if said.firm:
                self.firm_years.add(said.year)

    def admits(self, mention: _Mention) -> bool:
        """Whether nothing says that a mention is of another agreement."""
        said, title = mention.said, mention.title
        if self.full_name and mention.full_name:
            return self.full_name == mention.full_name
        if next(iter(self.titles.values())).numeral != title.numeral:
            return False
        if said.another and not self.another:
            return False
        named = title.proper or bool(self.full_name or mention.full_name)
        years = self.firm_years if named and not said.firm else self.years
        if said.year is not None and years - {said.year}:
            return False
        return named or self._admits_parties(said)

    def _admits_parties(self, said: signing.Said) -> bool:
        """Whether the parties at a mention may be its own; some may be left out on either side."""
        return not any(
            here and there and not here <= self.parties and not there <= {*said.parties}
            for here, there in (
                (said.inside, self.inside),
                (said.listed, self.listed),
                (_all(said.inside | said.listed), _all(self.inside | self.listed)),
            )
        )

    @property
    def bare(self) -> bool:
        """Whether nothing but its name is known."""
        return not self.parties and not self.years


def _all(parties: Set[str]) -> Set[str]:
    """Parties that may be all there are; none where it is just one."""
    return parties if len(parties) > 1 else frozenset()


def _agreements(
    reading: Reading, document: Document, indices: Sequence[int]
) -> Iterator[tuple[list[int], str, Value]]:
    for agreement in _link_agreements(reading, document, indices):
        members = [mention.index for mention in agreement.mentions]
        texts = [document.entities[index].text for index in members]
        spelled = [text for text in texts if not agreements.is_acronym(text)]
        proper = [text for text in spelled if agreements.title(text).proper]
        name = max(proper or spelled or texts, key=lambda text: (not text.isupper(), len(text)))
        said = [mention.said for mention in agreement.mentions]
        value = agreements.agreement_value(name, texts, said)
        yield members, value.name, value


class _Known:
    """Agreements in a document, found by their names."""

    def __init__(self) -> None:
        self.agreements: list[_Agreement] = []
        self.famous: list[_Agreement] = []
        self._by_name: dict[object, list[_Agreement]] = defaultdict(list)
        self._by_word: dict[str, list[_Agreement]] = defaultdict(list)

    def add(self, mention: _Mention, agreement: _Agreement | None) -> _Agreement:
        """Makes a mention part of an agreement; of a new one, if there is none."""
        if agreement is None:
            agreement = _Agreement()
            self.agreements.append(agreement)
        if mention.full_name and agreement.full_name is None:
            self.famous.append(agreement)
            self._by_name[mention.full_name].append(agreement)
        if mention.title.key not in agreement.titles:
            self._by_name[mention.title.key].append(agreement)
            for word in mention.title.topic:
                self._by_word[word].append(agreement)
        agreement.add(mention)
        return agreement

    def same_name(self, mention: _Mention) -> _Agreement | None:
        """The one agreement of the name that a mention fits; of several, the one that says no
        more than it."""
        for name in (mention.title.key, mention.full_name):
            known = self._by_name[name][-_COMPARED:] if name is not None else ()
            fitting = [agreement for agreement in known if agreement.admits(mention)]
            if len(fitting) > 1:
                parties = {*mention.said.parties}
                fitting = [
                    agreement
                    for agreement in fitting
                    if (parties & agreement.parties if parties else agreement.bare)
                ]
            if len(fitting) == 1:
                return fitting[0]
        return None

    def shorter(self, mention: _Mention) -> _Agreement | None:
        """The one agreement of which a mention has a shorter or longer form of the name."""
        title = mention.title
        seen = {
            id(agreement): agreement
            for word in title.topic
            for agreement in self._by_word.get(word, ())[-_COMPARED:]
        }
        fitting = [
            agreement
            for agreement in seen.values()
            if agreement.admits(mention)
            and any(
                agreements.same_agreement(title, other)
                for other in islice(agreement.titles.values(), _COMPARED)
            )
        ]
        return fitting[0] if len(fitting) == 1 else None

    def described(self, mention: _Mention) -> _Agreement | None:
        """The one well-known agreement that a mention describes."""
        fitting = [
            agreement
            for agreement in self.famous
            if agreement.full_name
            and agreements.describes(mention.title, agreement.full_name)
            and agreement.admits(mention)
        ]
        return fitting[0] if len(fitting) == 1 else None


def _link_agreements(
    reading: Reading, document: Document, indices: Sequence[int]
) -> list[_Agreement]:
    """The agreements of a document: first those that have names, then those described."""
    aliases = _introduced(document, indices)
    known = _Known()
    owner: dict[int, _Agreement] = {}
    late: list[_Mention] = []
    for index in indices:
        entity = document.entities[index]
        title, full_name = agreements.title(entity.text), agreements.full_name(entity.text)
        named = title.proper or full_name is not None
        said = signing.said_at(reading, entity.start, entity.end, named)
        mention = _Mention(index, title, said, full_name)
        agreement = known.same_name(mention) or owner.get(aliases.get(index, -1))
        if agreement is None and mention.full_name is None and not mention.title.proper:
            late.append(mention)
            continue
        owner[index] = known.add(mention, agreement or known.shorter(mention))
    for mention in late:
        agreement = known.same_name(mention) or known.shorter(mention)
        known.add(mention, agreement or known.described(mention))
    for agreement in known.agreements:
        agreement.mentions.sort(key=lambda mention: mention.index)
    return known.agreements


def _introduced(document: Document, indices: Sequence[int]) -> dict[int, int]:
    """Short names by the mention they stand behind: "Treaty of Lund (the TL)"."""
    result = {}
    for before, index in pairwise(indices):
        left, right = document.entities[before], document.entities[index]
        if _INTRODUCES.fullmatch(document.text, left.end, right.start):
            result[index] = before
    return result

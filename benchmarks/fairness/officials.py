"""Officials by the tradition of their names, and private people taken for officials."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import mean

from benchmarks.fairness.carriers import (
    Filling,
    Place,
    capitalised,
    carriers,
    fill,
    lines_of,
    possessive,
)
from geoner import Document, Extractor
from geoner.schema import OFFICIAL


@dataclass(frozen=True, slots=True)
class Person:
    """A name, and what comes back of it where news names the person again.

    Attributes:
        tradition: The naming tradition.
        full: The full name.
        short: The surname, or what news of that tradition refers back by.
    """

    tradition: str
    full: str
    short: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was made of one mention.

    Attributes:
        tradition: The naming tradition of the person.
        carrier: The carrier text.
        text: The same with the names.
        mention: The name as it stands there.
        is_full: Whether it is the full name, not a short one.
        holds_office: Whether the text says that the person holds, held or seeks an office.
        found: Whether it was found as an official: exactly, where the person holds an office; in
            any part, where not.
    """

    tradition: str
    carrier: str
    text: str
    mention: str
    is_full: bool
    holds_office: bool
    found: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts of the mentions, 0 to 1, that were found as officials.

    Attributes:
        full: Of the full names.
        short: Of the short mentions.
    """

    full: float
    short: float


def people() -> list[Person]:
    """The names of the data file."""
    return [Person(*line.split("\t")) for line in lines_of("person_names.tsv")]


def measure(extractor: Extractor) -> list[Reading]:
    """What an extractor makes of every name in every carrier text, each read by itself."""
    filled = list(_filled())
    documents = extractor.extract_many(text for *_, text, _ in filled)
    return [
        _reading(person, carrier, holds_office, place, document)
        for (person, carrier, holds_office, _, places), document in zip(
            filled, documents, strict=True
        )
        for place in places
    ]


def _filled() -> Iterator[tuple[Person, str, bool, str, list[Place]]]:
    for file, holds_office in (("official_texts.txt", True), ("private_texts.txt", False)):
        for carrier in carriers(file):
            for person in people():
                yield person, carrier, holds_office, *fill(carrier, _fillings(person))


def _fillings(person: Person) -> dict[str, Filling]:
    return {
        "full": Filling("", person.full),
        "short": Filling("", person.short),
        "Short": Filling("", capitalised(person.short)),
        "poss": Filling("", person.short, possessive(person.short)),
    }


def _reading(
    person: Person, carrier: str, holds_office: bool, place: Place, document: Document
) -> Reading:
    spans = [(e.start, e.end) for e in document.entities if e.label == OFFICIAL]
    return Reading(
        person.tradition,
        carrier,
        document.text,
        document.text[place.start : place.end],
        place.slot == "full",
        holds_office,
        (place.start, place.end) in spans
        if holds_office
        else any(start < place.end and place.start < end for start, end in spans),
    )


def shares(readings: Iterable[Reading], field: str) -> dict[str, Shares]:
    """What was found, for each value of a field of the readings ("tradition" or "carrier")."""
    groups: dict[str, list[Reading]] = {}
    for reading in readings:
        groups.setdefault(getattr(reading, field), []).append(reading)
    return {
        value: Shares(
            mean(reading.found for reading in group if reading.is_full),
            mean(reading.found for reading in group if not reading.is_full),
        )
        for value, group in groups.items()
    }

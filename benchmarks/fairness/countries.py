"""Recall of every entry of ISO 3166-1 and of Kosovo, by their usual names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from benchmarks.fairness.carriers import (
    Filling,
    capitalised,
    carriers,
    fill,
    lines_of,
    possessive,
)
from geoner import Extractor
from geoner.schema import COUNTRY

#: Neighbours in lists; two of them that are not the entry itself.
_OTHERS = (("KE", "Kenya"), ("NO", "Norway"), ("PE", "Peru"))


@dataclass(frozen=True, slots=True)
class Case:
    """One name of an entry in one carrier sentence.

    Attributes:
        code: Alpha-2 code of the entry.
        name: The name, without article.
        sentence: The carrier sentence.
        text: The same with the name.
        start: Where the name starts.
    """

    code: str
    name: str
    sentence: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class CountryRecall:
    """What was found of the cases.

    Attributes:
        cases: All of them.
        missed: Those whose name was not found exactly, as a country.
    """

    cases: tuple[Case, ...]
    missed: tuple[Case, ...]

    @property
    def overall(self) -> float:
        """Recall over all cases, 0 to 1."""
        return 1 - len(self.missed) / len(self.cases)

    def by(self, field: str) -> dict[str, float]:
        """Recall for each value of a field of the cases ("code", "name" or "sentence"),
        worst first."""
        number = Counter(getattr(case, field) for case in self.cases)
        missed = Counter(getattr(case, field) for case in self.missed)
        recall = {value: 1 - missed[value] / count for value, count in number.items()}
        return dict(sorted(recall.items(), key=lambda item: item[1]))


def names() -> dict[str, tuple[str, ...]]:
    """The names that news uses of each entry by its alpha-2 code, with "the" where one says it."""
    rows = (line.split("\t") for line in lines_of("country_names.tsv"))
    return {code: tuple(words) for code, *words in rows}


def cases() -> list[Case]:
    """Every name in every carrier sentence."""
    sentences = carriers("country_sentences.txt")
    return [
        _case(code, name, sentence)
        for code, usual in names().items()
        for name in usual
        for sentence in sentences
    ]


def _case(code: str, written: str, sentence: str) -> Case:
    name = written.removeprefix("the ")
    article = written[: -len(name)]
    other, another = [word for of, word in _OTHERS if of != code][:2]
    fillings = {
        "bare": Filling("", name),
        "the": Filling(article, name),
        "The": Filling(capitalised(article), name),
        "poss": Filling(article, name, possessive(name)),
        "Poss": Filling(capitalised(article), name, possessive(name)),
        "other": Filling("", other),
        "another": Filling("", another),
    }
    text, places = fill(sentence, fillings)
    (start,) = (place.start for place in places if not place.slot.endswith("other"))
    return Case(code, name, sentence, text, start)


def measure(extractor: Extractor) -> CountryRecall:
    """Which names an extractor finds, each sentence read by itself."""
    tried = cases()
    found = extractor.extract_many(case.text for case in tried)
    missed = [
        case
        for case, document in zip(tried, found, strict=True)
        if (case.start, case.name, COUNTRY)
        not in {(entity.start, entity.text, entity.label) for entity in document.entities}
    ]
    return CountryRecall(tuple(tried), tuple(missed))

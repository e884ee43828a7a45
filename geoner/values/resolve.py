"""Gives the mentions of a document their values: the one place that calls the resolvers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace

from geoner.document import Document, Entity
from geoner.schema import COUNTRY, MONEY
from geoner.values.countries import country_candidates, country_value, words_of_countries
from geoner.values.money import Surroundings, value_in
from geoner.values.types import CountryValue, Value

#: Takes a document and gives values by the index of their mention in ``document.entities``; a
#: mention without one is left out.
Resolver = Callable[[Document], Mapping[int, Value]]


def resolve(document: Document) -> Document:
    """The document with a value for each mention of which the text says what it stands for.

    Mentions of labels that no resolver knows stay as they are; officials and agreements get
    their values with their groups (`geoner.linking`), since those stand in all mentions together.
    Each resolver sees the values of those before it: amounts need the countries.
    """
    labels = {entity.label for entity in document.entities}
    for label, resolver in _RESOLVERS.items():
        if label in labels:
            document = _with_values(document, resolver(document))
    return document


def countries_named(document: Document) -> tuple[str, ...]:
    """ISO 3166-1 alpha-2 codes of the countries that a document names or speaks of by people,
    capital or seat of government: most often first.

    Args:
        document: A document whose countries have their values.
    """
    codes = Counter(
        entity.value.alpha_2
        for entity in document.entities
        if isinstance(entity.value, CountryValue) and entity.value.alpha_2
    )
    codes.update(words_of_countries(_between(document)))
    return tuple(code for code, _ in codes.most_common())


def _between(document: Document) -> str:
    """The text outside the mentions: the Paris Agreement does not speak of France."""
    starts = [entity.start for entity in document.entities]
    ends = [entity.end for entity in document.entities]
    gaps = zip([0, *ends], [*starts, len(document.text)], strict=True)
    return "-".join(document.text[start:end] for start, end in gaps)


def _countries(document: Document) -> dict[int, Value]:
    places: dict[str, list[int]] = defaultdict(list)
    for index, entity in enumerate(document.entities):
        if entity.label == COUNTRY:
            places[entity.text].append(index)
    return {
        index: value
        for name, indices in places.items()
        if (value := country_value(name, document.text))
        for index in indices
    }


def _amounts(document: Document) -> dict[int, Value]:
    surroundings = Surroundings(document.text, countries_named(document))
    return {
        index: value
        for index, entity in enumerate(document.entities)
        if entity.label == MONEY and (value := value_in(surroundings, entity.start, entity.end))
    }


#: In this order; a resolver is called only where the document has its label.
_RESOLVERS: dict[str, Resolver] = {COUNTRY: _countries, MONEY: _amounts}


def _with_values(document: Document, values: Mapping[int, Value]) -> Document:
    entities = list(document.entities)
    for index, value in values.items():
        entities[index] = replace(entities[index], value=value, candidates=())
    return Document(document.text, tuple(map(_with_candidates, entities)))


def _with_candidates(entity: Entity) -> Entity:
    """A country without value, with those it may be."""
    if entity.label != COUNTRY or entity.value is not None:
        return entity
    return replace(entity, candidates=country_candidates(entity.text))

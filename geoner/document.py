"""What extraction gives: a `Document` with its text and its `Entity` mentions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any, cast

from geoner.errors import GeonerError
from geoner.escapes import json_text
from geoner.schema import AGREEMENT, COUNTRY, MONEY, OFFICIAL
from geoner.sentences import sentences
from geoner.values.types import CountryValue, Value, value_from_dict

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Entity:
    """One mention in a text.

    Attributes:
        text: The mention as it stands in the document: ``document.text[start:end]``.
        label: "COUNTRY", "OFFICIAL", "AGREEMENT", "MONEY", or a label of a fine-tuned model.
        start: Offset of the first character, in code points.
        end: Offset after the last character.
        score: How likely the mention is right, 0 to 1: the probability of the span's least
            certain word or end, calibrated as the model says.
        value: What the mention stands for; ``None`` where the text does not say.
        candidates: Where a country's name alone fits several ("Congo") and the text does not
            say which: those it may be.
    """

    text: str
    label: str
    start: int
    end: int
    score: float = 1.0
    value: Value | None = None
    candidates: tuple[CountryValue, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The mention as plain JSON types; "candidates" only where there are some."""
        candidates = [candidate.to_dict() for candidate in self.candidates]
        return {
            "text": self.text,
            "label": self.label,
            "start": self.start,
            "end": self.end,
            "score": self.score,
            "value": None if self.value is None else self.value.to_dict(),
            **({"candidates": candidates} if candidates else {}),
        }


@dataclass(frozen=True, slots=True)
class Group:
    """The mentions of one thing in a document.

    Attributes:
        label: Their label.
        name: What to call the thing: its value's name, or the text of its first mention.
        mentions: The mentions in order of the text; at least one.
        value: What they stand for; ``None`` where the text does not say.
    """

    label: str
    name: str
    mentions: tuple[Entity, ...]
    value: Value | None = None

    @property
    def count(self) -> int:
        """How often the thing is named."""
        return len(self.mentions)


@dataclass(frozen=True, slots=True)
class Cooccurrence:
    """Two things that a document names in the same sentences.

    Attributes:
        first: The one that the document names first.
        second: The other.
        count: The number of sentences that name both.
    """

    first: Group
    second: Group
    count: int


@dataclass(frozen=True, slots=True)
class Document:
    """A text and the mentions found in it.

    Attributes:
        text: The caller's own string, unchanged.
        entities: Mentions in order of their start; they never overlap.
        groups: Which mentions are of one thing, in order of their first mention. Extraction
            fills them; a document made by hand has none until `geoner.linking.link`.

    Raises:
        ValueError: if a mention's offsets do not give its text, if mentions overlap or are out
            of order, or if a group holds what is no mention of the document, or one that
            another group holds.
    """

    text: str
    entities: tuple[Entity, ...] = field(default=())
    groups: tuple[Group, ...] = field(default=())

    def __post_init__(self) -> None:
        previous_end = 0
        for entity in self.entities:
            if not previous_end <= entity.start < entity.end <= len(self.text):
                raise ValueError(
                    f"entity {entity.text!r} at {entity.start}:{entity.end} overlaps another, is "
                    f"out of order, or is outside the text of {len(self.text)} characters"
                )
            if self.text[entity.start : entity.end] != entity.text:
                raise ValueError(
                    f"entity {entity.text!r} is not what stands at {entity.start}:{entity.end}: "
                    f"{self.text[entity.start : entity.end]!r}"
                )
            previous_end = entity.end
        free = {entity.start: entity for entity in self.entities} if self.groups else {}
        for group in self.groups:
            for mention in group.mentions:
                if free.pop(mention.start, None) != mention:
                    raise ValueError(
                        f"group {group.name!r} holds {mention.text!r} at "
                        f"{mention.start}:{mention.end}, which is no mention of the document or "
                        "stands in two groups"
                    )

    @property
    def countries(self) -> tuple[Group, ...]:
        """The groups of COUNTRY mentions."""
        return self._groups_of(COUNTRY)

    @property
    def officials(self) -> tuple[Group, ...]:
        """The groups of OFFICIAL mentions."""
        return self._groups_of(OFFICIAL)

    @property
    def agreements(self) -> tuple[Group, ...]:
        """The groups of AGREEMENT mentions."""
        return self._groups_of(AGREEMENT)

    @property
    def amounts(self) -> tuple[Group, ...]:
        """The groups of MONEY mentions."""
        return self._groups_of(MONEY)

    def _groups_of(self, label: str) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if group.label == label)

    def cooccurrences(self, labels: Iterable[str] | None = None) -> tuple[Cooccurrence, ...]:
        """Which things are named together, counted by sentence.

        Args:
            labels: Only groups of these labels; ``None``: all.

        Returns:
            The pairs of groups that share at least one sentence (`geoner.sentences`): most often
            first, then in order of their first mentions. A sentence counts once for a pair,
            however often it names them.

        Raises:
            TypeError: if `labels` is one string, not several.
        """
        wanted = _wanted(labels)
        owners = {
            mention.start: number
            for number, group in enumerate(self.groups)
            if wanted is None or group.label in wanted
            for mention in group.mentions
        }
        counts: Counter[tuple[int, int]] = Counter()
        starts = iter(sorted(owners))
        start = next(starts, None)
        for _, end in sentences(self.text):
            named = set()
            while start is not None and start < end:
                named.add(owners[start])
                start = next(starts, None)
            counts.update(combinations(sorted(named), 2))
        pairs = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return tuple(
            Cooccurrence(self.groups[first], self.groups[second], count)
            for (first, second), count in pairs
        )

    @classmethod
    def from_spans(cls, text: str, spans: Iterable[tuple[int, int, str, float]]) -> Document:
        """A document from ``(start, end, label, score)`` spans, in any order."""
        return cls(
            text,
            tuple(
                Entity(text[start:end], label, start, end, score)
                for start, end, label, score in sorted(spans)
            ),
        )

    def filter(self, labels: Iterable[str] | None = None, min_score: float = 0.0) -> Document:
        """The same text with only the mentions of `labels` (``None``: all) of at least
        `min_score`; groups keep their name and value, those without a mention left are dropped.

        Raises:
            TypeError: if `labels` is one string, not several.
        """
        wanted = _wanted(labels)

        def kept(entities: Iterable[Entity]) -> tuple[Entity, ...]:
            return tuple(
                entity
                for entity in entities
                if entity.score >= min_score and (wanted is None or entity.label in wanted)
            )

        groups = (replace(group, mentions=kept(group.mentions)) for group in self.groups)
        remaining = (group for group in groups if group.mentions)
        return Document(
            self.text,
            kept(self.entities),
            tuple(sorted(remaining, key=lambda group: group.mentions[0].start)),
        )

    def to_dict(self) -> dict[str, Any]:
        """The document as plain JSON types; `from_dict` gives it back. A group names its
        mentions by their index in "entities"."""
        index = {entity.start: number for number, entity in enumerate(self.entities)}
        groups = [
            {
                "label": group.label,
                "name": group.name,
                "mentions": [index[mention.start] for mention in group.mentions],
                "value": None if group.value is None else group.value.to_dict(),
            }
            for group in self.groups
        ]
        return {
            "text": self.text,
            "entities": [entity.to_dict() for entity in self.entities],
            "groups": groups,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Document:
        """A document from what `to_dict` gave, or from the same as a row of a table
        (`geoner.arrow`); "groups" may be missing.

        Raises:
            GeonerError: naming the field that is missing or wrong.
        """
        try:
            entities = tuple(
                Entity(
                    text=_typed(entity, "text", str),
                    label=_typed(entity, "label", str),
                    start=_typed(entity, "start", int),
                    end=_typed(entity, "end", int),
                    score=_score(entity),
                    value=_value(entity.get("value")),
                    candidates=_candidates(entity),
                )
                for entity in _typed(data, "entities", list)
            )
            groups = tuple(
                Group(
                    label=_typed(group, "label", str),
                    name=_typed(group, "name", str),
                    mentions=_mentions(_typed(group, "mentions", list), entities),
                    value=_value(group.get("value")),
                )
                for group in (_typed(data, "groups", list) if "groups" in data else ())
            )
            return cls(_typed(data, "text", str), entities, groups)
        except KeyError as error:
            raise GeonerError(f"not a document: field {error} is missing") from error
        except (TypeError, ValueError) as error:
            raise GeonerError(f"not a document: {error}") from error

    def to_json(self, indent: int | None = None) -> str:
        """The document as JSON; characters outside ASCII stay as they are, save those that would
        steer a terminal or have no UTF-8, which are escaped."""
        return json_text(self.to_dict(), indent)

    @classmethod
    def from_json(cls, text: str) -> Document:
        """A document from what `to_json` gave.

        Raises:
            GeonerError: if `text` is not JSON or not a document.
        """
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:  # of numbers too long, and nested too deep
            raise GeonerError(f"not a document: {error}") from error
        if not isinstance(data, dict):
            raise GeonerError("not a document: expected an object")
        return cls.from_dict(data)

    def to_html(self, title: str | None = None) -> str:
        """The document as a page of its own, to open in any browser: the marked text, a legend,
        and the things it names, each with its count and value; choosing one lights up its
        mentions. The page loads nothing and holds nothing of the text that a browser would run.

        Args:
            title: A heading; ``None`` gives none, and the browser shows the text's first words.
        """
        from geoner.render import page

        return "".join(page([(title, self)], title or self.text))

    def _repr_html_(self) -> str:
        """The document in a notebook."""
        from geoner.render import output

        return output(self)

    def to_dataframe(self) -> pd.DataFrame:
        """One row a mention: text, label, start, end and score, then the fields of the values.

        A field that a mention's value has not is missing. Amounts are numbers here, exact
        decimals in `entities`; parties are codes parted by a space.

        No mention that extraction finds begins as a formula of a spreadsheet does. One may hold a
        line break: write CSV with ``to_csv(lineterminator="\\r\\n")`` (RFC 4180), which has those
        in quotation marks.

        Raises:
            GeonerError: if pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise GeonerError("Document.to_dataframe() needs pandas: pip install pandas") from error
        rows = [_row(entity) for entity in self.entities]
        frame: pd.DataFrame = pd.DataFrame(rows, columns=[*_COLUMNS]).astype(_COLUMNS)
        return frame


#: Columns of a data frame with their pandas types.
_COLUMNS = {
    "text": "object",
    "label": "object",
    "start": "int64",
    "end": "int64",
    "score": "float64",
    "name": "object",
    "alpha_2": "object",
    "alpha_3": "object",
    "kind": "object",
    "amount_min": "float64",
    "amount_max": "float64",
    "currency": "object",
    "approximate": "boolean",
    "role": "object",
    "country": "object",
    "organisation": "object",
    "parties": "object",
    "year": "Int64",
}


def _wanted(labels: Iterable[str] | None) -> set[str] | None:
    if isinstance(labels, str):
        raise TypeError(f"labels are several: [{labels!r}], not {labels!r}")
    return None if labels is None else set(labels)


def _row(entity: Entity) -> dict[str, Any]:
    row = entity.to_dict()
    row.update(row.pop("value") or {})
    if "parties" in row:
        row["parties"] = " ".join(row["parties"])
    return row


def _value(data: object) -> Value | None:
    if data is None:
        return None
    if not isinstance(data, Mapping):
        raise ValueError(f"field 'value' is {data!r:.40}")
    return value_from_dict(data)


def _mentions(indices: list[Any], entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    for index in indices:
        if type(index) is not int or not 0 <= index < len(entities):
            raise ValueError(f"field 'mentions' names no mention: {index!r:.40}")
    if not indices:
        raise ValueError("field 'mentions' is empty")
    return tuple(entities[index] for index in indices)


def _candidates(data: Mapping[str, Any]) -> tuple[CountryValue, ...]:
    listed = () if data.get("candidates") is None else _typed(data, "candidates", list)
    values = tuple(map(_value, listed))
    if not all(isinstance(value, CountryValue) for value in values):
        raise ValueError(f"field 'candidates' holds other things than countries: {listed!r:.40}")
    return cast("tuple[CountryValue, ...]", values)


def _score(data: Mapping[str, Any]) -> float:
    score = _typed(data, "score", (float, int))
    if not 0 <= score <= 1:
        raise ValueError(f"field 'score' is {score!r:.40}, not from 0 to 1")
    return float(score)


def _typed(data: Mapping[str, Any], name: str, kind: type | tuple[type, ...]) -> Any:
    value = data[name]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"field {name!r} is {value!r:.40}")
    return value

"""Values and groups against labelled ones: how many are right, how many wrong, how many missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from geoner.articles import Article
from geoner.articles.article import Source
from geoner.articles.fields import fault, loads, objects, typed, within
from geoner.document import Document
from geoner.errors import ArticleError, GeonerError
from geoner.linking import link
from geoner.schema import OFFICIAL, ordered_labels
from geoner.values.resolve import resolve
from geoner.values.types import Value, value_from_dict

Span = tuple[int, int]

ALL = "all"


@dataclass(frozen=True, slots=True)
class LabelledGroup:
    """Mentions of one thing as a person grouped them.

    Attributes:
        label: Their label.
        mentions: Start and end of each, in order.
        value: What they stand for; ``None`` where the text does not say.
        also: For a field of the value, further readings that are right too.
    """

    label: str
    mentions: tuple[Span, ...]
    value: Value | None
    also: Mapping[str, tuple[Any, ...]]

    def accepts(self, field: str, found: object) -> bool:
        """Whether what was found for a field is right; case and hyphens do not matter."""
        readings = (getattr(self.value, field, None), *self.also.get(field, ()))
        return any(_plain(found) == _plain(reading) for reading in readings)


def _plain(reading: object) -> object:
    if isinstance(reading, str):
        try:
            return Decimal(reading)
        except ArithmeticError:
            return " ".join(reading.casefold().replace("-", " ").split())
    return tuple(reading) if isinstance(reading, list) else reading


def read_values(path: str | Path, articles: Iterable[Article]) -> dict[str, list[LabelledGroup]]:
    """The labelled groups of articles, by article id.

    Args:
        path: JSON Lines, an article a line: {"id": ..., "groups": [{"label": ..., "mentions":
            [[start, end], ...], "value": {...} or null, "also": {field: [reading, ...]}}]}.
        articles: The articles; lines about others are left out.

    Raises:
        ArticleError: naming file, line and field, if a line is wrong; if no line is about one of
            the articles.
    """
    by_id = {article.id: article for article in articles}
    try:
        content = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ArticleError(f"cannot be read ({error})", str(path)) from error
    result = {}
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        source = Source(str(path), number)
        data = loads(line, source)
        if not isinstance(data, dict):
            raise fault("expected an object with id and groups", source)
        article = by_id.get(str(typed(data, "id", (str, int), source)))
        if article is not None:
            result[article.id] = [
                _group(group, where, article.document, source)
                for group, where in objects(data, "groups", source)
            ]
    if not result:
        raise ArticleError("no line is about one of the articles", str(path))
    return result


def _group(
    data: Mapping[str, Any], where: str, document: Document, source: Source
) -> LabelledGroup:
    label = typed(data, "label", str, source, where)
    known = {(entity.start, entity.end): entity.label for entity in document.entities}
    mentions = []
    for span in typed(data, "mentions", list, source, where):
        if not isinstance(span, list) or [type(offset) for offset in span] != [int, int]:
            raise fault(f"{where}mentions: expected [start, end], not {span!r:.40}", source)
        start, end = span
        within(start, end, document.text, source, f"{where}mentions: ")
        if known.get((start, end)) != label:
            raise fault(f"{where}mentions: the article has no {label} at {start}:{end}", source)
        mentions.append((start, end))
    if not mentions:
        raise fault(f"{where}mentions: there is none", source)
    value = data.get("value")
    also = typed(data, "also", dict, source, where) if "also" in data else {}
    try:
        return LabelledGroup(
            label,
            tuple(mentions),
            None if value is None else value_from_dict(value),
            {field: tuple(readings) for field, readings in also.items()},
        )
    except (TypeError, ValueError) as error:
        raise fault(f"{where}{error}", source) from error


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many of how many."""

    right: int
    of: int

    @property
    def share(self) -> float:
        """From 0 to 1; 0 of nothing is 0."""
        return self.right / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class ValueScores:
    """How good values and groups are.

    Attributes:
        role: Of the officials with a labelled office, those whose office is right.
        country: Of the officials with a labelled country, those whose country is right.
        precision: By label and for "all": of the fields that values fill, those that are right.
        coverage: The same: of the fields that are labelled, those that values fill.
        links: The same: B-cubed precision, recall and F1 of the groups, 0 to 1.
    """

    role: Ratio
    country: Ratio
    precision: dict[str, Ratio]
    coverage: dict[str, Ratio]
    links: dict[str, tuple[float, float, float]]


def score(
    documents: Sequence[Document], labelled: Sequence[Sequence[LabelledGroup]]
) -> ValueScores:
    """Documents against the labelled groups of the same texts.

    A labelled group is held against the group that has most of its mentions, by exact offsets and
    label; the first one, if several have as many.
    """
    role, country = [0, 0], [0, 0]
    right: Counter[str] = Counter()
    filled: Counter[str] = Counter()
    given: Counter[str] = Counter()
    known: Counter[str] = Counter()
    for document, groups in zip(documents, labelled, strict=True):
        owner = {
            (mention.start, mention.end, mention.label): number
            for number, group in enumerate(document.groups)
            for mention in group.mentions
        }
        for group in groups:
            value = _value_of(document, owner, group)
            if group.label == OFFICIAL and group.value is not None:
                for counts, field in ((role, "role"), (country, "country")):
                    if getattr(group.value, field) is not None:
                        counts[0] += group.accepts(field, getattr(value, field, None))
                        counts[1] += 1
            for field in _fields(value):
                right[group.label] += group.accepts(field, getattr(value, field))
                filled[group.label] += 1
            for field in _fields(group.value):
                given[group.label] += value is not None and field in _fields(value)
                known[group.label] += 1
    return ValueScores(
        Ratio(role[0], role[1]),
        Ratio(country[0], country[1]),
        _by_label(right, filled),
        _by_label(given, known),
        b_cubed(documents, labelled),
    )


def _by_label(right: Counter[str], of: Counter[str]) -> dict[str, Ratio]:
    rows = {label: Ratio(right[label], of[label]) for label in ordered_labels(of)}
    return rows | {ALL: Ratio(right.total(), of.total())}


def _value_of(
    document: Document, owner: Mapping[tuple[int, int, str], int], group: LabelledGroup
) -> Value | None:
    votes = Counter(
        owner[start, end, group.label]
        for start, end in group.mentions
        if (start, end, group.label) in owner
    )
    return document.groups[votes.most_common(1)[0][0]].value if votes else None


def _fields(value: Value | None) -> list[str]:
    """The fields that a value fills; whether an amount is approximate counts as filled."""
    if value is None:
        return []
    names = (field.name for field in fields(value))
    return [name for name in names if getattr(value, name) not in (None, ())]


def b_cubed(
    documents: Sequence[Document], labelled: Sequence[Sequence[LabelledGroup]]
) -> dict[str, tuple[float, float, float]]:
    """Precision, recall and F1 of groups by mention, for each label and for "all".

    Labelled mentions that were not found count as missing, found ones that are not labelled as
    wrong, each as a group of its own on its side.

    Source: Bagga and Baldwin (1998), "Algorithms for Scoring Coreference Chains".
    """
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for document, groups in zip(documents, labelled, strict=True):
        gold = {
            (start, end, group.label): frozenset(
                (first, last, group.label) for first, last in group.mentions
            )
            for group in groups
            for start, end in group.mentions
        }
        found = {}
        for group in document.groups:
            members = frozenset((m.start, m.end, m.label) for m in group.mentions)
            found.update(dict.fromkeys(members, members))
        for mention in gold.keys() | found.keys():
            shared = len(gold.get(mention, frozenset()) & found.get(mention, frozenset()))
            for label in (mention[2], ALL):
                row = sums[label]
                if mention in found:
                    row[0] += shared / len(found[mention])
                    row[1] += 1
                if mention in gold:
                    row[2] += shared / len(gold[mention])
                    row[3] += 1
    result = {}
    for label in (*ordered_labels(label for label in sums if label != ALL), ALL):
        right, of, back, wanted = sums[label]
        precision, recall = right / max(of, 1), back / max(wanted, 1)
        both = precision + recall
        result[label] = precision, recall, 2 * precision * recall / both if both else 0.0
    return result


def on_labelled_spans(articles: Sequence[Article]) -> list[Document]:
    """The articles' own mentions with the values and groups that geoner gives them, so that
    errors of values are not mixed with errors of spans."""
    return [link(resolve(article.document)) for article in articles]


def chosen(
    articles: Sequence[Article], values: str | Path
) -> tuple[list[Article], list[list[LabelledGroup]]]:
    """The articles that have labelled values, and these.

    Raises:
        ArticleError: if the file of values is wrong, or about none of the articles.
        GeonerError: if there is no article.
    """
    if not articles:
        raise GeonerError("nothing to evaluate on: there is no article")
    labelled = read_values(values, articles)
    some = [article for article in articles if article.id in labelled]
    return some, [labelled[article.id] for article in some]


def format_scores(scores: ValueScores) -> str:
    """The figures as a plain table, in per cent."""
    lines = [
        f"{name:<26}{_ratio(ratio)}"
        for name, ratio in (
            ("office of an official", scores.role),
            ("country of an official", scores.country),
        )
    ]
    head = f"{'':<14}{'filled and right':>22}{'labelled and filled':>22}"
    lines += ["", head + "".join(f"{name:>10}" for name in ("B3 prec.", "recall", "F1"))]
    for label, links in scores.links.items():
        right = _ratio(scores.precision.get(label, Ratio(0, 0)))
        filled = _ratio(scores.coverage.get(label, Ratio(0, 0)))
        lines.append(
            f"{label:<14}{right:>22}{filled:>22}" + "".join(f"{100 * x:>10.1f}" for x in links)
        )
    return "\n".join(lines)


def _ratio(ratio: Ratio) -> str:
    return f"{100 * ratio.share:.1f} ({ratio.right}/{ratio.of})"


def to_dict(scores: ValueScores) -> dict[str, Any]:
    """The figures as plain JSON types, shares from 0 to 1."""

    def plain(ratio: Ratio) -> dict[str, Any]:
        return {"share": ratio.share, "right": ratio.right, "of": ratio.of}

    return {
        "role": plain(scores.role),
        "country": plain(scores.country),
        "precision": {label: plain(ratio) for label, ratio in scores.precision.items()},
        "coverage": {label: plain(ratio) for label, ratio in scores.coverage.items()},
        "b-cubed": {
            label: dict(zip(("precision", "recall", "f1-score"), row, strict=True))
            for label, row in scores.links.items()
        },
    }

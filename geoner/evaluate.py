"""A model and labelled articles to a report: seqeval's, strict, IOB2."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoner.articles import Article, read_articles
from geoner.document import Document
from geoner.errors import GeonerError, MissingExtraError
from geoner.schema import OUTSIDE

if TYPE_CHECKING:
    from geoner.extractor import Extractor

Report = dict[str, dict[str, Any]]


def evaluate(extractor: Extractor, articles: str | Path | Iterable[Article]) -> Report:
    """How well an extractor finds what is labelled.

    An entity counts as found when its start, its end and its label are all right.

    Args:
        extractor: The extractor to judge.
        articles: Labelled articles, or a JSON Lines file of them.

    Returns:
        seqeval's classification report: for each label and for "micro avg", "macro avg" and
        "weighted avg", a dict of "precision", "recall", "f1-score" and "support".

    Raises:
        ArticleError: if an article is wrong.
        GeonerError: if there is no labelled entity to find.
        MissingExtraError: if geoner[train] is not installed.
    """
    _seqeval()
    gold = read_articles(articles) if isinstance(articles, str | Path) else list(articles)
    if not any(article.document.entities for article in gold):
        raise GeonerError("nothing to evaluate on: the articles hold no labelled entity")
    predicted = extractor.extract_many([article.text for article in gold])
    return classification_report([article.document for article in gold], list(predicted))


def classification_report(gold: Sequence[Document], predicted: Sequence[Document]) -> Report:
    """seqeval's report over pairs of documents of the same texts.

    Tags stand on the stretches between all span boundaries of both documents, so that spans
    are compared by character and no tokenization comes between.
    """
    seqeval_report, scheme = _seqeval()
    true_tags, predicted_tags = [], []
    for left, right in zip(gold, predicted, strict=True):
        cuts = sorted(
            {0, len(left.text)}.union(
                offset for e in (*left.entities, *right.entities) for offset in (e.start, e.end)
            )
        )
        true_tags.append(_tags(left, cuts))
        predicted_tags.append(_tags(right, cuts))
    report = seqeval_report(
        true_tags, predicted_tags, output_dict=True, mode="strict", scheme=scheme, zero_division=0
    )
    return {
        name: {
            figure: int(value) if figure == "support" else float(value)
            for figure, value in row.items()
        }
        for name, row in report.items()
    }


def _seqeval() -> tuple[Callable[..., Any], type]:
    """seqeval's report and its IOB2 scheme."""
    try:
        from seqeval.metrics import classification_report
        from seqeval.scheme import IOB2
    except ImportError as error:
        raise MissingExtraError("geoner.evaluate", "train") from error
    return classification_report, IOB2


def _tags(document: Document, cuts: Sequence[int]) -> list[str]:
    """IOB2 tags of the stretches between consecutive cuts."""
    begins = {entity.start: entity for entity in document.entities}
    tags, current = [], None
    for start, _ in pairwise(cuts):
        if current is not None and current.end <= start:
            current = None
        if start in begins:
            current = begins[start]
            tags.append(f"B-{current.label}")
        else:
            tags.append(OUTSIDE if current is None else f"I-{current.label}")
    return tags


def format_report(report: Report) -> str:
    """A report as a plain table, in per cent."""
    lines = [f"{'':<14}{'precision':>10}{'recall':>10}{'f1-score':>10}{'support':>10}"]
    for name, row in report.items():
        figures = "".join(f"{100 * row[key]:>10.1f}" for key in ("precision", "recall", "f1-score"))
        lines.append(f"{name:<14}{figures}{row['support']:>10}")
    return "\n".join(lines)

"""A model and labelled articles to a report: seqeval's, strict, IOB2."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoner import analysis
from geoner.articles import Article, read_articles
from geoner.document import Document
from geoner.errors import GeonerError, MissingExtraError
from geoner.schema import OUTSIDE

if TYPE_CHECKING:
    from geoner.extractor import Extractor

Report = dict[str, dict[str, Any]]

_NONE: Mapping[str, tuple[float, float]] = {}


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
    return run(extractor, articles).report


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an extractor found in labelled articles, and how good that is.

    Attributes:
        articles: The articles.
        predicted: What was found in each.
        report: seqeval's report, as `evaluate` gives it.
    """

    articles: list[Article]
    predicted: list[Document]
    report: Report

    @property
    def gold(self) -> list[Document]:
        """What is labelled."""
        return [article.document for article in self.articles]

    def compared(self, other: Evaluation) -> analysis.Comparison:
        """This one against another on the same articles."""
        return analysis.compare(self.gold, self.predicted, other.predicted)

    def to_dict(self, other: Evaluation | None = None) -> dict[str, Any]:
        """The report as plain JSON types; beside seqeval's rows, "analysis" holds "intervals"
        of F1, counts of "errors", "reliability" and, with another evaluation, "comparison"."""
        rows, error = analysis.reliability(self.gold, self.predicted)
        more: dict[str, Any] = {
            "articles": len(self.articles),
            "intervals": analysis.intervals(self.gold, self.predicted),
            "errors": analysis.count_errors(analysis.find_errors(self.gold, self.predicted)),
            "reliability": {
                "expected calibration error": error,
                "bins": [asdict(row) for row in rows],
            },
        }
        if other is not None:
            comparison = self.compared(other)
            more["comparison"] = {**asdict(comparison), "is_real": comparison.is_real}
        return {**self.report, "analysis": more}


def run(extractor: Extractor, articles: str | Path | Iterable[Article]) -> Evaluation:
    """As `evaluate`, with what was found."""
    _seqeval()
    gold = read_articles(articles) if isinstance(articles, str | Path) else list(articles)
    if not any(article.document.entities for article in gold):
        raise GeonerError("nothing to evaluate on: the articles hold no labelled entity")
    predicted = list(extractor.extract_many([article.text for article in gold]))
    report = classification_report([article.document for article in gold], predicted)
    return Evaluation(gold, predicted, report)


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


def format_report(report: Report, intervals: Mapping[str, tuple[float, float]] = _NONE) -> str:
    """A report as a plain table, in per cent; with the intervals of F1 that there are."""
    head = f"{'':<14}{'precision':>10}{'recall':>10}{'f1-score':>10}"
    lines = [
        f"{head}{'95% interval' if intervals else '':>{16 if intervals else 0}}{'support':>10}"
    ]
    for name, row in report.items():
        figures = "".join(f"{100 * row[key]:>10.1f}" for key in ("precision", "recall", "f1-score"))
        low_high = [f"{100 * figure:.1f}" for figure in intervals.get(name, ())]
        between = f"{' - '.join(low_high):>16}" if intervals else ""
        lines.append(f"{name:<14}{figures}{between}{row['support']:>10}")
    return "\n".join(lines)


def format_evaluation(evaluation: Evaluation) -> str:
    """The report with its intervals, the kinds of error and the calibration, for people."""
    gold, predicted = evaluation.gold, evaluation.predicted
    lines = [format_report(evaluation.report, analysis.intervals(gold, predicted)), ""]
    lines.append(f"{'errors':<14}" + "".join(f"{kind:>19}" for kind in analysis.KINDS))
    counts = analysis.count_errors(analysis.find_errors(gold, predicted))
    for label, row in counts.items():
        lines.append(f"{label:<14}" + "".join(f"{row[kind]:>19}" for kind in analysis.KINDS))
    error = analysis.reliability(gold, predicted)[1]
    lines += ["", f"scores are off by {100 * error:.1f} (expected calibration error, per cent)"]
    return "\n".join(lines)


def format_comparison(comparison: analysis.Comparison, other: str) -> str:
    """A comparison in a sentence."""
    low, high = (100 * figure for figure in comparison.interval)
    p_value = "p < 0.001" if comparison.p_value < 0.001 else f"p = {comparison.p_value:.3f}"
    verdict = "real" if comparison.is_real else "may be chance"
    return (
        f"micro-F1 {100 * comparison.difference:+.1f} against {other} "
        f"(95% interval {low:+.1f} to {high:+.1f}, {p_value}): {verdict}"
    )

"""A model and labelled articles to a report: seqeval's, strict, IOB2."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from geoner import analysis
from geoner.articles import Article, read_articles
from geoner.articles.files import Articles
from geoner.document import Document
from geoner.errors import GeonerError, MissingExtraError
from geoner.schema import OUTSIDE

if TYPE_CHECKING:
    from geoner.extractor import Extractor

Row = dict[str, Any]
Report = dict[str, Row]


def evaluate(
    extractor: Extractor, articles: Articles, *, labels: Iterable[str] | None = None
) -> Evaluation:
    """How well an extractor finds what is labelled.

    An entity counts as found when its start, its end and its label are all right.

    Args:
        extractor: The extractor to judge.
        articles: Labelled articles, or a file or folder of them.
        labels: Only these, where nobody looked for the others; ``None``: all.

    Returns:
        seqeval's classification report, and what lies behind it: see `Evaluation`.

    Raises:
        ArticleError: if an article is wrong.
        GeonerError: if there is no labelled entity to find.
        MissingExtraError: if geoner[train] is not installed.
    """
    _seqeval()  # before minutes of work that would be in vain
    gold, judged = read_articles(articles), extractor.labels
    wanted = None if labels is None else frozenset(labels)
    if wanted is not None:
        gold = [replace(article, document=article.document.filter(wanted)) for article in gold]
        judged = tuple(label for label in judged if label in wanted)
    _require_labelled(gold, wanted)
    found = extractor.extract_many([article.text for article in gold])
    return Evaluation(gold, [document.filter(judged) for document in found], judged)


class Evaluation(Report):
    """seqeval's classification report of what was found, and what lies behind it.

    As a dict it is what seqeval gives: for each label and for "micro avg", "macro avg" and
    "weighted avg", a dict of "precision", "recall", "f1-score" (0 to 1) and "support".

    Attributes:
        articles: The articles.
        predicted: What was found in each.
        labels: The labels that can be found: those of the model.
    """

    def __init__(
        self,
        articles: Sequence[Article],
        predicted: Sequence[Document],
        labels: Iterable[str] | None = None,
    ) -> None:
        """Judges what was found, by a model of geoner or by anything else.

        Args:
            articles: The articles.
            predicted: What was found in each.
            labels: The labels that can be found; None: all that there are.

        Raises:
            GeonerError: if nothing is labelled, or what was found is not of the same texts.
            MissingExtraError: if geoner[train] is not installed.
        """
        _require_labelled(articles)
        self.articles, self.predicted = tuple(articles), tuple(predicted)
        if [a.text for a in self.articles] != [document.text for document in self.predicted]:
            raise GeonerError("the articles and what was found in them are not of the same texts")
        known = analysis.labels_in(self.gold, self.predicted) if labels is None else labels
        self.labels = tuple(known)
        super().__init__(classification_report(self.gold, self.predicted))

    @property
    def gold(self) -> list[Document]:
        """What is labelled."""
        return [article.document for article in self.articles]

    @property
    def unknown_labels(self) -> tuple[str, ...]:
        """Labels of the articles that the model does not have, and so never finds."""
        return tuple(sorted(set(analysis.labels_in(self.gold)).difference(self.labels)))

    @property
    def unlabelled_labels(self) -> tuple[str, ...]:
        """Labels that were found although no article is labelled with them."""
        found = set(analysis.labels_in(self.predicted))
        return tuple(sorted(found.difference(analysis.labels_in(self.gold))))

    @cached_property
    def intervals(self) -> dict[str, tuple[float, float]]:
        """95% bootstrap intervals of F1 over articles, as `analysis.intervals` gives them."""
        return analysis.intervals(self.gold, self.predicted)

    @cached_property
    def errors(self) -> list[analysis.Error]:
        """Every error, as `analysis.find_errors` gives them."""
        return analysis.find_errors(self.gold, self.predicted)

    @cached_property
    def semeval(self) -> dict[str, dict[str, Row]]:
        """The counts of the SemEval-2013 scheme, as `analysis.semeval` gives them."""
        return analysis.semeval(self.gold, self.predicted)

    @cached_property
    def reliability(self) -> tuple[list[analysis.Bin], float]:
        """Bins of scores and the expected calibration error, as `analysis.reliability` does."""
        return analysis.reliability(self.gold, self.predicted)

    @cached_property
    def by_min_score(self) -> list[analysis.Point]:
        """What leaving out low scores would bring, as `analysis.by_min_score` gives it."""
        return analysis.by_min_score(self.gold, self.predicted)

    def by(self, field: str) -> dict[str, Row]:
        """Micro figures apart for each value of a header field, as `analysis.breakdown` does.

        Articles without the field are taken together under "".

        Raises:
            GeonerError: if no article has the field.
        """
        require_fields(self.articles, [field])
        values = [str(article.meta.get(field, "")) for article in self.articles]
        return analysis.breakdown(self.gold, self.predicted, values)

    def compared(self, other: Evaluation) -> analysis.Comparison:
        """This one against another on the same articles, as `analysis.compare` does.

        Raises:
            GeonerError: if the other is of other articles.
        """
        self._require_same(other)
        return analysis.compare(self.gold, self.predicted, other.predicted)

    def changes(self, other: Evaluation) -> list[analysis.Change]:
        """The articles in which this one and another found different mentions.

        Raises:
            GeonerError: if the other is of other articles.
        """
        self._require_same(other)
        return analysis.changes(self.gold, self.predicted, other.predicted)

    def _require_same(self, other: Evaluation) -> None:
        if self.gold != other.gold:
            raise GeonerError("only evaluations on the same articles can be compared")

    def to_dict(
        self, other: Evaluation | None = None, by: Sequence[str] = ()
    ) -> dict[str, dict[str, Any]]:
        """The report as plain JSON types.

        Args:
            other: An evaluation of another model on the same articles, to compare with.
            by: Header fields of the articles by whose values to tell figures apart.

        Returns:
            seqeval's rows, and "analysis" with "articles" (their number), "unknown labels" (that
            the model lacks), "intervals" of F1, numbers of "errors" by label and kind, "semeval"
            (by label and scheme), "reliability" ("expected calibration error" and "bins"), "min
            score" (the figures at each) and, if asked for, "by" (by field and value) and
            "comparison".

        Raises:
            GeonerError: if no article has a field, or the other is of other articles.
        """
        bins, error = self.reliability
        more: dict[str, Any] = {
            "articles": len(self.articles),
            "unknown labels": list(self.unknown_labels),
            "intervals": self.intervals,
            "errors": analysis.count_errors(self.errors),
            "semeval": self.semeval,
            "reliability": {
                "expected calibration error": error,
                "bins": [asdict(row) for row in bins],
            },
            "min score": [asdict(point) for point in self.by_min_score],
        }
        if by:
            more["by"] = {field: self.by(field) for field in by}
        if other is not None:
            comparison = self.compared(other)
            more["comparison"] = {**asdict(comparison), "is_real": comparison.is_real}
        return {**self, "analysis": more}

    def to_html(
        self,
        other: Evaluation | None = None,
        by: Sequence[str] = (),
        name: str = "the model",
        other_name: str = "the other model",
    ) -> str:
        """The report as one page that loads nothing, with every error in its sentence.

        Args:
            other: An evaluation of another model on the same articles, to compare with.
            by: Header fields of the articles by whose values to tell figures apart.
            name: What to call the model.
            other_name: What to call the other.

        Raises:
            GeonerError: if no article has a field, or the other is of other articles.
        """
        from geoner.report import page

        return "".join(page(self, other, by, name, other_name))


def _require_labelled(articles: Sequence[Article], labels: Iterable[str] | None = None) -> None:
    if not any(article.document.entities for article in articles):
        chosen = "" if labels is None else f" of {', '.join(sorted(labels))}"
        raise GeonerError(f"nothing to evaluate on: the articles hold no labelled entity{chosen}")


def require_fields(articles: Iterable[Article], fields: Iterable[str]) -> None:
    """Checks header fields before any work.

    Raises:
        GeonerError: if no article has one of them.
    """
    known = sorted({name for article in articles for name in article.meta})
    for field in fields:
        if field not in known:
            raise GeonerError(
                f"no article has a field {field!r}; there is {', '.join(known) or 'none'}"
            )


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

"""The card of a fine-tuned model, and its learning curve, from what was measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoner import analysis
from geoner.errors import MissingExtraError
from geoner.evaluate import Evaluation, Report
from geoner.hyperparameters import Hyperparameters

if TYPE_CHECKING:
    from geoner.analysis import Bin, Point
    from geoner.articles import Article
    from geoner.selection import Selection
    from geoner.trainer import Trained

#: The picture of what leaving out low scores does, beside a card.
SCORES_IMAGE = "min_score.svg"

_CARD = """---
language: en
library_name: geoner
pipeline_tag: token-classification
---

# A model fine-tuned with geoner

Finds {labels}. Fine-tuned from {base} by `geoner train`, which wrote this page.

## Use

```python
import geoner

extractor = geoner.Extractor.from_pretrained("DIR")  # this folder
doc = extractor.extract(text)
```

or `geoner extract --model DIR article.txt`. The light install of geoner runs it, without PyTorch.
`model.onnx` holds int8 weights, `model.safetensors` the same ones as float16.

## Figures

Strict spans: start, end and label must be right. In per cent, of the int8 model on the {dev_count}
dev articles, with 95% bootstrap intervals of F1 over articles:

{figures}

These articles chose the best epoch, so new ones will be read a little worse. For a figure to
quote, keep articles back that no run has seen: `geoner evaluate ARTICLES --model DIR`.
{looked_back}{curve}
## Scores

A score says how likely a mention is right; it was calibrated on the dev articles{replayed}.
On the dev articles scores are off by {error:.1f} per cent (expected calibration error):

{scores}

What leaving out low scores with `--min-score` brings there:

![Precision, recall and F1 by --min-score]({scores_image})

## Articles

{articles}

## Training

{training}
"""

_LOOKED_BACK = """
On {count} dev articles of the replayed corpus, which neither taught the model nor chose the epoch:

{figures}
"""

_CURVE = """
## Learning curve

F1 on the same dev articles against the number of training articles ([figure](learning_curve.png),
[data](learning_curve.json)):

{table}
"""


def write(
    base: str | None,
    selection: Selection,
    settings: Hyperparameters,
    trained: Trained,
    evaluation: Evaluation,
    looked_back: Evaluation | None,
    points: Sequence[Mapping[str, Any]],
) -> str:
    """The card, as Markdown.

    Args:
        base: The name of the folder started from; None: the shipped model.
        selection: The articles learned from and chosen on.
        settings: How it was trained.
        trained: What came of it.
        evaluation: The written model on the dev articles.
        looked_back: The same on dev articles of the replayed corpus, if there are any.
        points: The learning curve, if there is one.
    """
    back = ""
    if looked_back is not None:
        table = "\n".join(figures(looked_back, looked_back.intervals))
        back = _LOOKED_BACK.format(count=len(looked_back.articles), figures=table)
    bins, error = evaluation.reliability
    return _CARD.format(
        labels=", ".join(selection.labels),
        base="the model shipped with geoner" if base is None else f"`{base}`",
        dev_count=len(selection.dev),
        figures="\n".join(figures(evaluation, evaluation.intervals)),
        looked_back=back,
        curve=_CURVE.format(table="\n".join(curve_rows(points))) if points else "",
        replayed="" if looked_back is None else " and the replayed ones",
        error=100 * error,
        scores="\n".join(score_rows(bins)),
        scores_image=SCORES_IMAGE,
        articles="\n".join(_article_rows(selection)),
        training="\n".join(_training_rows(settings, trained)),
    )


def rows(head: Sequence[str], body: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of a table in Markdown."""
    for cells in (head, ["---"] * len(head), *body):
        yield f"| {' | '.join(map(str, cells))} |"


def figures(
    report: Report,
    intervals: Mapping[str, tuple[float, float]] | None = None,
    names: Collection[str] | None = None,
) -> list[str]:
    """A report as the lines of a table in Markdown, in per cent.

    Args:
        report: seqeval's.
        intervals: Of F1, where there are any, 0 to 1.
        names: The rows to show; None: all but the weighted average.
    """
    head = ["label", "precision", "recall", "F1", "support"]
    if intervals:
        head.insert(4, "95% interval")
    body = []
    for name, row in report.items():
        if name == "weighted avg" if names is None else name not in names:
            continue
        cells = [name, *(f"{100 * row[key]:.1f}" for key in ("precision", "recall", "f1-score"))]
        if intervals:
            cells.append(interval(intervals.get(name, ())))
        body.append([*cells, row["support"]])
    return list(rows(head, body))


def interval(ends: Iterable[float]) -> str:
    """An interval of shares, 0 to 1, in per cent; "" where there is none."""
    return " – ".join(f"{100 * end:.1f}" for end in ends)


def score_rows(bins: Iterable[Bin]) -> list[str]:
    """How often mentions of about a score are right, as the lines of a table in Markdown."""
    body = [
        [f"{row.low:g} – {row.high:g}", row.count, f"{row.score:.3f}", f"{row.precision:.3f}"]
        for row in bins
    ]
    return list(rows(["score", "mentions found", "their mean score", "part that is right"], body))


def draw_scores(points: Sequence[Point], path: Path) -> None:
    """Draws what leaving out low scores does to precision, recall and F1, as SVG."""
    from geoner.report.charts import min_score_chart, standing_alone

    path.write_text(standing_alone(min_score_chart(points)), encoding="utf-8")


def _article_rows(selection: Selection) -> Iterator[str]:
    def row(name: str, articles: Sequence[Article]) -> list[object]:
        counts = Counter(e.label for a in articles for e in a.document.entities)
        words = sum(len(article.text.split()) for article in articles)
        return [name, len(articles), words, *(counts[label] for label in selection.labels)]

    parts = [row("train", selection.train), row("dev", selection.dev)]
    if selection.replay:
        parts.insert(1, row("replayed", selection.replay))
    return rows(["", "articles", "words", *selection.labels], parts)


def _training_rows(settings: Hyperparameters, trained: Trained) -> Iterator[str]:
    body: list[list[object]] = [
        [field.name.replace("_", " "), _shown(getattr(settings, field.name))]
        for field in fields(settings)
        if field.name != "batch_size"
    ]
    body.append(["batch size", trained.batch_size])
    body.append(["windows of text", trained.windows])
    body.append(["epochs trained", trained.epochs])
    body.append(["best epoch", trained.best_epoch])
    return rows(["", ""], body)


def _shown(value: bool | float) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else f"{value:g}"


def point(size: int, evaluation: Evaluation) -> dict[str, Any]:
    """A point of a learning curve: how many articles, and F1 of each label and micro, 0 to 1,
    with the interval of the latter, which is empty where there is too little for one."""
    shown = [name for name in evaluation if name not in ("macro avg", "weighted avg")]
    return {
        "articles": size,
        "f1-score": {name: evaluation[name]["f1-score"] for name in shown},
        "micro interval": list(evaluation.intervals.get(analysis.MICRO, ())),
    }


def curve_rows(points: Sequence[Mapping[str, Any]]) -> list[str]:
    """A learning curve as the lines of a table in Markdown, in per cent."""
    names = list(points[-1]["f1-score"])
    body = []
    for row in points:
        cells = [f"{100 * row['f1-score'].get(name, 0.0):.1f}" for name in names]
        body.append([row["articles"], *cells])
    return list(rows(["articles", *names], body))


def draw(points: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draws a learning curve as PNG.

    Raises:
        MissingExtraError: if geoner[train] is not installed.
    """
    try:
        from matplotlib.figure import Figure
        from matplotlib.ticker import MaxNLocator
    except ImportError as error:
        raise MissingExtraError("a learning curve", "train") from error
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.add_subplot()
    sizes = [row["articles"] for row in points]
    for name in points[-1]["f1-score"]:
        values = [100 * row["f1-score"].get(name, 0.0) for row in points]
        micro = name == analysis.MICRO
        axes.plot(
            sizes,
            values,
            marker="o",
            label="all (micro)" if micro else name,
            color="black" if micro else None,
            linewidth=2.5 if micro else 1.2,
        )
    known = [row for row in points if row["micro interval"]]
    axes.fill_between(
        [row["articles"] for row in known],
        [100 * row["micro interval"][0] for row in known],
        [100 * row["micro interval"][1] for row in known],
        color="black",
        alpha=0.1,
        linewidth=0,
        label="95% interval of all",
    )
    axes.set(xlabel="training articles", ylabel="F1 on dev, per cent", ylim=(0, 101))
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    figure.savefig(path, dpi=150, format="png", metadata={"Software": None})

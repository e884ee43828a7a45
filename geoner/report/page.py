"""An evaluation as one page that loads nothing and can be read without its script."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoner import analysis
from geoner.document import Document, Entity
from geoner.render import printable
from geoner.render.markup import PAGE_END, escaped, page_start
from geoner.report.charts import interval_chart, min_score_chart, points_shown, reliability_chart
from geoner.report.markup import line, per_cent, table
from geoner.report.sentences import sentence_around
from geoner.report.text import FIGURES, format_comparison, notes
from geoner.schema import ordered_labels

if TYPE_CHECKING:
    from geoner.evaluate import Evaluation

_MEANINGS = {
    analysis.BOUNDARY: "the label is right, the start or the end is not",
    analysis.TYPE: "start and end are right, the label is not",
    analysis.BOTH: "it overlaps what is labelled, and the label is wrong too",
    analysis.MISSED: "labelled, and not found",
    analysis.EXTRA: "found, and not labelled",
}

_SCHEMES = {
    "strict": "boundary and label right",
    "exact": "boundary right, any label",
    "partial": "some overlap, any label; half a point if the boundary is wrong",
    "type": "some overlap, label right",
}


def page(
    evaluation: Evaluation,
    other: Evaluation | None,
    by: Sequence[str],
    name: str,
    other_name: str,
) -> Iterator[str]:
    """The page in parts; the parameters are those of `Evaluation.to_html`."""
    yield page_start(f"Evaluation: {name}", _part("page.css"), _part("page.js"))
    yield "<main>\n"
    yield _summary(evaluation, name)
    yield _figures(evaluation)
    for field in by:
        yield _breakdown(field, evaluation.by(field))
    yield _kinds(evaluation)
    yield _scores(evaluation)
    if other is not None:
        yield from _comparison(evaluation, other, other_name)
    yield from _errors(evaluation, other, other_name)
    yield f"</main>\n{PAGE_END}"


@cache
def _part(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _summary(evaluation: Evaluation, name: str) -> str:
    found = sum(len(document.entities) for document in evaluation.predicted)
    micro = evaluation[analysis.MICRO]
    interval = evaluation.intervals.get(analysis.MICRO)
    sure = "" if interval is None else f"95%: {_between(interval)}"
    figures = [
        ("micro-F1", per_cent(micro["f1-score"]), sure),
        ("precision", per_cent(micro["precision"]), f"of {found:,} found"),
        ("recall", per_cent(micro["recall"]), f"of {micro['support']:,} labelled"),
        ("errors", f"{len(evaluation.errors):,}", f"in {len(evaluation.articles):,} articles"),
    ]
    shown = "".join(
        f"<div><dt>{title}</dt><dd><b>{figure}</b> <small>{more}</small></dd></div>"
        for title, figure, more in figures
    )
    said = "".join(f'<p class="note">{escaped(note)}</p>\n' for note in notes(evaluation))
    return (
        f"<header>\n<h1>Evaluation of {line(name)}</h1>\n<dl>{shown}</dl>\n{said}"
        "<p>In per cent. A mention counts as found when its start, its end and its label are all "
        "right.</p>\n</header>\n"
    )


def _between(interval: tuple[float, float]) -> str:
    return " – ".join(per_cent(end) for end in interval)


def _figures(evaluation: Evaluation) -> str:
    return (
        '<section id="figures">\n<h2>Figures by label</h2>\n'
        + _figure_table(
            "label",
            evaluation,
            {name: evaluation.intervals.get(name) for name in evaluation},
            "Intervals are bootstrapped over articles; none where a single article tells.",
        )
        + "</section>\n"
    )


def _breakdown(field: str, rows: Mapping[str, Mapping[str, Any]]) -> str:
    intervals = {value: row["interval"] for value, row in rows.items()}
    return (
        f"<section>\n<h2>Figures by {line(field)}</h2>\n"
        f"{_figure_table(field, rows, intervals, '', 'articles')}</section>\n"
    )


def _figure_table(
    title: str,
    rows: Mapping[str, Mapping[str, Any]],
    intervals: Mapping[str, tuple[float, float] | None],
    caption: str,
    *more: str,
) -> str:
    """A row of figures under each name; the drawn intervals share one scale."""
    ends = [
        end
        for name, interval in intervals.items()
        if interval is not None
        for end in (*interval, rows[name]["f1-score"])
    ]
    low = min((min(0.9, math.floor(10 * end) / 10) for end in ends), default=0.0)
    cells = [
        [
            line(name) if name else "(none)",
            *(per_cent(row[figure]) for figure in FIGURES),
            (
                "–"
                if (interval := intervals[name]) is None
                else f"{interval_chart(row['f1-score'], interval, low)} "
                f"<span>{_between(interval)}</span>"
            ),
            *(f"{row[count]:,}" for count in ("support", *more)),
        ]
        for name, row in rows.items()
    ]
    head = [line(title), *FIGURES, "95% interval of F1", "support", *more]
    return table(caption, head, cells, "figures")


def _kinds(evaluation: Evaluation) -> str:
    counts = analysis.count_errors(evaluation.errors)
    cells = [
        [line(label), *(_link(row[kind], kind, label) for kind in analysis.KINDS)]
        for label, row in counts.items()
    ]
    all_labels = Counter(error.kind for error in evaluation.errors)
    cells.append(["all", *(_link(all_labels[kind], kind, "") for kind in analysis.KINDS)])
    meanings = "".join(f"<li><b>{kind}</b>: {meaning}</li>" for kind, meaning in _MEANINGS.items())
    names = ("correct", "incorrect", "partial", "missed", "spurious")
    schemes = [
        [
            f"{scheme}<small>{_SCHEMES[scheme]}</small>",
            *(f"{row[name]:,}" for name in names),
            *(per_cent(row[figure]) for figure in FIGURES),
        ]
        for scheme, row in evaluation.semeval[analysis.MICRO].items()
    ]
    return (
        '<section id="kinds">\n<h2>Kinds of error</h2>\n'
        + table(
            "By the label that is right, or else the one found.", ["label", *analysis.KINDS], cells
        )
        + f'<ul class="meanings">{meanings}</ul>\n'
        + "<h3>After SemEval-2013</h3>\n"
        + table("", ["scheme", *names, *FIGURES], schemes, "schemes")
        + "</section>\n"
    )


def _link(count: int, kind: str, label: str) -> str:
    if not count:
        return '<span class="quiet">0</span>'
    data = f'data-kind="{kind}" data-label="{escaped(label)}"'
    return f'<a href="#errors" {data}>{count:,}</a>'


def _scores(evaluation: Evaluation) -> str:
    bins, error = evaluation.reliability
    points = evaluation.by_min_score
    best = max(points, key=lambda point: point.f1)
    rows = [
        [
            f"{row.low:g} – {row.high:g}",
            f"{row.count:,}",
            f"{row.score:.3f}",
            f"{row.precision:.3f}",
        ]
        for row in bins
    ]
    steps = [
        [f"{p.min_score:.2f}", per_cent(p.precision), per_cent(p.recall), per_cent(p.f1)]
        for p in points_shown(points)
    ]
    return (
        '<section id="scores">\n<h2>Scores</h2>\n<div class="charts">\n<figure>\n'
        f"{reliability_chart(bins, error)}<figcaption>How often mentions of a score are right. On "
        "the dashed line scores mean what they say. Expected calibration error: "
        f"<b>{per_cent(error)}</b>.</figcaption>\n"
        + _details("The bins", ["score", "found", "mean score", "precision"], rows)
        + f"</figure>\n<figure>\n{min_score_chart(points)}<figcaption>What leaving out low scores "
        f"brings. F1 is highest, {per_cent(best.f1)}, from --min-score {best.min_score:.2f}; a "
        "choice to be checked on other articles.</figcaption>\n"
        + _details("The figures", ["--min-score", "precision", "recall", "F1"], steps)
        + "</figure>\n</div>\n</section>\n"
    )


def _details(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return f"<details><summary>{title}</summary>{table('', head, rows)}</details>\n"


def _comparison(evaluation: Evaluation, other: Evaluation, other_name: str) -> Iterator[str]:
    sentence = format_comparison(evaluation.compared(other), printable(other_name))
    rows = [
        [line(name), per_cent(first), per_cent(second), f"{100 * (first - second):+.1f}"]
        for name in dict.fromkeys((*evaluation, *other))
        for first, second in [[_f1(report, name) for report in (evaluation, other)]]
    ]
    changes = evaluation.changes(other)
    better = sum(change.balance > 0 for change in changes)
    worse = sum(change.balance < 0 for change in changes)
    yield (
        f'<section id="comparison">\n<h2>Against {line(other_name)}</h2>\n'
        f"<p>{escaped(sentence)}.</p>\n"
        + table("", ["F1", "this model", "the other", "difference"], rows)
        + f"<h3>Articles that changed</h3>\n<p>{len(changes):,} of {len(evaluation.articles):,}: "
        f"{better:,} better, {worse:,} worse, {len(changes) - better - worse:,} neither.</p>\n"
        '<div class="changes">\n'
    )
    for change in changes:
        yield _change(change, evaluation.articles[change.document].id)
    yield "</div>\n</section>\n"


def _f1(report: Mapping[str, Mapping[str, Any]], name: str) -> float:
    return float(report[name]["f1-score"]) if name in report else 0.0


def _change(change: analysis.Change, article: str) -> str:
    parts = (
        ("right only here", change.gained),
        ("right only there", change.lost),
        ("wrong only here", change.new_errors),
        ("wrong only there", change.old_errors),
    )
    lists = "".join(
        f"<p><span>{title}</span> {', '.join(map(_mention, mentions))}</p>"
        for title, mentions in parts
        if mentions
    )
    balance = f"{change.balance:+d}" if change.balance else "0"
    return f"<details><summary>{line(article)} <b>{balance}</b></summary>{lists}</details>\n"


def _mention(entity: Entity) -> str:
    return f"<q>{line(entity.text)}</q>&nbsp;<small>{line(entity.label)}</small>"


def _errors(evaluation: Evaluation, other: Evaluation | None, other_name: str) -> Iterator[str]:
    known = None if other is None else {_key(error) for error in other.errors}
    yield (
        '<section id="errors">\n<h2>Every error</h2>\n'
        + _filters(evaluation.errors, other_name if known is not None else None)
        + '<p class="key"><mark class="gold">labelled</mark> <mark class="found">found</mark> '
        '<mark class="gold found">both</mark></p>\n<div id="list">\n'
    )
    number = 0
    for index, group in groupby(evaluation.errors, key=lambda error: error.document):
        article, errors = evaluation.articles[index], list(group)
        yield (
            f'<section class="group"><h3>{line(article.id)} <small>{len(errors):,}</small></h3>'
            "\n<ol>\n"
        )
        for error in errors:
            number += 1
            is_new = known is not None and _key(error) not in known
            yield _error(error, article.document, article.id, number, is_new)
        yield "</ol></section>\n"
    yield '</div>\n<p id="nothing" hidden>No error is like that.</p>\n</section>\n'


def _key(error: analysis.Error) -> tuple[Any, ...]:
    sides = (
        None if side is None else (side.start, side.end, side.label)
        for side in (error.gold, error.predicted)
    )
    return error.document, *sides


def _filters(errors: Sequence[analysis.Error], other_name: str | None) -> str:
    """What the script needs to choose among the errors; without it, nothing is shown."""
    labels = ordered_labels(error.entity.label for error in errors)
    fields = [
        _select("kind", "kind", ["", *analysis.KINDS], ["all kinds", *analysis.KINDS]),
        _select("label", "label", ["", *labels], ["all labels", *map(printable, labels)]),
        _select("order", "by", ["article", "kind"], ["article", "kind"]),
    ]
    if other_name is not None:
        name = printable(other_name)
        fields.append(_select("made", "made by", ["", "new"], ["this model", f"it, not by {name}"]))
    return (
        f'<form id="filters" hidden>{"".join(fields)}'
        '<label>with <input type="search" name="words" placeholder="text or article"></label>'
        f'<output id="shown">{len(errors):,} errors</output></form>\n'
    )


def _select(name: str, title: str, values: Iterable[str], shown: Iterable[str]) -> str:
    options = "".join(
        f'<option value="{escaped(value)}">{escaped(text)}</option>'
        for value, text in zip(values, shown, strict=True)
    )
    return f'<label>{title} <select name="{name}">{options}</select></label>'


def _error(
    error: analysis.Error, document: Document, article: str, number: int, is_new: bool
) -> str:
    score = "" if error.predicted is None else f" {error.predicted.score:.2f}"
    sides = "".join(
        f'<span class="side">{title} {_mention(side)}{more}</span>'
        for title, side, more in (("labelled", error.gold, ""), ("found", error.predicted, score))
        if side is not None
    )
    return (
        f'<li id="e{number}" class="error" data-kind="{error.kind}" '
        f'data-label="{escaped(error.entity.label)}"{" data-new" * is_new}>'
        f'<p class="sentence" dir="auto">{_sentence(error, document)}</p>'
        f'<p class="what"><b>{error.kind}</b>{sides}'
        f'<span class="article">{line(article)}</span><a href="#e{number}">{number}</a></p></li>\n'
    )


def _sentence(error: analysis.Error, document: Document) -> str:
    """The sentence of an error, each stretch marked as labelled, found or both."""
    text = document.text
    low, high = sentence_around(text, error.start, error.end)
    sides = [(error.gold, "gold"), (error.predicted, "found")]
    cuts = {low, high}
    for side, _ in sides:
        if side is not None:
            cuts.update((side.start, side.end))
    parts = ["" if _is_whole(text[max(0, low - 9) : low]) else "… "]
    places = sorted(cuts)
    for start, end in pairwise(places):
        kinds = [
            kind for side, kind in sides if side is not None and side.start <= start < side.end
        ]
        piece = escaped(text[start:end])
        parts.append(f'<mark class="{" ".join(kinds)}">{piece}</mark>' if kinds else piece)
    if text[high : high + 9].strip() and text[high] != "\n" and not _is_whole(text[low:high]):
        parts.append(" …")
    return "".join(parts)


def _is_whole(before: str) -> bool:
    """Whether a sentence ends here, as far as its last character tells."""
    return not before or before[-1] == "\n" or before.rstrip()[-1:] in tuple(".!?…\"'”’»)]")

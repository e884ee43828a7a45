"""An evaluation in plain text, in per cent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from geoner import analysis
from geoner.evaluate import Evaluation, Report
from geoner.render import printable

FIGURES = ("precision", "recall", "f1-score")
_NONE: Mapping[str, tuple[float, float]] = {}


def format_report(report: Report, intervals: Mapping[str, tuple[float, float]] = _NONE) -> str:
    """A report as a table; with the intervals of F1 that there are."""
    lines = [_head("", "95% interval" if intervals else "", report)]
    width = _width(report)
    for name, row in report.items():
        between = f"{_between(intervals.get(name)):>16}" if intervals else ""
        lines.append(f"{printable(name):<{width}}{_figures(row)}{between}{row['support']:>10}")
    return "\n".join(lines)


def _head(title: str, interval: str, rows: Mapping[str, Any]) -> str:
    figures = "".join(f"{name:>10}" for name in FIGURES)
    between = f"{interval:>16}" if interval else ""
    return f"{title:<{_width(rows)}}{figures}{between}{'support':>10}"


def _width(rows: Mapping[str, Any]) -> int:
    return max(14, *(len(printable(name)) + 1 for name in rows)) if rows else 14


def _figures(row: Mapping[str, Any]) -> str:
    return "".join(f"{100 * row[key]:>10.1f}" for key in FIGURES)


def _between(interval: tuple[float, float] | None) -> str:
    return "-" if interval is None else " - ".join(f"{100 * figure:.1f}" for figure in interval)


def format_evaluation(evaluation: Evaluation, by: Sequence[str] = ()) -> str:
    """The report with its intervals, the kinds of error and the calibration."""
    lines = [format_report(evaluation, evaluation.intervals), ""]
    for field in by:
        rows = evaluation.by(field)
        lines.append(_head(printable(field), "95% interval", rows))
        for value, row in rows.items():
            between = f"{_between(row['interval']):>16}"
            name = f"{printable(value) or '(none)':<{_width(rows)}}"
            lines.append(f"{name}{_figures(row)}{between}{row['support']:>10}")
        lines.append("")
    counts = analysis.count_errors(evaluation.errors)
    width = _width(evaluation)
    lines.append(f"{'errors':<{width}}" + "".join(f"{kind:>19}" for kind in analysis.KINDS))
    if not counts:
        lines[-1] = "no errors"
    for label, row in counts.items():
        numbers = "".join(f"{row[kind]:>19}" for kind in analysis.KINDS)
        lines.append(f"{printable(label):<{width}}{numbers}")
    error = evaluation.reliability[1]
    lines += ["", f"scores are off by {100 * error:.1f} (expected calibration error, per cent)"]
    return "\n".join([*lines, *notes(evaluation)])


def notes(evaluation: Evaluation) -> list[str]:
    """What the figures do not say of labels that only the articles or only the model have."""
    said = []
    if unknown := evaluation.unknown_labels:
        count = sum(e.label in unknown for gold in evaluation.gold for e in gold.entities)
        said.append(
            f"the model has no label {_names(unknown)}: it can never find "
            f"{_number(count, 'mention')} labelled so; it has {_names(evaluation.labels)}"
        )
    if extra := evaluation.unlabelled_labels:
        count = sum(e.label in extra for found in evaluation.predicted for e in found.entities)
        said.append(
            f"no article is labelled {_names(extra)}: all {_number(count, 'mention')} found so "
            "count as wrong"
        )
    return said


def _names(labels: Sequence[str]) -> str:
    return ", ".join(map(printable, labels)) or "none"


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def format_comparison(comparison: analysis.Comparison, other: str) -> str:
    """A comparison in a sentence."""
    low, high = (100 * figure for figure in comparison.interval)
    verdict = "real" if comparison.is_real else "may be chance"
    return (
        f"micro-F1 {100 * comparison.difference:+.1f} against {other} "
        f"(95% interval {low:+.1f} to {high:+.1f}, {_p(comparison.p_value)} by paired bootstrap, "
        f"{_p(comparison.randomisation_p_value)} by randomisation): {verdict}"
    )


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"

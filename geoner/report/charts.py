"""The drawings of the page, as SVG: its colours are those of page.css.

A drawing of the page can stand alone as a file, too; then it carries the colours of the light page.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from geoner.analysis import Bin, Point
from geoner.report.markup import per_cent

# of a drawing, in its own units: the size, and where the square of both axes lies
_WIDTH, _HEIGHT = 420, 346
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 404, 32, 298
_STEPS = 5
# what is found with scores near 1 is soon left out by a min-score near 1
_FALL, _HIGHEST_FLOOR = 0.9, 0.8

# as hexadecimal numbers, which every program that shows SVG can read
_ALONE = """
text { fill: #5d6169; font: 12px system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif }
.grid { fill: none; stroke: #e2dfd9 }
.curve { fill: none; stroke-width: 2; stroke-linejoin: round }
.precision { stroke: #005993 }
.recall { stroke: #ad5600; stroke-dasharray: 7 4 }
.f1 { stroke: #22242a; stroke-dasharray: 2 3 }
"""


def _x(figure: float) -> float:
    return round(_LEFT + figure * (_RIGHT - _LEFT), 1)


def _y(figure: float, low: float = 0) -> float:
    return round(_BOTTOM - (figure - low) / (1 - low) * (_BOTTOM - _TOP), 1)


def _chart(label: str, x_axis: str, y_axis: str, content: str, low: float = 0) -> str:
    """A drawing in a frame with axes to 1: from 0, and from a low figure upwards."""
    frame = "".join(
        f'<path class="grid" d="M{_LEFT} {_y(low + tick * (1 - low), low)}H{_RIGHT}"/>'
        f'<text class="tick" x="{_LEFT - 6}" y="{_y(low + tick * (1 - low), low) + 4}" '
        f'text-anchor="end">{low + tick * (1 - low):.3g}</text>'
        f'<text class="tick" x="{_x(tick)}" y="{_BOTTOM + 16}" text-anchor="middle">{tick:g}</text>'
        for tick in (step / _STEPS for step in range(_STEPS + 1))
    )
    middle = (_TOP + _BOTTOM) / 2
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">{frame}{content}'
        f'<text class="axis" x="{_x(0.5)}" y="{_HEIGHT - 10}" text-anchor="middle">{x_axis}</text>'
        f'<text class="axis" x="12" y="{middle}" text-anchor="middle" '
        f'transform="rotate(-90 12 {middle})">{y_axis}</text></svg>\n'
    )


def reliability_chart(bins: Sequence[Bin], error: float) -> str:
    """Precision against score: a bar for each bin, a dot at its mean score, larger for more
    mentions, and the line on which scores mean what they say."""
    most = max((row.count for row in bins), default=1)
    bars = "".join(
        f'<rect class="bar" x="{_x(row.low) + 1}" y="{_y(row.precision)}" '
        f'width="{_x(row.high) - _x(row.low) - 2:.1f}" '
        f'height="{_y(0) - _y(row.precision):.1f}">{_title(row)}</rect>'
        f'<circle class="dot" cx="{_x(row.score)}" cy="{_y(row.precision)}" '
        f'r="{2 + 6 * (row.count / most) ** 0.5:.1f}">{_title(row)}</circle>'
        for row in bins
    )
    ideal = f'<path class="ideal" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/>'
    label = f"Reliability diagram; expected calibration error {per_cent(error)} per cent"
    return _chart(label, "score", "precision", bars + ideal)


def _title(row: Bin) -> str:
    return (
        f"<title>scores {row.low:g} to {row.high:g}: {row.count} found, mean score "
        f"{row.score:.3f}, precision {row.precision:.3f}</title>"
    )


def min_score_chart(points: Sequence[Point]) -> str:
    """Precision, recall and F1 against the score below which mentions are left out."""
    lines = (
        ("precision", [(p.min_score, p.precision) for p in points]),
        ("recall", [(p.min_score, p.recall) for p in points]),
        ("f1", [(p.min_score, p.f1) for p in points]),
    )
    low = _floor(points)
    drawn = "".join(
        f'<path class="curve {name}" d="{_path(figures, low)}"><title>{name}</title></path>'
        for name, figures in lines
    )
    key = "".join(
        f'<path class="curve {name}" d="M{x} 14h22"/>'
        f'<text class="tick" x="{x + 28}" y="18">{name.upper() if name == "f1" else name}</text>'
        for x, name in ((_LEFT, "precision"), (_LEFT + 106, "recall"), (_LEFT + 190, "f1"))
    )
    return _chart("Precision, recall and F1 by min-score", "--min-score", "", drawn + key, low)


def standing_alone(chart: str) -> str:
    """A chart of lines as the text of an SVG file, on paper of its own."""
    start, content = chart.split(">", 1)
    return (
        f'{start} xmlns="http://www.w3.org/2000/svg" width="{1.5 * _WIDTH:g}" '
        f'height="{1.5 * _HEIGHT:g}"><style>{_ALONE}</style>'
        f'<rect width="100%" height="100%" fill="#fdfcfa"/>{content}'
    )


def _floor(points: Sequence[Point]) -> float:
    """From where figures are worth drawing: all that there are but for the last steep fall."""
    figures = [
        figure
        for point in points
        if point.min_score <= _FALL
        for figure in (point.precision, point.recall, point.f1)
        if figure is not None
    ]
    return min(_HIGHEST_FLOOR, math.floor(10 * min(figures)) / 10)


def _path(figures: Sequence[tuple[float, float | None]], low: float) -> str:
    steps = [
        f"{_x(score)} {_y(figure, low)}"
        for score, figure in figures
        if figure is not None and figure >= low
    ]
    return "M" + "L".join(steps) if steps else ""


def interval_chart(figure: float, interval: tuple[float, float], low: float) -> str:
    """A figure on a line from a low one, below 1, to 1; with its interval."""

    def place(on_line: float) -> float:
        return round(100 * (on_line - low) / (1 - low), 1)

    start, end = map(place, interval)
    return (
        '<svg class="interval" viewBox="-4 0 108 12" aria-hidden="true">'
        f'<path class="grid" d="M0 6H100"/><path class="between" d="M{start} 6H{end}"/>'
        f'<circle class="dot" cx="{place(figure)}" cy="6" r="3"/></svg>'
    )


def points_shown(points: Sequence[Point], every: int = 10) -> Iterator[Point]:
    """A few of many points, for a table."""
    yield from points[::every]

"""Pieces of a report: names, figures and tables."""

from __future__ import annotations

from collections.abc import Sequence

from geoner.render import printable
from geoner.render.markup import escaped


def line(text: str) -> str:
    """A name for a browser: on one line, and with a direction of its own."""
    return f"<bdi>{escaped(printable(text))}</bdi>"


def per_cent(figure: float | None) -> str:
    """A figure from 0 to 1, in per cent."""
    return "–" if figure is None else f"{100 * figure:.1f}"


def table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "") -> str:
    """A table whose first column names its rows; caption, head and cells are HTML."""
    first, *others = head
    cells = "".join(f'<th scope="col">{name}</th>' for name in others)
    body = "\n".join(
        f'<tr><th scope="row">{name}</th>' + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>"
        for name, *row in rows
    )
    return (
        f'<div class="wide"><table class="{kind}">\n<caption>{caption}</caption>\n'
        f'<thead><tr><th scope="col">{first}</th>{cells}</tr></thead>\n<tbody>\n{body}\n'
        "</tbody></table></div>\n"
    )

"""A document for the eye: the table on a terminal."""

from __future__ import annotations

from geoner.document import Document, Group
from geoner.render.groups import groups_of
from geoner.render.text import meaning, printable
from geoner.schema import AGREEMENT, COUNTRY, MONEY, OFFICIAL, ordered_labels

#: Colours of labels, as numbers of ECMA-48's "select graphic rendition".
_COLOURS = {COUNTRY: 32, OFFICIAL: 36, AGREEMENT: 35, MONEY: 33}
_BOLD = 1

_HEADER = ("label", "name", "value", "times", "at", "score")
_VALUE_WIDTH, _LEAST_NAME = 24, 10


def table(
    document: Document, title: str | None = None, *, width: int = 80, colour: bool = False
) -> str:
    """A table with a row for each thing: its label, its name, what it is, how often it is named,
    the offset where it first is, and the highest score.

    Args:
        document: What was found.
        title: A line above it.
        width: Columns of the terminal; long names and values are wrapped.
        colour: Whether labels are coloured, by escape sequences.

    Returns:
        Lines, each ended. Nothing of the text itself can steer a terminal.
    """
    from prettytable import HRuleStyle, PrettyTable, VRuleStyle

    groups = groups_of(document)
    rows = [
        _row(group)
        for label in ordered_labels(group.label for group in groups)
        for group in groups
        if group.label == label
    ]
    widths = [max(map(len, column)) for column in zip(_HEADER, *rows, strict=True)]
    label_width, _, value_width, *figures = widths
    padding = 2 * len(_HEADER) + 1
    left = width - label_width - min(value_width, _VALUE_WIDTH) - sum(figures) - padding

    grid = PrettyTable(_HEADER, break_on_hyphens=False)
    grid.right_padding_width = 0
    grid.hrules, grid.vrules = HRuleStyle.HEADER, VRuleStyle.NONE
    grid.horizontal_char = grid.junction_char = "─"
    grid.align = "l"
    for figure in _HEADER[3:]:
        grid.align[figure] = "r"
    grid.max_width.update({"name": max(left, _LEAST_NAME), "value": _VALUE_WIDTH})
    for label, *others in rows:
        grid.add_row([_coloured(label) if colour else label, *others])

    lines = [] if title is None else [printable(title), ""]
    lines += [line.rstrip() for line in grid.get_string().splitlines()]
    if not rows:
        lines.append("nothing found")
    return "\n".join([*lines, "", ""])


def _row(group: Group) -> tuple[str, ...]:
    return (
        printable(group.label),
        printable(group.name),
        printable(meaning(group)),
        str(group.count),
        str(group.mentions[0].start),
        f"{max(mention.score for mention in group.mentions):.2f}",
    )


def _coloured(label: str) -> str:
    return f"\x1b[{_COLOURS.get(label, _BOLD)}m{label}\x1b[0m"

"""A document in a browser: a page of its own, or an output of a notebook.

Style and script are one file each beside this one.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from geoner.document import Document, Entity, Group
from geoner.render.groups import groups_of
from geoner.render.markup import PAGE_END, escaped, page_start
from geoner.render.text import meaning, printable
from geoner.schema import LABELS, ordered_labels

#: Colours in page.css: one for each of `LABELS`, then those that other labels share.
COLOURS = 16


def page(documents: Iterable[tuple[str | None, Document]], title: str) -> Iterator[str]:
    """A page that loads nothing, in parts to be written one after the other.

    Args:
        documents: Each with its heading, or ``None``; they are taken one by one.
        title: What the browser calls the page; of a long one, the first words.
    """
    yield page_start(title, _part("page.css"), _part("page.js"))
    for heading, document in documents:
        yield _article(document, heading)
    yield PAGE_END


def output(document: Document) -> str:
    """A part of a page, for a notebook: it styles itself alone and bears no ids."""
    return (
        f'<div class="geoner geoner-output"><style>{_part("page.css")}</style>'
        f"{_article(document, None)}<script>{_part('page.js')}</script></div>\n"
    )


def colours_of(labels: Iterable[str]) -> dict[str, int]:
    """The number of each label's colour: the same in every document, but for labels of a
    fine-tuned model that would share one in this document."""
    known, others = len(LABELS), COLOURS - len(LABELS)
    colours: dict[str, int] = {}
    for label in ordered_labels(labels):
        if label in LABELS:
            colours[label] = LABELS.index(label)
            continue
        wish = zlib.crc32(label.encode("utf-8", "surrogatepass"))
        choices = [known + (wish + step) % others for step in range(others)]
        free = (choice for choice in choices if choice not in colours.values())
        colours[label] = next(free, choices[0])
    return colours


@dataclass(frozen=True, slots=True)
class _Thing:
    """A group as it is shown.

    Attributes:
        number: What ties its mentions to it in the page.
        colour: The number of its label's colour.
        value: What it stands for, in words; may be empty.
    """

    number: int
    group: Group
    colour: int
    value: str


def _article(document: Document, heading: str | None) -> str:
    groups = groups_of(document)
    colours = colours_of(group.label for group in groups)
    things = [
        _Thing(number, group, colours[group.label], printable(meaning(group)))
        for number, group in enumerate(groups)
    ]
    title = "" if heading is None else f"<h1>{escaped(printable(heading))}</h1>\n"
    return (
        f'<article class="geoner-document">\n{title}'
        '<div class="geoner-columns">\n<div class="geoner-main">\n'
        f"{_legend(document.entities, colours)}\n"
        f'<div class="geoner-text" dir="auto">{_marked(document, things)}</div>\n</div>\n'
        f"{_aside(things)}</div>\n</article>\n"
    )


def _legend(entities: Sequence[Entity], colours: Mapping[str, int]) -> str:
    if not entities:
        return '<p class="geoner-legend">nothing found</p>'
    counts = Counter(entity.label for entity in entities)
    items = "".join(
        f'<li><span class="geoner-swatch geoner-colour-{colour}"></span>'
        f"{_label(label)} {counts[label]}</li>"
        for label, colour in colours.items()
    )
    return f'<ul class="geoner-legend" aria-label="Legend">{items}</ul>'


def _marked(document: Document, things: Sequence[_Thing]) -> str:
    """The text, with a ``mark`` around each mention."""
    named = {(m.start, m.end): thing for thing in things for m in thing.group.mentions}
    parts, end = [], 0
    for entity in document.entities:
        thing = named[entity.start, entity.end]
        first = " geoner-first" if entity.start == thing.group.mentions[0].start else ""
        parts += [
            escaped(document.text[end : entity.start]),
            f'<mark class="geoner-colour-{thing.colour}{first}" data-group="{thing.number}" '
            f'data-label="{_label(entity.label)}" title="{escaped(_hint(entity, thing))}">'
            f"{escaped(entity.text)}</mark>",
        ]
        end = entity.end
    return "".join(parts) + escaped(document.text[end:])


def _aside(things: Sequence[_Thing]) -> str:
    """The things label by label."""
    if not things:
        return ""
    lists = []
    for label in ordered_labels(thing.group.label for thing in things):
        alike = [thing for thing in things if thing.group.label == label]
        colour = f"geoner-colour-{alike[0].colour}"
        items = "\n".join(f"<li>{_button(thing)}</li>" for thing in alike)
        lists.append(
            f'<p class="geoner-kind"><span class="geoner-swatch {colour}"></span>{_label(label)}'
            f'</p>\n<ul class="{colour}" aria-label="{_label(label)}">\n{items}\n</ul>\n'
        )
    return f'<aside class="geoner-groups" aria-label="What is named">\n{"".join(lists)}</aside>\n'


def _button(thing: _Thing) -> str:
    value, count = escaped(thing.value), thing.group.count
    times = "mention" if count == 1 else "mentions"
    return (
        f'<button type="button" data-group="{thing.number}" aria-pressed="false">'
        f'<span class="geoner-name"><bdi>{escaped(printable(thing.group.name))}</bdi></span> '
        f'<span class="geoner-count" title="{count} {times}">{count}</span>'
        + (f' <span class="geoner-value"><bdi>{value}</bdi></span>' if value else "")
        + "</button>"
    )


def _hint(entity: Entity, thing: _Thing) -> str:
    name = "" if printable(entity.text) == thing.group.name else thing.group.name
    parts = (entity.label, name, thing.value, f"score {entity.score:.2f}")
    return printable(" \N{MIDDLE DOT} ".join(part for part in parts if part))


def _label(label: str) -> str:
    return escaped(printable(label))


@cache
def _part(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")

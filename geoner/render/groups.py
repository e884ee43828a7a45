"""Which mentions the eye should see as one thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from geoner.document import Document, Entity, Group
from geoner.render.text import printable


def groups_of(document: Document) -> Sequence[Group]:
    """The document's groups in order of their first mention; mentions that are in none are
    put together where label and text are the same."""
    groups: list[Group] = list(document.groups)
    grouped = {(mention.start, mention.end) for group in groups for mention in group.mentions}
    groups += _by_text(e for e in document.entities if (e.start, e.end) not in grouped)
    return sorted(groups, key=lambda group: group.mentions[0].start)


def _by_text(entities: Iterable[Entity]) -> list[Group]:
    alike: dict[tuple[str, str], list[Entity]] = defaultdict(list)
    for entity in entities:
        alike[entity.label, printable(entity.text)].append(entity)
    return [
        Group(
            label,
            text or "\N{REPLACEMENT CHARACTER}",
            tuple(mentions),
            next((mention.value for mention in mentions if mention.value is not None), None),
        )
        for (label, text), mentions in alike.items()
    ]

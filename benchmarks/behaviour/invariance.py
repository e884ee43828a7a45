"""Changes of a text that keep its labels: other names, amounts and dates, more text, quotes."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from functools import cache, partial

from benchmarks.behaviour.cases import INVARIANCE, Behaviour, Changed
from benchmarks.behaviour.templates import DATA, Place, fill, lists_in, shared_lists
from geoner.articles.editing import Edit

#: Times that a passage is filled, and other values that each list then gives it.
ORIGINALS, SWAPS = 3, 3

_STRAIGHT = {"“": '"', "”": '"', "‘": "'", "’": "'"}

#: A passage, and which values fill its slots, to the cases that a change makes of it.
Change = Callable[[str, int], Iterator[Changed]]


@cache
def passages() -> tuple[str, ...]:
    """The passages with slots, which carry no marks."""
    lines = (DATA / "passages.txt").read_text("utf-8").splitlines()
    return tuple(line.replace("\\n", "\n") for line in lines if line and line[0] != "#")


def invariance_behaviours() -> list[Behaviour]:
    """A behaviour for each change."""
    changes: list[tuple[str, str, Change]] = [
        ("country", "Another country", partial(_swapped, "country")),
        ("official", "Another person's name", partial(_swapped, "person")),
        ("agreement", "Another agreement", partial(_swapped, "agreement")),
        ("money", "Another amount", partial(_swapped, "amount")),
        ("spans", "Another date", partial(_swapped, "date")),
        ("spans", "A neutral sentence in front", partial(_joined, True)),
        ("spans", "A neutral sentence at the end", partial(_joined, False)),
        ("spans", "Straight quotation marks for curly ones, and curly for straight", _quoted),
    ]
    return [
        Behaviour(
            INVARIANCE,
            capability,
            name,
            tuple(
                case
                for passage in passages()
                for turn in range(ORIGINALS)
                for case in change(passage, zlib.crc32(passage.encode()) + turn)
            ),
        )
        for capability, name, change in changes
    ]


def _filled(passage: str, turn: int) -> tuple[str, list[Place]]:
    return fill(passage, shared_lists(), dict.fromkeys(shared_lists(), turn))


def _swapped(name: str, passage: str, turn: int) -> Iterator[Changed]:
    if name not in lists_in(passage):
        return
    text, places = _filled(passage, turn)
    for swap in range(1, SWAPS + 1):
        # in steps of ORIGINALS, so that no other original of the passage comes again
        other, others = _filled(passage, turn + ORIGINALS * swap)
        yield Changed(
            text,
            tuple(
                Edit(old.start, old.end, other[new.start : new.end])
                for old, new in zip(places, others, strict=True)
                if old.list == name
            ),
        )


def _joined(in_front: bool, passage: str, turn: int) -> Iterator[Changed]:
    text, _ = _filled(passage, turn)
    sentences = shared_lists()["sentence"]
    sentence = sentences[turn % len(sentences)]["sentence"]
    end = len(text)
    yield Changed(
        text, (Edit(0, 0, f"{sentence}\n") if in_front else Edit(end, end, f"\n{sentence}"),)
    )


def _quoted(passage: str, turn: int) -> Iterator[Changed]:
    text, _ = _filled(passage, turn)
    edits = tuple(
        Edit(offset, offset + 1, _other_quote(text, offset))
        for offset, character in enumerate(text)
        if character in "\"'" or character in _STRAIGHT
    )
    if edits:
        yield Changed(text, edits)


def _other_quote(text: str, offset: int) -> str:
    character = text[offset]
    if character in _STRAIGHT:
        return _STRAIGHT[character]
    opens = offset == 0 or text[offset - 1].isspace()
    pair = "“”" if character == '"' else "‘’"
    return pair[0] if opens else pair[1]

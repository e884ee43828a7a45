"""Where sentences end, as far as their marks tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from geoner.words import context

#: Abbreviations after which a capital letter begins no sentence.
_SHORT = context("abbreviation")
# looks back, so that a long run of points is tried once and not from each of its points
_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’)\]]*(?:[ \t]*\n+|(?=\s))|\n+")
_LAST_WORD = re.compile(r"[\w.]+\Z")
_NEXT = re.compile(r"\s+[\"'“‘(\[]*(\w)")

#: A text without marks is cut at this many characters, so that no sentence holds everything.
LONGEST = 2000


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of a text as offsets, in order; together they cover it.

    A sentence ends at a line break, or at ".", "!", "?" or "…" (and closing quotes and brackets)
    before white space, unless a lower-case letter follows, or a single point stands after initials
    ("U.S.", "J."), an abbreviation ("Mr.", "Sen.") as listed here, or the number of a line ("1.").
    """
    start = 0
    for match in _END.finditer(text):
        if match[0].endswith("\n") or _ends(text, match):
            yield from _cut(start, match.end())
            start = match.end()
    yield from _cut(start, len(text))


def _cut(start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST:
        yield start, start + LONGEST
        start += LONGEST
    if start < end:
        yield start, end


def _ends(text: str, match: re.Match[str]) -> bool:
    following = _NEXT.match(text, match.end())
    if following is not None and following[1].islower():
        return False
    if match[0] != ".":
        return True
    before = _LAST_WORD.search(text, max(0, match.start() - 20), match.start())
    if before is None:
        return True
    word = before[0]
    if word[-1].isdigit():  # an amount or a year, unless it numbers what follows
        return bool(text[text.rfind("\n", 0, match.start()) + 1 : before.start()].strip())
    return not ("." in word or len(word) == 1 or word.lower() in _SHORT)

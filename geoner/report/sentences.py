"""The sentence around a mention, for reading."""

from __future__ import annotations

import re

#: Characters shown before and after a mention at most.
REACH = 240

# after a full stop, and before what begins a sentence
_BORDER = re.compile(r"""[.!?…]["'”’»)\]]*\s+(?=["'“‘«(\[]*[^\W_a-z])""")
# "Gen.", "U.S.", "Mr.", "J.": more often within a sentence than at its end
_SHORT = re.compile(r"(?:^|[\s(“\"])(?:[^\W\d_]\.)*[^\W\d_a-z][a-z]{0,4}\.\s+$")


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Start and end of the sentence, or sentences, that a stretch of text stands in.

    Full stops after short names are taken for abbreviations, and paragraphs end sentences; of a
    long sentence it is the part of `REACH` characters on both sides, at whole words.
    """
    low = max(text.rfind("\n", 0, start) + 1, start - REACH)
    if low == start - REACH > 0:
        low = _forward_to_word(text, low, start)
    for border in _BORDER.finditer(text, low, start):
        if not _SHORT.search(text, low, border.end()):
            low = border.end()
    line_end = text.find("\n", end)
    high = min(len(text) if line_end < 0 else line_end, end + REACH)
    if high == end + REACH < len(text):
        high = max(end, text.rfind(" ", end, high))
    # the stop of a sentence may be the last character of the mention
    for border in _BORDER.finditer(text, max(start, end - 1), high):
        if border.end() > end and not _SHORT.search(text, max(start, low), border.end()):
            return low, max(end, high if border.end() > high else border.end())
    return low, high


def _forward_to_word(text: str, low: int, start: int) -> int:
    space = text.find(" ", low, start)
    return start if space < 0 else space + 1

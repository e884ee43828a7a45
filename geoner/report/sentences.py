"""The sentence around a mention, for reading."""

from __future__ import annotations

import re

#: Characters shown before and after a mention at most.
REACH = 240

#: Characters of the longest title or row of initials that no sentence ends after.
_TITLE = 60

# a full stop, and after it what begins a sentence
_BORDER = re.compile(r"""[.!?…]["'”’»)\]]*\s+(?=["'“‘«(\[]*[^\W_a-z])""")
# "J.", "U.S.", and titles, which stand before names
_SHORT = re.compile(
    r"\b(?:(?:[^\W\d_]\.)*[^\W\d_a-z]|Adm|Amb|Capt|Col|Dr|Gen|Gov|Hon|Lt|Maj|Mr|Mrs|Ms|Mt|No|Prof"
    r"|Rep|Rev|Sen|Sgt|St)\.\s+$"
)


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Start and end of the sentence, or sentences, that a stretch of text stands in.

    Paragraphs end sentences, and full stops that no capital follows or that stand after a title
    or an initial do not; of a long sentence it is the part of `REACH` characters on both sides,
    at whole words.
    """
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    low, high = max(line_start, start - REACH), end + REACH
    if low > line_start:
        low = text.find(" ", low, start) + 1 or start
    if line_end < 0:
        line_end = len(text)
    high = line_end if high >= line_end else max(end, text.rfind(" ", end, high))
    for border in _BORDER.finditer(text, low, high):
        if _SHORT.search(text, max(low, border.end() - _TITLE), border.end()):
            continue
        if border.end() <= start:
            low = border.end()
        elif border.end() >= end:
            return low, border.end()
    return low, high

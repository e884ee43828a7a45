"""Text that another program shows: a terminal must not obey what stands in an article.

What steers a terminal are control characters (ECMA-48), of which some begin with one character
beyond ASCII, and the marks that turn the direction of writing (Unicode Annex 9), with which a
text can look like another. Half of a surrogate pair steers nothing, but has no UTF-8.
"""

from __future__ import annotations

import json
import re
from typing import Any

_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_STEERING = re.compile(f"[\0-\x08\x0b-\x1f\x7f-\x9f{_DIRECTION}\ud800-\udfff]")

#: What JSON leaves as it is, and a terminal would not; line ends of JavaScript besides.
_BEYOND_JSON = re.compile(f"[\x7f-\x9f{_DIRECTION}\u2028\u2029\ud800-\udfff]")


def visible(text: str) -> str:
    """A text for a terminal: what would steer it is written out, as in ``\\x1b``; tabs and line
    breaks stay."""
    return _STEERING.sub(lambda match: ascii(match[0])[1:-1], text)


def json_text(data: Any, indent: int | None = None) -> str:
    """Data as JSON that any terminal may show and any file can hold. Characters outside ASCII
    stay as they are, save those that steer a terminal or have no UTF-8, which are escaped."""
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    return _BEYOND_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)

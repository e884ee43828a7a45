"""What any page needs: text that is safe in it, and a frame that allows nothing but its own."""

from __future__ import annotations

import base64
import hashlib
import html
import re

from geoner.render.text import printable

# what no HTML file can hold: NUL and halves of surrogate pairs
_IMPOSSIBLE = re.compile("[\0\ud800-\udfff]")

#: What comes after the body of a page.
PAGE_END = "</body>\n</html>\n"


def page_start(title: str, style: str, script: str) -> str:
    """What comes before the body of a page. Its content security policy names the hashes of
    style and script, so that a browser runs them and nothing else, and loads nothing.

    Args:
        title: What the browser calls the page; of a long one, the first words.
        style: Rules below ``.geoner``, the class of the body.
        script: What the page runs.
    """
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escaped(_first_words(title))}</title>\n<style>{style}</style>\n"
        f"<script>{script}</script>\n</head>\n"
        '<body class="geoner">\n'
    )


def escaped(text: str) -> str:
    """A text for a browser, in an element or in a quoted attribute.

    The browser gives every character back, but U+FFFD for NUL and for lone surrogates.
    """
    # parsers turn a bare carriage return into a line feed
    possible = _IMPOSSIBLE.sub("\N{REPLACEMENT CHARACTER}", text)
    return html.escape(possible).replace("\r", "&#13;")


def _first_words(text: str, length: int = 60) -> str:
    words = printable(text[: 4 * length])
    return words if len(words) <= length else words[:length].rsplit(" ", 1)[0] + "…"


def _hash(content: str) -> str:
    """The source expression that allows an inline style or script of this content.

    Source: Content Security Policy Level 3, section 2.3.1.
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"

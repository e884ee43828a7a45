"""Whether a text of a benchmark was taken from an article."""

import re


def words(text):
    """The words of a text, in lower case; hyphens and apostrophes part them too."""
    return re.findall(r"\w+", text.lower())


def in_a_row(text, count):
    """Each run of so many words of a text."""
    found = words(text)
    return {tuple(found[i : i + count]) for i in range(len(found) - count + 1)}

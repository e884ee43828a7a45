"""Changes that texts meet on their way, as edits, so that the labels of an article follow."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from geoner import Article, Document
from geoner.articles import Edit, apply_edits
from geoner.sentences import sentences

#: A change: the edits of an article, drawn with a generator where there is a choice.
Change = Callable[[Article, random.Random], Iterator[Edit]]

#: Width at which lines are wrapped, in characters.
LINE = 60

#: Share of the line ends at which a word is broken, if it can be.
BROKEN = 0.7

#: Where a word may be broken: before a consonant with its vowel, after a vowel or a consonant
#: that has one, as typesetters mostly do in English.
_SYLLABLE = re.compile(
    r"(?<=[a-z][aeiouy])(?=[b-df-hj-np-tv-z][aeiouy][a-z])"
    r"|(?<=[aeiouy][b-df-hj-np-tv-z])(?=[b-df-hj-np-tv-z][aeiouy][a-z])",
    re.IGNORECASE,
)

_WORD = re.compile(r"[^\W\d_]{4,}")
_END_MARK = re.compile(r"[.!?…]+(?=[\"'”’)\]]*\s*\Z)")
_OPENING = re.compile(r"(?<![^\s(\[{“‘—–-])[\"']")

_ENTITIES = {"&": "&amp;", '"': "&quot;", "'": "&#39;", "<": "&lt;", ">": "&gt;"}
_INLINE_TAGS = (
    ("<b>", "</b>"),
    ("<em>", "</em>"),
    ('<a href="/topics/world?src=body">', "</a>"),
    ('<span class="hl" data-track="inline">', "</span>"),
    ("<!-- ad -->", ""),
    ("", "<br/>"),
)
_BLOCKS = (
    '<script>window.adq = window.adq || []; adq.push({slot: "mid-3"});</script>',
    '<div class="share-bar" data-id="88213"><span>Share</span></div>',
    "<!-- /paragraph --><style>.promo{margin:0 auto}</style>",
    'var tracker = {"page": "story", "depth": 2};',
)


def changed(article: Article, change: Change, seed: str) -> Article:
    """An article after a change; its mentions stay labelled.

    Args:
        article: The article.
        change: One of `CHANGES`.
        seed: Of the choices; the article's id is added to it.
    """
    edits = change(article, random.Random(f"{seed} {article.id}"))
    spans = [(entity.start, entity.end, entity.label) for entity in article.document.entities]
    text, moved = apply_edits(article.text, spans, edits)
    kept = [(start, end, label, 1.0) for start, end, label in moved]
    return replace(article, document=Document.from_spans(text, kept))


def _by_character(convert: Callable[[str], str]) -> Change:
    """A change of each character by itself, whatever length it then has."""

    def edits(article: Article, _: random.Random) -> Iterator[Edit]:
        for position, character in enumerate(article.text):
            new = convert(character)
            if new != character:
                yield Edit(position, position + 1, new)

    return edits


_STRAIGHT = str.maketrans("“”„‘’", '"""\'\'')


def _straight(character: str) -> str:
    return character.translate(_STRAIGHT)


def curly_quotes(article: Article, _: random.Random) -> Iterator[Edit]:
    """Straight quotes and apostrophes become typographic ones."""
    text = article.text
    opening = {match.start() for match in _OPENING.finditer(text)}
    for match in re.finditer("[\"']", text):
        pair = "“”" if match[0] == '"' else "‘’"
        yield Edit(match.start(), match.end(), pair[match.start() not in opening])


def _typos(inside: bool) -> Change:
    """One mistyped word a sentence, in a mention or outside of all."""

    def edits(article: Article, rng: random.Random) -> Iterator[Edit]:
        mentions = [(entity.start, entity.end) for entity in article.document.entities]

        def fits(word: re.Match[str]) -> bool:
            if inside:
                return any(s <= word.start() and word.end() <= e for s, e in mentions)
            return all(word.end() <= s or e <= word.start() for s, e in mentions)

        for start, end in sentences(article.text):
            words = list(filter(fits, _WORD.finditer(article.text, start, end)))
            if words:
                yield _typo(rng.choice(words), rng)

    return edits


def _typo(word: re.Match[str], rng: random.Random) -> Edit:
    """Two letters swapped, or one dropped or doubled; the first letter stays."""
    letters = word[0]
    kind = rng.choice(("swap", "drop", "double"))
    unlike = [i for i in range(1, len(letters) - 1) if letters[i] != letters[i + 1]]
    if kind == "swap" and unlike:
        i = rng.choice(unlike)
        new = letters[i + 1] + letters[i]
        return Edit(word.start() + i, word.start() + i + 2, new)
    i = rng.randrange(1, len(letters))
    new = letters[i] * 2 if kind == "double" else ""
    return Edit(word.start() + i, word.start() + i + 1, new)


def no_end_marks(article: Article, _: random.Random) -> Iterator[Edit]:
    """Sentences lose the mark that ends them; the point of an abbreviation in a mention stays."""
    text = article.text
    for start, end in sentences(text):
        mark = _END_MARK.search(text[start:end])
        if mark is None:
            continue
        first, stop = start + mark.start(), start + mark.end()
        if not any(e.start < stop and first < e.end for e in article.document.entities):
            yield Edit(first, stop, "")


def html_residue(article: Article, rng: random.Random) -> Iterator[Edit]:
    """What a careless scraper leaves: tags around paragraphs, words and mentions, entities for
    quotes and some spaces, and crumbs of scripts between paragraphs."""
    text, mentions = article.text, article.document.entities
    lines = list(re.finditer(r"[^\n]+", text))
    for line in lines:
        yield Edit(line.start(), line.start(), rng.choice(("<p>", "<p>", '<p class="body">')))
    tagged = [(e.start, e.end) for e in mentions if rng.random() < 0.1] + [
        word.span()
        for word in re.finditer(r"\w+", text)
        if rng.random() < 0.03
        and not any(e.start < word.end() and word.start() < e.end for e in mentions)
    ]
    for start, end in tagged:
        opening, closing = rng.choice(_INLINE_TAGS)
        yield from (Edit(start, start, opening), Edit(end, end, closing))
    for character in re.finditer("[&\"'<> ]", text):
        new = _ENTITIES.get(character[0]) or ("&nbsp;" if rng.random() < 0.05 else "")
        if new:
            yield Edit(character.start(), character.end(), new)
    for line in lines:
        block = "\n" + rng.choice(_BLOCKS) if rng.random() < 0.3 else ""
        yield Edit(line.end(), line.end(), "</p>" + block)


def ocr_lines(article: Article, rng: random.Random) -> Iterator[Edit]:
    """Lines wrapped at `LINE` characters; where the next word can be broken, it mostly is."""
    for line in re.finditer(r"[^\n]+", article.text):
        column = 0
        for word in re.finditer(r"\S+", line[0]):
            start, length = line.start() + word.start(), len(word[0])
            if column == 0 or column + 1 + length <= LINE:
                column += bool(column) + length
                continue
            cut = _last_break(word[0], LINE - column - 2) if rng.random() < BROKEN else 0
            if cut:
                yield Edit(start + cut, start + cut, "-\n")
            else:
                yield Edit(start - 1, start, "\n")
            column = length - cut


def _last_break(word: str, room: int) -> int:
    """How many characters of a word stay on a line with room for that many; 0: none."""
    return max((gap.start() for gap in _SYLLABLE.finditer(word) if gap.start() <= room), default=0)


def one_paragraph(article: Article, _: random.Random) -> Iterator[Edit]:
    """Line breaks become spaces."""
    for gap in re.finditer(r"\s*\n\s*", article.text):
        yield Edit(gap.start(), gap.end(), " ")


def double_spaces(article: Article, _: random.Random) -> Iterator[Edit]:
    """Every space is doubled."""
    for space in re.finditer(" ", article.text):
        yield Edit(space.end(), space.end(), " ")


CHANGES: dict[str, Change] = {
    "lower case": _by_character(str.lower),
    "capitals": _by_character(str.upper),
    "straight quotes": _by_character(_straight),
    "curly quotes": curly_quotes,
    "typos outside mentions": _typos(inside=False),
    "typos in mentions": _typos(inside=True),
    "no end marks": no_end_marks,
    "HTML residue": html_residue,
    "OCR lines": ocr_lines,
    "one paragraph": one_paragraph,
    "double spaces": double_spaces,
}

"""Excerpts of labelled articles: a sentence, or two or three in a row, with nothing around them.

Headlines, captions, posts and quotations are read by themselves. Whole articles alone would teach
that there is always more to decide by.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from itertools import islice

from geoner.articles import Article
from geoner.document import Document
from geoner.schema import OFFICIAL
from geoner.sentences import sentences

#: The most sentences of an excerpt.
LONGEST = 3

#: Excerpts in a medley, at least and at most.
MEDLEY = (4, 9)


def excerpts(articles: Iterable[Article], each: int, seed: int) -> Iterator[Article]:
    """Up to `each` excerpts of each article, drawn by the seed.

    An excerpt holds no official whom an earlier sentence has introduced: there, it takes the
    article to know that the bare name is one.
    """
    rng = random.Random(seed)
    for article in articles:
        ends = list(sentences(article.text))
        runs = [
            (ends[first][0], ends[first + length - 1][1])
            for length in range(1, LONGEST + 1)
            for first in range(len(ends) - length + 1)
        ]
        rng.shuffle(runs)
        fitting = (run for run in runs if _stands_alone(article.document, *run))
        for number, (start, end) in enumerate(islice(fitting, each)):
            yield _cut(article, start, end, f"{article.id}@{number}")


def medleys(excerpts: Iterable[Article], seed: int) -> Iterator[Article]:
    """Excerpts of different articles one after the other, as in a corpus of sentences: what stands
    before a sentence need not have to do with it. Each excerpt stands in one of them."""
    rng = random.Random(seed)
    left = list(excerpts)
    rng.shuffle(left)
    while left:
        count = min(rng.randint(*MEDLEY), len(left))
        parts, left = left[:count], left[count:]
        text, spans = "", []
        for part in parts:
            text += " " if text else ""
            spans += [
                (len(text) + e.start, len(text) + e.end, e.label, e.score)
                for e in part.document.entities
            ]
            text += part.text
        yield Article(f"medley of {parts[0].id}", Document.from_spans(text, spans))


def _stands_alone(document: Document, start: int, end: int) -> bool:
    entities = document.entities
    cut = any(e.start < offset < e.end for e in entities for offset in (start, end))
    officials = [(e.start, e.text.split()[-1].casefold()) for e in entities if e.label == OFFICIAL]
    introduced = {name for place, name in officials if place < start}
    return not cut and not any(
        name in introduced for place, name in officials if start <= place < end
    )


def _cut(article: Article, start: int, end: int, name: str) -> Article:
    text = article.text[start:end]
    start += len(text) - len(text.lstrip())
    text = text.strip()
    spans = [
        (e.start - start, e.end - start, e.label, e.score)
        for e in article.document.entities
        if start <= e.start and e.end <= start + len(text)
    ]
    return Article(name, Document.from_spans(text, spans))

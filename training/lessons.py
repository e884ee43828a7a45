"""What the models learn from: gold and seed articles, changed copies of them, unlabelled texts."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import geoner
from geoner.tokenization import TextTokenizer
from training import augmentation
from training.datasheet import SEEDS
from training.distillation import labelled
from training.excerpts import excerpts, medleys
from training.loop import Window

#: Changed copies of each article.
COPIES = 2

#: Excerpts of each article, and of each copy.
EXCERPTS = 2

#: Windows of unlabelled text.
UNLABELLED = 1200


@dataclass(frozen=True, slots=True)
class Lessons:
    """Windows by where they come from.

    Attributes:
        gold: Of the real labelled articles.
        seeds: Of the seed articles.
        excerpts: Of a few sentences of either, by themselves and strung together.
        copies: Of their changed copies, and of excerpts of these.
        unlabelled: Of texts without labels; their targets say "O" throughout, and mean nothing.
        texts: The texts of the articles.
    """

    gold: list[Window]
    seeds: list[Window]
    excerpts: list[Window]
    copies: list[Window]
    unlabelled: list[Window]
    texts: list[str]

    @property
    def articles(self) -> list[Window]:
        """Windows of all labelled articles, and of excerpts of them."""
        return [*self.gold, *self.seeds, *self.excerpts]


def prepare(gold: Path, corpora: Iterable[Path], tokenizer: TextTokenizer, seed: int) -> Lessons:
    """Reads and encodes everything.

    Args:
        gold: Folder of train.jsonl.
        corpora: JSON Lines with a "text"; one whose "labelled_excerpt" is true is left out, since
            a part of it may stand in gold.
        tokenizer: The student's.
        seed: Of the choices.
    """
    real = geoner.read_articles(gold / "train.jsonl")
    seeds = geoner.read_articles(SEEDS, split="train")
    cut = excerpts((*real, *seeds), EXCERPTS, seed)
    strung = medleys(excerpts((*real, *seeds), EXCERPTS, seed + 1), seed)
    copies = [*_changed(real, seed), *_changed(seeds, seed)]
    return Lessons(
        gold=labelled(real, tokenizer),
        seeds=labelled(seeds, tokenizer),
        excerpts=labelled((*cut, *strung), tokenizer),
        copies=labelled((*copies, *excerpts(copies, EXCERPTS, seed)), tokenizer),
        unlabelled=_unlabelled(corpora, tokenizer, seed),
        texts=[article.text for article in (*real, *seeds)],
    )


def _changed(articles: Sequence[geoner.Article], seed: int) -> Iterable[geoner.Article]:
    persons = augmentation.find_persons(articles)
    return augmentation.variants(articles, persons, COPIES, seed)


def _unlabelled(corpora: Iterable[Path], tokenizer: TextTokenizer, seed: int) -> list[Window]:
    texts = []
    for path in corpora:
        with path.open(encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        texts += [row["text"] for row in rows if not row.get("labelled_excerpt")]
    rng = random.Random(seed)
    chosen = rng.sample(texts, min(UNLABELLED, len(texts)))
    articles = [
        geoner.Article(str(number), geoner.Document.from_spans(text, []))
        for number, text in enumerate(chosen)
    ]
    windows = labelled(articles, tokenizer)
    return rng.sample(windows, min(UNLABELLED, len(windows)))

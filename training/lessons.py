"""What the models learn from: gold and seed articles, changed copies of them, unlabelled texts."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import geoner
from geoner.tokenization import TextTokenizer
from training import augmentation
from training.datasheet import SEEDS
from training.distillation import labelled
from training.excerpts import excerpts, medleys
from training.loop import Window
from training.passages import labelled_passages, read_passages

#: Changed copies of each article.
COPIES = 2

#: Excerpts of each article, and of each copy.
EXCERPTS = 2

#: Windows of unlabelled text.
UNLABELLED = 1200

#: A line of more characters stands in two articles only where one quotes the other.
_LONG = 60


@dataclass(frozen=True, slots=True)
class Lessons:
    """Windows by where they come from.

    Attributes:
        gold: Of the real labelled articles.
        passages: Of the labelled passages of the corpora.
        seeds: Of the seed articles.
        excerpts: Of a few sentences of these, by themselves and strung together.
        copies: Of their changed copies, and of excerpts of these.
        unlabelled: Of texts without labels; their targets say "O" throughout, and mean nothing.
        texts: The texts of the articles.
    """

    gold: list[Window]
    passages: list[Window]
    seeds: list[Window]
    excerpts: list[Window]
    copies: list[Window]
    unlabelled: list[Window]
    texts: list[str]

    @property
    def articles(self) -> list[Window]:
        """Windows of all labelled articles, and of excerpts of them."""
        return [*self.gold, *self.passages, *self.seeds, *self.excerpts]


def prepare(gold: Path, corpora: Iterable[Path], tokenizer: TextTokenizer, seed: int) -> Lessons:
    """Reads and encodes everything.

    Args:
        gold: Folder of train.jsonl, dev.jsonl and test.jsonl.
        corpora: JSON Lines with an "id" and a "text".
        tokenizer: The student's.
        seed: Of the choices.
    """
    real = geoner.read_articles(gold / "train.jsonl")
    texts = dict(unseen(texts_of(corpora), gold))
    learned, held_back = read_passages("train"), read_passages("dev")
    passages = list(labelled_passages(learned, texts))
    seeds = geoner.read_articles(SEEDS, split="train")
    everything = (*real, *passages, *seeds)
    cut = excerpts(everything, EXCERPTS, seed)
    strung = medleys(excerpts(everything, EXCERPTS, seed + 1), seed)
    copies = [*_changed((*real, *passages), seed), *_changed(seeds, seed)]
    known = {passage.text_id for passage in (*learned, *held_back)}
    return Lessons(
        gold=labelled(real, tokenizer),
        passages=labelled(passages, tokenizer),
        seeds=labelled(seeds, tokenizer),
        excerpts=labelled((*cut, *strung), tokenizer),
        copies=labelled((*copies, *excerpts(copies, EXCERPTS, seed)), tokenizer),
        unlabelled=_unlabelled(
            [text for name, text in texts.items() if name not in known], tokenizer, seed
        ),
        texts=[article.text for article in everything],
    )


def unseen(texts: Iterable[tuple[str, str]], gold: Path) -> Iterator[tuple[str, str]]:
    """Those of some texts, pairs of id and text, that nothing is measured on: none has the id of an
    article of dev or test, or of one a part of which is one, or a long line of such an article."""
    measured = [
        article
        for split in ("dev", "test")
        for article in geoner.read_articles(gold / f"{split}.jsonl")
    ]
    names = {article.id.partition("#")[0] for article in measured}
    lines = {line for article in measured for line in _long_lines(article.text)}
    for name, text in texts:
        if name not in names and lines.isdisjoint(_long_lines(text)):
            yield name, text


def _long_lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if len(line) > _LONG)


def texts_of(corpora: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Id and text of every unlabelled text, but those of which a part may stand in gold."""
    for path in corpora:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if not row.get("labelled_excerpt"):
                    yield row["id"], row["text"]


def _changed(articles: Sequence[geoner.Article], seed: int) -> Iterable[geoner.Article]:
    persons = augmentation.find_persons(articles)
    return augmentation.variants(articles, persons, COPIES, seed)


def _unlabelled(texts: Sequence[str], tokenizer: TextTokenizer, seed: int) -> list[Window]:
    rng = random.Random(seed)
    chosen = rng.sample(texts, min(UNLABELLED, len(texts)))
    articles = [
        geoner.Article(str(number), geoner.Document.from_spans(text, []))
        for number, text in enumerate(chosen)
    ]
    windows = labelled(articles, tokenizer)
    return rng.sample(windows, min(UNLABELLED, len(windows)))

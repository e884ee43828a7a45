"""Rebuilds the shipped model from gold and seed articles: python -m training --gold DIR"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import geoner
from geoner.extractor import SHIPPED_MODEL
from training import augmentation, base, card
from training.datasheet import SEEDS


@dataclass(frozen=True, slots=True)
class Round:
    """First on changed copies, which are many; then on the articles themselves, which are right.

    Attributes:
        gold_copies: Changed copies of a gold article.
        seed_copies: Changed copies of a seed article.
        on_copies: How the copies are learned.
        on_articles: How the articles are.
    """

    gold_copies: int
    seed_copies: int
    on_copies: geoner.Hyperparameters
    on_articles: geoner.Hyperparameters


def _settings(epochs: int, learning_rate: float) -> geoner.Hyperparameters:
    return geoner.Hyperparameters(
        epochs=epochs, learning_rate=learning_rate, batch_size=8, bfloat16=True
    )


FROM_ENCODER = Round(7, 4, _settings(2, 2e-4), _settings(4, 1e-4))
FROM_MODEL = Round(2, 2, _settings(1, 1e-4), _settings(3, 1e-4))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--gold", type=Path, required=True, help="folder of train, dev, test.jsonl")
    parser.add_argument("--output", type=Path, default=SHIPPED_MODEL, help="the model folder")
    parser.add_argument("--work", type=Path, default=Path("build/training"), help="for checkpoints")
    parser.add_argument(
        "--start", type=Path, metavar="MODEL", help="a model to train further, not the encoder"
    )
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--resume", action="store_true", help="go on after an interruption")
    options = parser.parse_args()

    start = options.start or base.fetch(options.work / "base")
    plan = FROM_MODEL if options.start else FROM_ENCODER
    gold = geoner.read_articles(options.gold / "train.jsonl")
    seeds = geoner.read_articles(SEEDS, split="train")
    dev = geoner.read_articles(options.gold / "dev.jsonl")
    first, second = options.work / "on-copies", options.work / "on-articles"
    if not (options.resume and first.exists()):
        copies: list[geoner.Article] = []
        for articles, number in ((gold, plan.gold_copies), (seeds, plan.seed_copies)):
            persons = augmentation.find_persons(articles)
            copies += augmentation.variants(articles, persons, number, options.seed)
        _finetune(options, copies, dev, first, start, plan.on_copies)
    _finetune(options, [*gold, *seeds], dev, second, first, plan.on_articles)
    card.write(second, options.gold, options.output)


def _finetune(
    options: argparse.Namespace,
    train: Iterable[geoner.Article],
    dev: Iterable[geoner.Article],
    output: Path,
    start: Path,
    hyperparameters: geoner.Hyperparameters,
) -> None:
    figures = geoner.finetune(
        train,
        dev,
        output,
        base=start,
        hyperparameters=replace(hyperparameters, seed=options.seed),
        resume=options.resume,
        force=True,
    )
    print(f"{output.name}: on dev: {figures}", flush=True)


if __name__ == "__main__":
    main()

"""Rebuilds the shipped model from gold and seed articles: python -m training --gold DIR"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import geoner
from geoner.extractor import SHIPPED_MODEL
from training import augmentation, base, card
from training.datasheet import SEEDS

#: First on changed copies, which are many; then on the articles themselves, which are right.
ON_COPIES = geoner.Hyperparameters(epochs=2, learning_rate=2e-4)
ON_ARTICLES = geoner.Hyperparameters(epochs=4, learning_rate=1e-4)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--gold", type=Path, required=True, help="folder of train, dev, test.jsonl")
    parser.add_argument("--output", type=Path, default=SHIPPED_MODEL, help="the model folder")
    parser.add_argument("--work", type=Path, default=Path("build/training"), help="for checkpoints")
    parser.add_argument("--copies", type=int, default=7, help="changed copies of a gold article")
    parser.add_argument("--seed-copies", type=int, default=4, help="and of a seed article")
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--resume", action="store_true", help="go on after an interruption")
    options = parser.parse_args()

    encoder = base.fetch(options.work / "base")
    gold = geoner.read_articles(options.gold / "train.jsonl")
    seeds = geoner.read_articles(SEEDS, split="train")
    dev = geoner.read_articles(options.gold / "dev.jsonl")
    first, second = options.work / "on-copies", options.work / "on-articles"
    if not (options.resume and first.exists()):
        copies: list[geoner.Article] = []
        for articles, number in ((gold, options.copies), (seeds, options.seed_copies)):
            persons = augmentation.find_persons(articles)
            copies += augmentation.variants(articles, persons, number, options.seed)
        _finetune(options, copies, dev, first, encoder, ON_COPIES)
    _finetune(options, [*gold, *seeds], dev, second, first, ON_ARTICLES)
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

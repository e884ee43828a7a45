"""Rebuilds the shipped model: python -m training --gold DIR"""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path

import geoner
from geoner.extractor import SHIPPED_MODEL
from training import augmentation, base, card


def main() -> None:
    defaults = geoner.Hyperparameters(epochs=3, learning_rate=2e-4)
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--gold", type=Path, required=True, help="folder of train, dev, test.jsonl")
    parser.add_argument("--output", type=Path, default=SHIPPED_MODEL, help="the model folder")
    parser.add_argument("--work", type=Path, default=Path("build/training"), help="for checkpoints")
    parser.add_argument("--copies", type=int, default=6, help="changed copies of each article")
    for field in fields(defaults):
        value = getattr(defaults, field.name)
        option = "--" + field.name.replace("_", "-")
        parser.add_argument(option, type=type(value), default=value, help="default: %(default)s")
    parser.add_argument("--resume", action="store_true", help="go on after an interruption")
    options = parser.parse_args()
    hyperparameters = geoner.Hyperparameters(
        **{field.name: getattr(options, field.name) for field in fields(defaults)}
    )

    encoder = base.fetch(options.work / "base")
    articles = geoner.read_articles(options.gold / "train.jsonl")
    persons = augmentation.find_persons(articles)
    variants = augmentation.variants(articles, persons, options.copies, hyperparameters.seed)
    draft = options.work / "model"
    figures = geoner.finetune(
        [*articles, *variants],
        options.gold / "dev.jsonl",
        draft,
        base=encoder,
        hyperparameters=hyperparameters,
        resume=options.resume,
        force=True,
    )
    print("best epoch on dev, by word:", figures)
    card.write(draft, options.gold, options.output)


if __name__ == "__main__":
    main()

"""The mean of the weights of models that were trained from one start.

python -m training.average build/a/model=0.7 geoner/model=0.3 --gold GOLD --output build/mean

Source: Wortsman et al. (2022), "Model soups" and "Robust fine-tuning of zero-shot models".
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import torch
from transformers import PreTrainedModel

import geoner
from geoner.export import write_model
from geoner.schema import LABELS
from geoner.tokenization import TextTokenizer
from geoner.trainer import load_for_training
from training import base, calibration
from training.datasheet import SEEDS


def average(shares: Mapping[Path, float]) -> PreTrainedModel:
    """A model whose weights are the mean of those of model folders.

    Args:
        shares: How much each counts, by folder; they need not add up to 1.

    Raises:
        ModelError: if a folder is no model.
        ValueError: if models differ in shape, or the shares add up to nothing.
    """
    total = sum(shares.values())
    if total <= 0:
        raise ValueError("the shares add up to nothing")
    models = [load_for_training(folder, LABELS, base.SETTINGS, 0) for folder in shares]
    states = [model.state_dict() for model in models]
    shapes = [{name: tensor.shape for name, tensor in state.items()} for state in states]
    if any(shape != shapes[0] for shape in shapes):
        raise ValueError("models of different shapes have no mean")
    weights = [share / total for share in shares.values()]
    with torch.no_grad():
        for name, tensor in states[0].items():
            if tensor.is_floating_point():
                parts = zip(weights, states, strict=True)
                tensor.copy_(torch.stack([weight * state[name] for weight, state in parts]).sum(0))
    return models[0]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.average", description=__doc__)
    parser.add_argument("models", nargs="+", metavar="FOLDER=SHARE", type=_share)
    parser.add_argument(
        "--gold", type=Path, required=True, help="folder with train.jsonl and dev.jsonl"
    )
    parser.add_argument("--output", type=Path, required=True, help="the model folder")
    parser.add_argument("--corpora", type=Path, nargs="*", default=[], metavar="TEXTS.jsonl")
    options = parser.parse_args()
    model = average(dict(options.models))
    first, _ = options.models[0]
    tokenizer = TextTokenizer.from_pretrained(first, base.SETTINGS)
    articles = [
        *geoner.read_articles(options.gold / "train.jsonl"),
        *geoner.read_articles(SEEDS, split="train"),
    ]
    base.set_reading(model)
    write_model(model, tokenizer, [article.text for article in articles], options.output)
    calibration.calibrate(
        options.output,
        geoner.read_articles(options.gold / "dev.jsonl"),
        calibration.more_articles(options.gold, options.corpora),
    )


def _share(said: str) -> tuple[Path, float]:
    folder, _, share = said.rpartition("=")
    if not folder:
        raise argparse.ArgumentTypeError(f"{said!r} is not FOLDER=SHARE")
    return Path(folder), float(share)


if __name__ == "__main__":
    main()

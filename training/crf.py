"""Scores of tag pairs, learned on top of a trained model: a linear-chain conditional random field
whose emissions are the model's. The shipped models have none.

python -m training.crf --gold DIR

learns them for the shipped model from gold train and the seed articles, and measures it on dev with
them and without.

Source: Lafferty et al. (2001), "Conditional Random Fields".
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

import geoner
from geoner.decoding import FloatArray, Iob2Decoder
from geoner.extractor import SHIPPED_MODEL, Extractor
from geoner.schema import LABELS
from geoner.tokenization import TextTokenizer
from geoner.trainer import load_for_training
from training import base
from training.datasheet import SEEDS
from training.distillation import TAGS, Student, labelled
from training.loop import IGNORED, Window, as_model, collate

#: Windows that the command learns from.
LEARNED = 400

_EPOCHS = 4
_WINDOWS = 16
_LEARNING_RATE = 0.05


class PairDecoder(Iob2Decoder):
    """Takes the best of all paths by the tags' scores and those of neighbouring tags.

    Args:
        tags: As in `Iob2Decoder`.
        pairs: Scores ``(tags, tags)`` of a tag, by row, before another one.
    """

    def __init__(self, tags: Sequence[str], pairs: torch.Tensor) -> None:
        super().__init__(tags)
        self._pairs = pairs.numpy()

    def best_path(self, scores: FloatArray) -> npt.NDArray[np.int64]:
        """The tags, shape ``(words,)``."""
        best, back = scores[0], []
        for row in scores[1:]:
            reached = best[:, None] + self._pairs
            back.append(reached.argmax(axis=0))
            best = reached.max(axis=0) + row
        path = [int(best.argmax())]
        for pointers in reversed(back):
            path.append(int(pointers[path[-1]]))
        return np.asarray(path[::-1], dtype=np.int64)


def learned_pairs(model: torch.nn.Module, windows: Sequence[Window]) -> torch.Tensor:
    """Scores of pairs that make the labels of the windows likeliest, shape ``(tags, tags)``.

    Args:
        model: Called as `training.loop.fit` calls it; it stays as it is.
        windows: Windows whose targets are labels.
    """
    batches = [windows[at : at + _WINDOWS] for at in range(0, len(windows), _WINDOWS)]
    read = [_words(model, batch) for batch in batches]
    tags = read[0][0].shape[-1]
    pairs = torch.zeros(tags, tags, requires_grad=True)
    optimizer = torch.optim.Adam([pairs], lr=_LEARNING_RATE)
    for _ in range(_EPOCHS):
        for emissions, labels, lengths in read:
            loss = -likelihood(pairs, emissions, labels, lengths).mean()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    return pairs.detach()


def likelihood(
    pairs: torch.Tensor, emissions: torch.Tensor, labels: torch.Tensor, lengths: torch.Tensor
) -> torch.Tensor:
    """Log-likelihood of each row's labels, shape ``(rows,)``.

    Args:
        pairs: Shape ``(tags, tags)``.
        emissions: Shape ``(rows, words, tags)``.
        labels: Tags, shape ``(rows, words)``.
        lengths: Words in each row, at least one, shape ``(rows,)``.
    """
    there = torch.arange(labels.shape[1]) < lengths[:, None]
    of_tags = emissions.gather(2, labels[..., None])[..., 0] * there
    of_pairs = pairs[labels[:, :-1], labels[:, 1:]] * there[:, 1:]
    everything = emissions[:, 0]
    for at in range(1, labels.shape[1]):
        reached = (everything[:, :, None] + pairs).logsumexp(dim=1) + emissions[:, at]
        everything = torch.where(there[:, at, None], reached, everything)
    return of_tags.sum(dim=1) + of_pairs.sum(dim=1) - everything.logsumexp(dim=1)


def _words(
    model: torch.nn.Module, windows: Sequence[Window]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Log-probabilities and labels of the words of some windows, and how many each has."""
    inputs, targets = collate(windows)
    model.eval()
    with torch.inference_mode():
        logits = model(**inputs).float().log_softmax(dim=-1)
    counted = targets[..., 0] != IGNORED
    rows = [(logits[row, counted[row]], targets[row, counted[row]]) for row in range(len(windows))]
    rows = [(scores, labels) for scores, labels in rows if len(scores)]
    pad = torch.nn.utils.rnn.pad_sequence
    return (
        pad([scores.clone() for scores, _ in rows], batch_first=True),
        pad([labels.argmax(dim=-1) for _, labels in rows], batch_first=True),
        torch.tensor([len(scores) for scores, _ in rows]),
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.crf", description=__doc__)
    parser.add_argument("--gold", type=Path, required=True, help="folder of train and dev.jsonl")
    options = parser.parse_args()
    tokenizer = TextTokenizer.from_pretrained(SHIPPED_MODEL, base.SETTINGS)
    model = Student(load_for_training(SHIPPED_MODEL, LABELS, base.SETTINGS, 0))
    articles = [
        *geoner.read_articles(options.gold / "train.jsonl"),
        *geoner.read_articles(SEEDS, split="train"),
    ]
    windows = random.Random(0).sample(labelled(articles, tokenizer), LEARNED)
    pairs = learned_pairs(model, windows)
    for name, dev in (
        ("gold dev", geoner.read_articles(options.gold / "dev.jsonl")),
        ("seeds dev", geoner.read_articles(SEEDS, split="dev")),
    ):
        for what, decoder in (
            ("valid paths only", Iob2Decoder(TAGS)),
            ("scores of tag pairs", PairDecoder(TAGS, pairs)),
        ):
            evaluation = geoner.evaluate(Extractor(tokenizer, as_model(model), decoder), dev)
            figure = 100 * evaluation["micro avg"]["f1-score"]
            print(f"{name:<10}  {what:<20}  micro-F1 {figure:.1f}", flush=True)


if __name__ == "__main__":
    main()

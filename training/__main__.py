"""Rebuilds the shipped model from gold and seed articles: python -m training --gold DIR"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import geoner
from geoner.export import write_model
from geoner.extractor import SHIPPED_MODEL
from geoner.tokenization import TextTokenizer
from training import base, calibration, card, teacher
from training.distillation import extractor_of, student, taught
from training.lessons import prepare
from training.loop import Schedule, Window
from training.pruning import Size

SCHEDULE = Schedule(learning_rate=2e-4)

#: Passes over the articles, which are right; one over their changed copies, which are many, comes
#: before.
EPOCHS = 4


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--gold", type=Path, required=True, help="folder of train, dev, test.jsonl")
    parser.add_argument(
        "--corpora", type=Path, nargs="*", default=[], help="JSON Lines of unlabelled texts"
    )
    parser.add_argument("--output", type=Path, default=SHIPPED_MODEL, help="the model folder")
    parser.add_argument("--work", type=Path, default=Path("build/training"), help="for checkpoints")
    parser.add_argument(
        "--start", type=Path, metavar="MODEL", help="a model to train further, not the encoder"
    )
    parser.add_argument(
        "--teacher", type=Path, metavar="MODEL", help="a model that teaches, not the larger one"
    )
    parser.add_argument(
        "--layers",
        type=int,
        help="keep the first ones only, and write ONNX alone: the fast model",
    )
    parser.add_argument("--heads", type=int, help="keep so many in each layer, those that matter")
    parser.add_argument("--neurons", type=int, help="of each feed-forward layer, likewise")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="passes over the articles")
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--resume", action="store_true", help="go on after an interruption")
    options = parser.parse_args()
    if options.start is None and (options.heads or options.neurons):
        parser.error("--heads and --neurons need --start, a model that has learned what matters")

    work: Path = options.work
    checkpoint = work / "student.pt"
    if not options.resume:
        for path in (work / teacher.CHECKPOINT, checkpoint):
            path.unlink(missing_ok=True)
    encoder = base.fetch(work / "base")
    tokenizer = TextTokenizer.from_pretrained(encoder, base.SETTINGS)
    lessons = prepare(options.gold, options.corpora, tokenizer, options.seed)

    master = teacher.chosen(options.teacher, lessons.articles, work, encoder, options.seed)
    dev = geoner.read_articles(options.gold / "dev.jsonl")
    row = geoner.evaluate(extractor_of(master, tokenizer), dev)["micro avg"]
    print(f"the teacher on dev: {row}", flush=True)

    copies = taught(lessons.copies, master)
    articles = taught(lessons.articles, master)
    unlabelled = taught(lessons.unlabelled, master, trust=1)
    trained = student(
        options.start or encoder,
        tokenizer,
        [copies, *among(articles, unlabelled, options.epochs)],
        replace(SCHEDULE, seed=options.seed),
        checkpoint,
        Size(options.layers, options.heads, options.neurons),
    )
    only_onnx = options.layers is not None
    base.set_reading(trained)
    write_model(trained, tokenizer, lessons.texts, work / "model", only_onnx=only_onnx)
    more = calibration.more_articles(options.gold, options.corpora)
    calibration.calibrate(work / "model", dev, more)
    card.write(work / "model", options.gold, options.output)


def among(articles: Sequence[Window], others: Sequence[Window], epochs: int) -> list[list[Window]]:
    """Epochs of all articles, each with its own part of the others."""
    return [[*articles, *others[epoch::epochs]] for epoch in range(epochs)]


if __name__ == "__main__":
    main()

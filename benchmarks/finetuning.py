"""Two labels the model never had, from 40 articles: python -m benchmarks.finetuning

DATE and DEMONYM are put mechanically, by a pattern and a list, into the seed articles, whose own
labels are taken off. 40 articles of the train split are learned from; the articles of the test
split, which no run has seen, tell how well, once where training ran and once in another process
that cannot import PyTorch.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import geoner
from geoner.report import format_report
from geoner.selection import read_seeds
from geoner.words import demonyms

_MONTH = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December"
    "|(?:Jan|Feb|Aug|Sept|Oct|Nov|Dec)\\.?)"
)
_DATE = re.compile(
    rf"\b(?:{_MONTH} \d{{1,2}}(?:, \d{{4}})?|\d{{1,2}} {_MONTH}(?: \d{{4}})?|{_MONTH} \d{{4}}"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|(?:1[6-9]|20)\d\ds?)\b",
    re.IGNORECASE,  # telexes have no case
)
_NAMES = sorted({word for words in demonyms().values() for word in words}, key=len, reverse=True)
_DEMONYM = re.compile(rf"\b(?:{'|'.join(map(re.escape, _NAMES))})\b", re.IGNORECASE)

#: What another process runs: it has the light install's packages only.
_LIGHT = """
import json, sys
for name in ("torch", "transformers", "datasets", "accelerate", "seqeval", "onnx", "safetensors"):
    sys.modules[name] = None
import geoner
articles = geoner.read_articles(sys.argv[2])
extractor = geoner.Extractor.from_pretrained(sys.argv[1])
found = extractor.extract_many(article.text for article in articles)
spans = lambda d: {(e.start, e.end, e.label) for e in d.entities}
right = guessed = labelled = 0
for article, document in zip(articles, found, strict=True):
    gold, guess = spans(article.document), spans(document)
    right, guessed, labelled = right + len(gold & guess), guessed + len(guess), labelled + len(gold)
print(json.dumps(2 * right / (guessed + labelled)))
"""


def labelled(split: str) -> list[geoner.Article]:
    """The seed articles of a split with dates and demonyms as their only labels."""
    articles = []
    for article in (a for a in read_seeds() if a.meta["split"] == split):
        spans = [(m.start(), m.end(), "DATE", 1.0) for m in _DATE.finditer(article.text)]
        spans += [(m.start(), m.end(), "DEMONYM", 1.0) for m in _DEMONYM.finditer(article.text)]
        document = geoner.Document.from_spans(article.text, spans)
        articles.append(geoner.Article(article.id, document))
    return articles


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.finetuning", description=__doc__)
    parser.add_argument("--articles", type=int, default=40)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=13)
    options = parser.parse_args()
    train, test = labelled("train"), labelled("test")
    random.Random(options.seed).shuffle(train)
    hyperparameters = geoner.Hyperparameters(epochs=options.epochs, seed=options.seed)
    with tempfile.TemporaryDirectory() as scratch:
        folder, held_out = Path(scratch) / "model", Path(scratch) / "test.jsonl"
        wall, cpu = time.perf_counter(), time.process_time()
        geoner.finetune(train[: options.articles], None, folder, hyperparameters=hyperparameters)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(f"{options.articles} articles, {options.epochs} epochs, written and measured on dev:")
        print(f"{wall / 60:.1f} minutes by the clock, {cpu / 60:.1f} of CPU time")
        geoner.write_articles(test, held_out)
        report = geoner.evaluate(geoner.Extractor.from_pretrained(folder), held_out)
        print(f"on {len(test)} articles held out:")
        print(format_report(report))
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        said = subprocess.run(
            [sys.executable, "-c", _LIGHT, str(folder), str(held_out)],
            check=True,
            capture_output=True,
            text=True,
            env=environment,
        ).stdout
    here, light = report["micro avg"]["f1-score"], json.loads(said)
    print(f"micro-F1 {here:.6f} here, {light:.6f} without PyTorch, counted by hand")
    if abs(here - light) > 1e-9:
        sys.exit("the two differ")


if __name__ == "__main__":
    main()

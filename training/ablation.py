"""What each means of the recipe brings: short runs from the bare encoder, each with all but one
means or with one alone, from several seeds.

python -m training.ablation --gold DIR --corpora FILES --results build/ablation.jsonl

A run is a pass over a fixed number of tokens, so that no variant learns longer than another;
figures are those of the float32 model. Without `--teacher` the one of `python -m training` teaches,
which is trained unless it is in `--work`.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer

import geoner
from geoner.decoding import FloatArray, Iob2Decoder
from geoner.extractor import Extractor
from geoner.folder import TOKENIZER_FILE
from geoner.inference import Model
from geoner.schema import LABELS
from geoner.tokenization import TextTokenizer
from training import base, teacher
from training.__main__ import SCHEDULE
from training.crf import PairDecoder, learned_pairs
from training.datasheet import SEEDS
from training.distillation import TAGS, Student, WordMeans, student, taught
from training.lessons import Lessons, prepare
from training.loop import Window, as_model

#: Tokens of a run, special ones included.
TOKENS = 200_000

#: Tokens from which the scores of tag pairs are learned.
TOKENS_OF_PAIRS = 100_000

#: Share of a run that is spent on changed copies or unlabelled text, where a variant has some.
ASIDE = 1 / 3

SEEDS_OF_RUNS = (13, 1, 2)


@dataclass(frozen=True, slots=True)
class Variant:
    """What a run learns from.

    Attributes:
        articles: Windows of labelled articles.
        before: Windows that come first, for `ASIDE` of the run.
        among: Windows without labels, mixed among those of the articles, for `ASIDE` of the run.
        shapes: Whether the model sees word shapes.
        means: Whether a word is judged by the mean of its pieces, not by the first one.
        teacher: Who has half of each target, and all of it in `among`.
    """

    articles: Sequence[Window]
    before: Sequence[Window] = ()
    among: Sequence[Window] = ()
    shapes: bool = True
    means: bool = False
    teacher: torch.nn.Module | None = None

    def epochs(self, seed: int) -> list[list[Window]]:
        """The lessons of a run, drawn by the seed."""
        rng = random.Random(seed)
        aside = int(TOKENS * ASIDE)
        rest = TOKENS - aside * (bool(self.before) + bool(self.among))
        before = draw(self.before, aside, rng)
        articles, among = draw(self.articles, rest, rng), draw(self.among, aside, rng)
        if self.teacher is not None:
            before, articles = taught(before, self.teacher), taught(articles, self.teacher)
            among = taught(among, self.teacher, trust=1)
        lessons = [before] if before else []
        lessons.append([*articles, *among])
        if not self.shapes:
            lessons = [[_without_shapes(window) for window in lesson] for lesson in lessons]
        return lessons


def draw(windows: Sequence[Window], tokens: int, rng: random.Random) -> list[Window]:
    """Windows in random order until there are so many tokens, all of them before any twice."""
    result: list[Window] = []
    while windows:
        for window in rng.sample(list(windows), len(windows)):
            if tokens <= 0:
                return result
            result.append(window)
            tokens -= len(window.input_ids)
    return result


def _without_shapes(window: Window) -> Window:
    return replace(window, token_type_ids=torch.zeros_like(window.token_type_ids))


class Greedy(Iob2Decoder):
    """Takes the best tag of each word, whether a path may hold it or not."""

    def best_path(self, scores: FloatArray) -> npt.NDArray[np.int64]:
        """The tags, shape ``(words,)``."""
        best: npt.NDArray[np.int64] = scores.argmax(axis=1)
        return best


def poorer(model: Model, tokenizer: TextTokenizer, encoder: Path) -> dict[str, Extractor]:
    """Ways to read a text with a model, each time without one means that geoner has."""
    decoder = Iob2Decoder(TAGS)
    one_by_one = Extractor(tokenizer, model, decoder)
    one_by_one._named = []
    short = replace(tokenizer.settings, max_length=128, overlap=32)
    return {
        "; repeated names read one by one": one_by_one,
        "; each word's best tag": Extractor(tokenizer, model, Greedy(TAGS)),
        "; windows of 128 tokens": Extractor(
            TextTokenizer.from_pretrained(encoder, short), model, decoder
        ),
    }


def measured(extractor: Extractor, dev: Mapping[str, Sequence[geoner.Article]]) -> dict[str, float]:
    """Strict micro-F1 on each set, and F1 by label, in per cent."""
    figures = {}
    for name, articles in dev.items():
        evaluation = geoner.evaluate(extractor, articles)
        figures[name] = 100 * evaluation["micro avg"]["f1-score"]
        for label in LABELS:
            figures[f"{name} {label}"] = 100 * evaluation[label]["f1-score"]
    return figures


def table(rows: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """Lines of a Markdown table: mean and standard deviation of each variant, in the order of
    their first rows."""
    columns = [key for key in rows[0] if key not in ("variant", "seed")]
    yield f"| learned from | starts | {' | '.join(columns)} |"
    yield f"| --- | --- |{' --- |' * len(columns)}"
    for variant in dict.fromkeys(str(row["variant"]) for row in rows):
        chosen = [row for row in rows if row["variant"] == variant]
        cells = []
        for column in columns:
            values = [float(str(row[column])) for row in chosen]
            spread = f" ± {statistics.stdev(values):.1f}" if len(values) > 1 else ""
            cells.append(f"{statistics.mean(values):.1f}{spread}")
        yield f"| {variant} | {len(chosen)} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.ablation", description=__doc__)
    parser.add_argument("--gold", type=Path, required=True, help="folder of train, dev, test.jsonl")
    parser.add_argument("--corpora", type=Path, nargs="*", default=[])
    parser.add_argument("--work", type=Path, default=Path("build/training"))
    parser.add_argument("--results", type=Path, default=Path("build/ablation.jsonl"))
    parser.add_argument("--starts", type=int, default=len(SEEDS_OF_RUNS))
    parser.add_argument(
        "--teacher", type=Path, metavar="MODEL", help="a model that teaches, not the larger one"
    )
    options = parser.parse_args()

    encoder = base.fetch(options.work / "base")
    tokenizer = TextTokenizer.from_pretrained(encoder, base.SETTINGS)
    lessons = prepare(options.gold, options.corpora, tokenizer, SCHEDULE.seed)
    variants = make_variants(
        lessons,
        teacher.chosen(options.teacher, lessons.articles, options.work, encoder, SCHEDULE.seed),
    )
    rows = run(variants, encoder, options.gold, options.results, options.starts)
    print("\n".join(table(rows)))


def run(
    variants: Mapping[str, Variant], encoder: Path, gold: Path, results: Path, starts: int
) -> list[dict[str, Any]]:
    """Trains and measures what `results` does not hold yet, and gives all.

    Args:
        variants: By what they learn from; the last one is read in several ways.
        encoder: The folder to start from.
        gold: Folder of dev.jsonl.
        results: JSON Lines to which each figure is added as soon as there is one.
        starts: Seeds for each variant.
    """
    tokenizer = TextTokenizer.from_pretrained(encoder, base.SETTINGS)
    blind = TextTokenizer.from_pretrained(encoder, replace(base.SETTINGS, word_shapes=False))
    dev = {
        "gold dev": geoner.read_articles(gold / "dev.jsonl"),
        "seeds dev": geoner.read_articles(SEEDS, split="dev"),
    }
    vocabulary = Tokenizer.from_file(str(encoder / TOKENIZER_FILE)).get_vocab()
    goes_on = torch.zeros(len(vocabulary), dtype=torch.bool)
    goes_on[[number for piece, number in vocabulary.items() if piece.startswith("##")]] = True
    results.parent.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    if results.exists():
        rows = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    done = {(row["variant"], row["seed"]) for row in rows}
    *_, last = variants
    for seed in SEEDS_OF_RUNS[:starts]:
        for name, variant in variants.items():
            if (name, seed) in done:
                continue
            schedule = replace(SCHEDULE, seed=seed, tokens=1600, warm_up=20)
            module = partial(WordMeans, goes_on=goes_on) if variant.means else Student
            trained = student(encoder, tokenizer, variant.epochs(seed), schedule, module=module)
            model = as_model(module(trained))
            reader = tokenizer if variant.shapes else blind
            ways = {"": Extractor(reader, model, Iob2Decoder(TAGS))}
            if name == last:
                ways |= poorer(model, reader, encoder)
                some = draw(variant.articles, TOKENS_OF_PAIRS, random.Random(seed))
                pairs = learned_pairs(Student(trained), some)
                ways["; scores of tag pairs"] = Extractor(reader, model, PairDecoder(TAGS, pairs))
            with results.open("a", encoding="utf-8") as log:
                for way, extractor in ways.items():
                    row = {"variant": name + way, "seed": seed, **measured(extractor, dev)}
                    rows.append(row)
                    log.write(json.dumps(row) + "\n")
    return rows


def make_variants(lessons: Lessons, master: torch.nn.Module) -> dict[str, Variant]:
    """The variants by what they learn from."""
    both, copies, unlabelled = lessons.articles, lessons.copies, lessons.unlabelled
    return {
        "gold": Variant(lessons.gold),
        "gold, seeds": Variant(both),
        "gold, seeds; no word shapes": Variant(both, shapes=False),
        "gold, seeds; copies first": Variant(both, before=copies),
        "gold, seeds; teacher": Variant(both, teacher=master),
        "gold, seeds; teacher, also on unlabelled text": Variant(
            both, among=unlabelled, teacher=master
        ),
        "all of these; a word's mean piece": Variant(
            both, before=copies, among=unlabelled, teacher=master, means=True
        ),
        "all of these": Variant(both, before=copies, among=unlabelled, teacher=master),
    }


if __name__ == "__main__":
    main()

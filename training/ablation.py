"""What each means of the recipe brings: short runs from the bare encoder, each with all but one
means or with one alone, from several seeds.

python -m training.ablation --gold DIR --corpora FILES --results build/ablation.jsonl

needs the teacher of `python -m training` in `--work`. A run is a pass over a fixed number of
tokens, so that no variant learns longer than another; figures are those of the float32 model.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

import geoner
from geoner.decoding import Iob2Decoder
from geoner.extractor import Extractor
from geoner.inference import Inputs, Logits
from geoner.schema import LABELS
from geoner.tokenization import TOKENIZER_FILE, TextTokenizer
from training import base, teacher
from training.__main__ import SCHEDULE
from training.datasheet import SEEDS
from training.distillation import TAGS, Student, student, taught
from training.lessons import prepare
from training.loop import Window

#: Tokens of a run, special ones included.
TOKENS = 600_000

#: Share of a run that is spent on changed copies or unlabelled text, where a variant has some.
ASIDE = 1 / 3

SEEDS_OF_RUNS = (13, 1, 2)


@dataclass(frozen=True, slots=True)
class Variant:
    """What a run learns from.

    Attributes:
        articles: Windows of labelled articles.
        before: Windows that come first, for `ASIDE` of the run.
        among: Windows mixed among those of the articles, for `ASIDE` of the run.
        shapes: Whether the model sees word shapes.
    """

    articles: Sequence[Window]
    before: Sequence[Window] = ()
    among: Sequence[Window] = ()
    shapes: bool = True

    def epochs(self, seed: int) -> list[list[Window]]:
        """The lessons of a run, drawn by the seed."""
        rng = random.Random(seed)
        aside = int(TOKENS * ASIDE)
        rest = TOKENS - aside * (bool(self.before) + bool(self.among))
        lessons = [draw(self.before, aside, rng)] if self.before else []
        lessons.append([*draw(self.articles, rest, rng), *draw(self.among, aside, rng)])
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


def measured(
    model: Student, tokenizer: TextTokenizer, dev: Mapping[str, Sequence[geoner.Article]]
) -> dict[str, float]:
    """Strict micro-F1 on each set, and by label on the first, in per cent."""

    def logits(inputs: Inputs) -> Logits:
        with torch.inference_mode():
            result: Logits = model(**{k: torch.from_numpy(x) for k, x in inputs.items()}).numpy()
        return result

    model.eval()
    extractor = Extractor(tokenizer, logits, Iob2Decoder(TAGS))
    figures = {}
    for name, articles in dev.items():
        evaluation = geoner.evaluate(extractor, articles)
        figures[name] = 100 * evaluation["micro avg"]["f1-score"]
        for label in LABELS:
            figures[f"{name} {label}"] = 100 * evaluation[label]["f1-score"]
    return figures


def table(rows: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """Lines of a Markdown table: mean and standard deviation of each variant, in order."""
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
    parser.add_argument("--gold", type=Path, required=True, help="folder of train and dev.jsonl")
    parser.add_argument("--corpora", type=Path, nargs="*", default=[])
    parser.add_argument("--work", type=Path, default=Path("build/training"))
    parser.add_argument("--results", type=Path, default=Path("build/ablation.jsonl"))
    parser.add_argument("--starts", type=int, default=len(SEEDS_OF_RUNS))
    options = parser.parse_args()

    encoder = base.fetch(options.work / "base")
    tokenizer = TextTokenizer.from_pretrained(encoder, base.SETTINGS)
    dev = {
        "gold dev": geoner.read_articles(options.gold / "dev.jsonl"),
        "seeds dev": geoner.read_articles(SEEDS, split="dev"),
    }
    results: Path = options.results
    results.parent.mkdir(parents=True, exist_ok=True)
    rows = []
    if results.exists():
        rows = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    done = {(row["variant"], row["seed"]) for row in rows}
    variants = make_variants(options, encoder, tokenizer)
    for seed in SEEDS_OF_RUNS[: options.starts]:
        for name, variant in variants.items():
            if (name, seed) in done:
                continue
            schedule = replace(SCHEDULE, seed=seed, warm_up=20)
            trained = student(encoder, tokenizer, variant.epochs(seed), schedule)
            blind = tokenizer if variant.shapes else _blind(encoder)
            figures = measured(Student(trained), blind, dev)
            row = {"variant": name, "seed": seed, **figures}
            rows.append(row)
            with results.open("a", encoding="utf-8") as log:
                log.write(json.dumps(row) + "\n")
    rows.sort(key=lambda row: list(variants).index(row["variant"]))
    print("\n".join(table(rows)))


def _blind(encoder: Path) -> TextTokenizer:
    return TextTokenizer.from_pretrained(encoder, replace(base.SETTINGS, word_shapes=False))


def make_variants(
    options: argparse.Namespace, encoder: Path, tokenizer: TextTokenizer
) -> dict[str, Variant]:
    """The variants by what they learn from."""
    lessons = prepare(options.gold, options.corpora, tokenizer, SCHEDULE.seed)
    master = teacher.trained(
        lessons.articles,
        teacher.fetch(options.work),
        encoder / TOKENIZER_FILE,
        options.work / "teacher.pt",
        SCHEDULE.seed,
    )
    both = lessons.articles
    heard = taught(both, master)
    overheard = taught(lessons.unlabelled, master, trust=1)
    return {
        "gold": Variant(lessons.gold),
        "gold, seeds": Variant(both),
        "gold, seeds; no word shapes": Variant(both, shapes=False),
        "gold, seeds, copies first": Variant(both, before=lessons.copies),
        "gold, seeds, teacher": Variant(heard),
        "gold, seeds, teacher, unlabelled": Variant(heard, among=overheard),
        "all": Variant(heard, before=taught(lessons.copies, master), among=overheard),
    }


if __name__ == "__main__":
    main()

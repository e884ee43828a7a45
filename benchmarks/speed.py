"""Speed, latency, cold start and memory, beside others, in one process and one run.

python -m benchmarks.speed --markdown speed.md --picture speed.svg

Others are spaCy's small English pipeline, whole and with its NER only, and the token
classification pipeline of transformers with the weights of the first model. In each round all
take their turn, so that a slow moment of the machine meets all alike: ratios count, not rates.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if __name__ == "__main__" and not __package__:  # as a file: its neighbours are a folder up
    sys.path[0] = str(Path(__file__).parent.parent)

import numpy as np

import geoner
from benchmarks.cold_start import seconds as process_seconds
from benchmarks.report import table, write_json
from geoner.cpus import usable_cpus
from geoner.extractor import SHIPPED_MODEL
from geoner.files import whole_file
from geoner.inference import Inputs, Logits, Model

ARTICLES = Path(__file__).parent.parent / "seeds" / "articles"

#: The model that `Extractor.from_pretrained` loads when it is given none.
DEFAULT = "default"

#: Whose rate the others' are set against.
SPACY_NER = "spaCy small, NER only"
SPACY_BARE = "spaCy small, NER only, without its tok2vec"

#: Words of the article whose latency is measured.
ARTICLE_WORDS = 300

#: Characters of the long texts.
LENGTHS = (10_000, 100_000, 1_000_000, 10_000_000)

#: Side of the square matrices of the machine's limit.
_SIDE = 2048

#: What a process of its own runs for peak memory: an endless stream, read to some point.
_STREAM = """
import itertools, sys
from benchmarks.speed import articles, extractor_of, peak
name, number = sys.argv[1], int(sys.argv[2])
endless = (f"{text} {k}" for k, text in enumerate(itertools.cycle(articles())))
for k, _ in enumerate(extractor_of(name).extract_many(endless), 1):
    if k in (number // 2, number):
        print(peak())
    if k == number:
        break
"""


@dataclass(frozen=True, slots=True)
class Contestant:
    """What is measured: it takes texts and finds what it finds."""

    name: str
    run: Callable[[Sequence[str]], object]


class Stopwatch(Model):
    """A model that adds up the seconds spent in it."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.seconds = 0.0

    def __call__(self, inputs: Inputs) -> Logits:
        start = time.perf_counter()
        logits = self._model(inputs)
        self.seconds += time.perf_counter() - start
        return logits

    def map(self, batches: Iterable[Inputs]) -> Iterator[Logits]:
        results = self._model.map(batches)
        while True:
            start = time.perf_counter()
            logits = next(results, None)
            self.seconds += time.perf_counter() - start
            if logits is None:
                return
            yield logits


def articles() -> list[str]:
    """The texts that all are measured on."""
    return [article.text for article in geoner.read_articles(ARTICLES)]


def extractor_of(name: str, threads: int | None = None) -> geoner.Extractor:
    """An extractor with the model of a name: the default one, or what `from_pretrained` takes."""
    return geoner.Extractor.from_pretrained(None if name == DEFAULT else name, threads=threads)


def words(texts: Sequence[str]) -> int:
    """Words between white space."""
    return sum(len(text.split()) for text in texts)


def timed(task: Callable[[], object]) -> float:
    """Seconds by the clock."""
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def ours(name: str, threads: int) -> Contestant:
    """geoner: mentions, values and groups."""
    extractor = extractor_of(name, threads)
    plural = "" if threads == 1 else "s"
    return Contestant(
        f"geoner, {name}, {threads} thread{plural}", lambda t: list(extractor.extract_many(t))
    )


def spacy_pipelines(name: str) -> list[Contestant]:
    """spaCy's pipeline: whole; with nothing but entities asked for, as its users write it; and with
    the vectors that its NER does not share left out, too."""
    import spacy

    whole = spacy.load(name)
    usual = spacy.load(name, disable=["tagger", "parser", "attribute_ruler", "lemmatizer"])
    bare = spacy.load(name)
    for pipe in bare.pipe_names:
        if pipe != "ner":  # it has its own tok2vec
            bare.remove_pipe(pipe)
    return [
        Contestant("spaCy small", lambda texts: list(whole.pipe(texts))),
        Contestant(SPACY_NER, lambda texts: list(usual.pipe(texts))),
        Contestant(SPACY_BARE, lambda texts: list(bare.pipe(texts))),
    ]


def transformers_pipeline(folder: Path, threads: int) -> Contestant:
    """transformers' own pipeline with the same weights, in batches, with overlapping windows."""
    import torch
    from transformers import pipeline

    torch.set_num_threads(threads)
    classify = pipeline(
        "token-classification",
        model=str(folder),
        aggregation_strategy="first",
        stride=128,
        batch_size=16,
        device="cpu",
    )
    return Contestant("transformers, same weights", lambda texts: classify(list(texts)))


def rates(
    contestants: Sequence[Contestant], texts: Sequence[str], rounds: int
) -> dict[str, list[float]]:
    """Words a second of each, by round."""
    count = words(texts)
    for each in contestants:
        each.run(texts[:4])
    found: dict[str, list[float]] = {each.name: [] for each in contestants}
    for _ in range(rounds):
        for each in contestants:
            found[each.name].append(count / timed(lambda run=each.run: run(texts)))  # type: ignore[misc]
    return found


def latencies(
    contestants: Sequence[Contestant], text: str, calls: int
) -> dict[str, tuple[float, float]]:
    """Median and 95th percentile of the milliseconds that one text alone takes."""
    found: dict[str, list[float]] = {each.name: [] for each in contestants}
    for call in range(calls + 1):
        for each in contestants:
            elapsed = timed(lambda run=each.run: run([text]))  # type: ignore[misc]
            if call:  # the first one warms up
                found[each.name].append(1000 * elapsed)
    return {
        name: (statistics.median(times), float(np.percentile(times, 95)))
        for name, times in found.items()
    }


def float32_limit(texts: Sequence[str], folder: Path) -> tuple[float, float]:
    """GFLOP/s of this machine's float32 matrix product, and the words a second of a model that
    did nothing but its own products of weights at that rate."""
    from geoner.folder import read_config
    from geoner.tokenization import TextTokenizer, WindowSettings

    square = np.ones((_SIDE, _SIDE), dtype=np.float32)
    best = min(timed(lambda: square @ square) for _ in range(5))
    rate = 2 * _SIDE**3 / best
    config = read_config(folder)
    width, inner = config["hidden_size"], config["intermediate_size"]
    a_token = 2 * config["num_hidden_layers"] * (4 * width**2 + 2 * width * inner)
    tokenizer = TextTokenizer.from_pretrained(folder, WindowSettings.from_config(config))
    tokens = sum(len(tokenizer(text).ids) for text in texts)
    return rate / 1e9, rate / (a_token * tokens / words(texts))


def share_in_model(name: str, texts: Sequence[str]) -> float:
    """The part of the time of extraction, 0 to 1, in which the model computes."""
    extractor = extractor_of(name)
    watch = Stopwatch(extractor._model)
    extractor._model = watch
    elapsed = timed(lambda: list(extractor.extract_many(texts)))
    return watch.seconds / elapsed


def growth(name: str, texts: Sequence[str], longest: int) -> list[tuple[int, float]]:
    """Characters of a text, and the microseconds that it takes for each."""
    extractor = extractor_of(name)
    everything = "\n\n".join(itertools.islice(itertools.cycle(texts), longest // 1000 + len(texts)))
    extractor.extract(everything[:1000])
    found = []
    for length in LENGTHS:
        if length <= longest:
            text = everything[:length]
            elapsed = timed(lambda text=text: extractor.extract(text))  # type: ignore[misc]
            found.append((length, 1e6 * elapsed / length))
    return found


def peak() -> float:
    """The most memory that this process has held, in MiB."""
    try:
        # not getrusage, which on Linux starts from what the process held that started this one
        status = Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:
        import resource

        unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def peak_memory(name: str, number: int) -> tuple[float, float]:
    """MiB that a process of its own has held, half-way through a stream of articles and after."""
    root = str(Path(__file__).parent.parent)
    code = f"import sys; sys.path.insert(0, {root!r})\n{_STREAM}"
    said = subprocess.run(
        [sys.executable, "-c", code, name, str(number)], check=True, capture_output=True, text=True
    ).stdout
    half, whole = map(float, said.split())
    return half, whole


def cold_starts(name: str, text: str, rounds: int) -> dict[str, float]:
    """Median seconds of fresh processes: one that imports numpy, and one that extracts."""
    path = None if name == DEFAULT else name
    tasks = {
        "import numpy": "import numpy",
        "first result": (
            f"import geoner; geoner.Extractor.from_pretrained({path!r}).extract({text!r})"
        ),
    }
    times: dict[str, list[float]] = {task: [] for task in tasks}
    for number in range(rounds + 1):
        for task, code in tasks.items():
            elapsed = process_seconds(code)
            if number:  # the first one fills the disk cache
                times[task].append(elapsed)
    return {task: statistics.median(values) for task, values in times.items()}


def draw(path: Path, figures: dict[str, float], limit: float) -> None:
    """The rates as bars, with the machine's limit; SVG, PNG, or what the name says."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot

    names = sorted(figures, key=figures.__getitem__)
    with mpl.rc_context({"svg.hashsalt": "geoner", "font.size": 10}):
        figure, axes = pyplot.subplots(figsize=(7.2, 0.9 + 0.42 * len(names)), layout="constrained")
        colours = ["#005993" if name.startswith("geoner") else "#b5b2ab" for name in names]
        axes.bar_label(
            axes.barh(names, [figures[name] for name in names], color=colours),
            fmt="{:,.0f}",
            padding=3,
        )
        axes.axvline(limit, color="#ad5600", linestyle="--", label="float32 products alone")
        axes.set_xlabel("words a second")
        axes.margins(x=0.12)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, loc="lower right")
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
        pyplot.close(figure)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """All figures."""
    every = articles()
    texts = every[:: max(1, len(every) // options.articles)][: options.articles]
    article = " ".join(" ".join(every[:3]).split()[:ARTICLE_WORDS])
    models = options.model or [DEFAULT]
    named = Path(models[0])
    first = named if named.is_dir() else SHIPPED_MODEL
    cpus = usable_cpus()
    contestants = [ours(m, n) for m in models for n in sorted({1, min(2, cpus), cpus})]
    if options.spacy:
        contestants += spacy_pipelines(options.spacy)
    if not options.no_transformers:
        contestants.append(transformers_pipeline(first, cpus))
    by_round = rates(contestants, texts, options.rounds)
    gflops, limit = float32_limit(texts, first)
    return {
        "articles": len(texts),
        "words": words(texts),
        "cpus": cpus,
        "rounds": options.rounds,
        "words a second": by_round,
        "latency, ms": latencies(contestants, article, options.calls),
        "float32 product, GFLOP/s": gflops,
        "words a second by products alone": limit,
        "share in model": {model: share_in_model(model, texts) for model in models},
        "growth": {model: growth(model, every, options.longest) for model in models},
        "peak memory, MiB": {model: peak_memory(model, options.stream) for model in models},
        "stream": options.stream,
        "cold start": {model: cold_starts(model, article, options.rounds) for model in models},
    }


def markdown(figures: dict[str, Any]) -> str:
    """The figures as tables."""
    return "\n\n".join(
        [
            f"{figures['articles']} articles, {figures['words']:,} words, {figures['cpus']} CPUs, "
            f"median of {figures['rounds']} rounds.",
            _side_by_side(figures),
            _by_model(figures),
        ]
    )


def _side_by_side(figures: dict[str, Any]) -> str:
    """Rates and latencies of all."""
    by_round = figures["words a second"]
    base = by_round.get(SPACY_NER)
    rows = []
    for name, values in by_round.items():
        # the ratio of each round, not of the medians: rounds differ more than contestants do
        ratios = [a / b for a, b in zip(values, base, strict=True)] if base else []
        ratio = f"{statistics.median(ratios):.2f}" if ratios else ""
        middle, late = figures["latency, ms"][name]
        rows.append(
            (name, f"{statistics.median(values):,.0f}", ratio, f"{middle:.0f}", f"{late:.0f}")
        )
    products = f"float32 products at {figures['float32 product, GFLOP/s']:.0f} GFLOP/s"
    rows.append((products, f"{figures['words a second by products alone']:,.0f}", "", "", ""))
    header = ("", "words a second", "to spaCy's NER", f"{ARTICLE_WORDS} words, ms", "95th, ms")
    return table(header, rows)


def _by_model(figures: dict[str, Any]) -> str:
    """What is measured of each model by itself."""
    models = list(figures["cold start"])
    rows: list[Sequence[str]] = []

    def row(name: str, figure: Callable[[str], float], places: int) -> None:
        rows.append((name, *(f"{figure(model):.{places}f}" for model in models)))

    cold, peak, grown = figures["cold start"], figures["peak memory, MiB"], figures["growth"]
    row("share of the time in the model, %", lambda m: 100 * figures["share in model"][m], 0)
    row("cold start to the first result, s", lambda m: cold[m]["first result"], 2)
    row(
        "the same, to `import numpy`",
        lambda m: cold[m]["first result"] / cold[m]["import numpy"],
        1,
    )
    row(f"peak memory, MiB, {figures['stream'] // 2:,} articles", lambda m: peak[m][0], 0)
    row(f"peak memory, MiB, {figures['stream']:,} articles", lambda m: peak[m][1], 0)
    for index, (length, _) in enumerate(grown[models[0]]):
        name = f"µs a character, text of {length // 1000:,} kB"
        row(name, lambda m, index=index: grown[m][index][1], 1)  # type: ignore[misc]
    return table(("", *models), rows)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument(
        "--model", action="append", help=f"a model to measure, may be repeated; {DEFAULT}: shipped"
    )
    parser.add_argument("--articles", type=int, default=100, help="how many of the seed articles")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", type=int, default=50, help="calls for the latency of one text")
    parser.add_argument("--longest", type=int, default=LENGTHS[-1], help="characters")
    parser.add_argument("--stream", type=int, default=5000, help="articles for peak memory")
    parser.add_argument("--spacy", default="en_core_web_sm", help="its pipeline; '' leaves it out")
    parser.add_argument("--no-transformers", action="store_true")
    parser.add_argument("--markdown", type=Path, help="the tables")
    parser.add_argument("--picture", type=Path, help="the rates: SVG or PNG")
    parser.add_argument("--json", help="all figures")
    options = parser.parse_args()
    figures = measure(options)
    text = markdown(figures)
    print(text)
    if options.markdown:
        with whole_file(options.markdown) as file:
            file.write(text + "\n")
    if options.picture:
        medians = {n: statistics.median(v) for n, v in figures["words a second"].items()}
        draw(options.picture, medians, figures["words a second by products alone"])
    if options.json:
        write_json(options.json, figures)


if __name__ == "__main__":
    main()

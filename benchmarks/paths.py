"""Micro-F1 of every way to extract, and how many spans differ from the first one's.

python -m benchmarks.paths ARTICLES

The same weights should give the same spans in this process, in workers and on Ray; PyTorch computes
without rounding to int8, and the fast model is another one. All figures are in per cent.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geoner
from benchmarks.report import parser, percent, table, write_json
from geoner.analysis.spans import spans
from geoner.archives import extract_archive
from geoner.evaluate import classification_report

#: Processes, of workers and of Ray.
PROCESSES = 2


def in_process(texts: Sequence[str], model: str | None, backend: str) -> list[geoner.Document]:
    """By `Extractor.extract_many`."""
    extractor = geoner.Extractor.from_pretrained(model, backend=backend)
    return list(extractor.extract_many(texts))


def in_workers(texts: Sequence[str], model: str | None) -> list[geoner.Document]:
    """By `geoner.archives.extract_archive`."""
    with tempfile.TemporaryDirectory() as folder:
        archive, output = Path(folder) / "texts.jsonl", Path(folder) / "found.jsonl"
        archive.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
        extract_archive(archive, output, model=model, workers=PROCESSES)
        lines = output.read_text(encoding="utf-8").splitlines()
    return [geoner.Document.from_dict(json.loads(line)) for line in lines]


def on_ray(texts: Sequence[str], model: str | None) -> list[geoner.Document]:
    """By `geoner.ray.extract`, on a cluster of this machine alone."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    import ray

    import geoner.ray

    ray.init(num_cpus=PROCESSES + 1, include_dashboard=False, logging_level="ERROR")
    ray.data.DataContext.get_current().enable_progress_bars = False
    try:
        rows = [{"place": place, "text": text} for place, text in enumerate(texts)]
        found = geoner.ray.extract(ray.data.from_items(rows), model=model, concurrency=PROCESSES)
        by_place: dict[int, Any] = {row["place"]: row for row in found.iter_rows()}
    finally:
        ray.shutdown()
    return [geoner.Document.from_dict(by_place[place]) for place in range(len(texts))]


def main() -> None:
    arguments = parser("paths", __doc__, "the figures")
    arguments.add_argument("articles", help="labelled articles in any format that geoner reads")
    arguments.add_argument("--split", metavar="S", help="only articles of this split")
    options = arguments.parse_args()
    try:
        articles = geoner.read_articles(options.articles, options.split)
        texts = [article.text for article in articles]
        paths = {
            "int8, one process": in_process(texts, options.model, "onnx"),
            f"int8, {PROCESSES} workers": in_workers(texts, options.model),
            f"int8, Ray, {PROCESSES} actors": on_ray(texts, options.model),
            "float32, PyTorch": in_process(texts, options.model, "torch"),
            "the fast model": in_process(texts, "fast", "onnx"),
        }
    except geoner.GeonerError as error:
        sys.exit(f"geoner: {error}")
    labelled = [article.document for article in articles]
    first = next(iter(paths.values()))
    figures = {
        name: {
            "micro-F1": classification_report(labelled, found)["micro avg"]["f1-score"],
            "spans": sum(len(spans(document)) for document in found),
            "spans that differ": sum(
                len(spans(one) ^ spans(other)) for one, other in zip(first, found, strict=True)
            ),
        }
        for name, found in paths.items()
    }
    print(f"{len(articles)} articles\n")
    rows = [
        (name, percent(row["micro-F1"]), str(row["spans"]), str(row["spans that differ"]))
        for name, row in figures.items()
    ]
    print(table(("path", "micro-F1", "spans", "spans that differ"), rows))
    if options.json:
        write_json(options.json, figures)


if __name__ == "__main__":
    main()

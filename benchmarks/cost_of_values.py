"""What values and groups cost: their share of the time of extraction, on the seed articles.

python -m benchmarks.cost_of_values
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from geoner import Document, Extractor, read_articles
from geoner.linking import link
from geoner.values.resolve import resolve

ARTICLES = Path(__file__).parent.parent / "seeds" / "articles"
ROUNDS = 3


def seconds(task: Callable[[], object]) -> float:
    """Wall time of a task."""
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def main() -> None:
    articles = read_articles(ARTICLES, split="test")
    texts = [article.text for article in articles]
    bare = [article.document for article in articles]
    first = seconds(lambda: [link(resolve(document)) for document in bare])
    extractor = Extractor.from_pretrained()
    list(extractor.extract_many(texts[:8]))
    times: dict[str, list[float]] = {"extraction, all of it": [], "values": [], "groups": []}

    def add(name: str, task: Callable[[], Sequence[Document]]) -> None:
        times[name].append(seconds(task))

    # one after the other in each round, so that a slow moment of the machine meets all alike
    for _ in range(ROUNDS):
        add("extraction, all of it", lambda: list(extractor.extract_many(texts)))
        add("values", lambda: list(map(resolve, bare)))
        valued = list(map(resolve, bare))
        add("groups", lambda valued=valued: list(map(link, valued)))  # type: ignore[misc]
    medians = {name: statistics.median(values) for name, values in times.items()}
    whole = medians["extraction, all of it"]
    rest = whole - medians["values"] - medians["groups"]
    medians["values and groups, first time in a process"] = first
    print(f"{len(texts)} articles, median of {ROUNDS}\n")
    print("| part | s | over the rest of extraction |\n| --- | --- | --- |")
    for name, median in medians.items():
        print(f"| {name} | {median:.2f} | {100 * median / rest:.1f}% |")


if __name__ == "__main__":
    main()

"""The counts in the seed corpus's datasheet: python -m training.datasheet [--write]"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import geoner
from geoner.articles.checking import SPLITS, ngrams
from geoner.evaluate import classification_report
from geoner.schema import COUNTRY, LABELS
from geoner.values.countries import countries, country_candidates, country_value
from geoner.values.types import CountryValue
from training.augmentation import more_states

_FOLDER = Path(__file__).parent.parent / "seeds"
SEEDS = _FOLDER / "articles"
RELABELLED = _FOLDER / "relabelled.jsonl"
DATASHEET = _FOLDER / "README.md"
BEGIN, END = "<!-- counts: begin -->", "<!-- counts: end -->"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.datasheet", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put them into seeds/README.md")
    options = parser.parse_args()
    text = counts()
    print(text)
    if options.write:
        before, _, rest = DATASHEET.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        DATASHEET.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def counts() -> str:
    """The counts of the corpus, as Markdown tables."""
    articles = geoner.read_articles(SEEDS)
    sections = [*_counts(articles), *_coverage(articles)]
    if RELABELLED.exists():
        sections += _agreement(articles, geoner.read_articles(RELABELLED))
    return "\n\n".join(sections)


def _counts(articles: Sequence[geoner.Article]) -> Iterator[str]:
    strings: dict[str, set[str]] = defaultdict(set)
    for article in articles:
        for entity in article.document.entities:
            strings[entity.label].add(" ".join(entity.text.split()))
    distinct = [f"{len(strings[label]):,}" for label in LABELS]
    yield _table(["", *_HEAD], [_row("all", articles), ["distinct strings", "", "", *distinct]])
    for name, order in (("split", SPLITS), ("style", None), ("period", None), ("region", None)):
        groups = defaultdict(list)
        for article in articles:
            groups[article.meta[name]].append(article)
        yield _table([name, *_HEAD], [_row(key, groups[key]) for key in order or sorted(groups)])
    seen = Counter(gram for article in articles for gram in ngrams(article, 8))
    repeated = sum(count for count in seen.values() if count > 1)
    yield f"Word 8-grams that occur more than once: {repeated / seen.total():.2%}."


_HEAD = ["articles", "words", *LABELS]


def _row(name: str, articles: Sequence[geoner.Article]) -> list[str]:
    words = sum(len(article.text.split()) for article in articles)
    labels = Counter(e.label for article in articles for e in article.document.entities)
    figures = [len(articles), words, *(labels[label] for label in LABELS)]
    return [name, *(f"{figure:,}" for figure in figures)]


def _coverage(articles: Iterable[geoner.Article]) -> Iterator[str]:
    """How many articles name each entry of ISO 3166-1, and each state outside it."""
    wanted_states = {value for value in countries() if value.alpha_2}
    others = {value for name in more_states() for value in country_candidates(name)}
    holders: Counter[CountryValue] = Counter()
    for article in articles:
        text = article.text
        names = {e.text for e in article.document.entities if e.label == COUNTRY}
        values = {value for name in names if (value := country_value(name, text))}
        holders.update(values)
    for title, wanted in (
        ("Entries of ISO 3166-1, and Kosovo,", wanted_states),
        ("Former and unrecognised states", others - wanted_states),
    ):
        rare = sorted((value.name, holders[value]) for value in wanted if holders[value] < 3)
        few = ", ".join(f"{name} in {count}" for name, count in rare) or "none"
        yield (
            f"{title} named in three articles or more: {len(wanted) - len(rare)} of "
            f"{len(wanted)} (fewer: {few})."
        )


def _agreement(
    articles: Iterable[geoner.Article], second: Sequence[geoner.Article]
) -> Iterator[str]:
    """F1 between the labels and those given again from the bare text."""
    first = {article.id: article.document for article in articles}
    report = classification_report(
        [first[article.id] for article in second], [article.document for article in second]
    )
    rows = [
        [label, f"{100 * report[label]['f1-score']:.1f}", f"{report[label]['support']:,}"]
        for label in (*LABELS, "micro avg")
    ]
    yield f"{len(second)} articles labelled again from the bare text, strict spans:"
    yield _table(["label", "F1", "mentions"], rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()

"""F1 on labelled articles as they are and after each change of their texts.

python -m benchmarks.robustness ARTICLES [--model DIR] [--split S] [--json F]

Strict micro-F1 and F1 by label, in per cent. The labels follow each change: a mention whose text is
changed stays labelled. The exit code is 1 if a bar is missed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import geoner
from benchmarks.report import parser, percent, table, verdict, write_json
from benchmarks.robustness.changes import CHANGES, changed

#: Points of micro-F1 that a change may cost, less than.
BARS = {"lower case": 8.0, "capitals": 8.0}

AS_IS = "as it is"

#: seqeval's report by the change's name.
Figures = dict[str, dict[str, dict[str, Any]]]


def measure(extractor: geoner.Extractor, articles: Sequence[geoner.Article], seed: int) -> Figures:
    """The reports on the articles as they are and after each change."""
    figures: Figures = {AS_IS: geoner.evaluate(extractor, articles)}
    for name, change in CHANGES.items():
        after = [changed(article, change, f"{seed} {name}") for article in articles]
        figures[name] = geoner.evaluate(extractor, after)
    return figures


def lost(figures: Figures, name: str) -> float:
    """Points of micro-F1 that a change costs."""
    before, after = (figures[key]["micro avg"]["f1-score"] for key in (AS_IS, name))
    return float(100 * (before - after))


def main() -> None:
    arguments = parser("robustness", __doc__, "the figures")
    arguments.add_argument("articles", help="labelled articles in any format that geoner reads")
    arguments.add_argument("--split", metavar="S", help="only articles of this split")
    arguments.add_argument("--seed", type=int, default=13, help="of what is changed where")
    options = arguments.parse_args()
    try:
        articles = geoner.read_articles(options.articles, options.split)
        extractor = geoner.Extractor.from_pretrained(options.model)
        figures = measure(extractor, articles, options.seed)
    except geoner.GeonerError as error:
        sys.exit(f"benchmarks.robustness: {error}")
    labels = [label for label in extractor.labels if label in figures[AS_IS]]
    rows = [
        [
            name,
            percent(report["micro avg"]["f1-score"]),
            f"{lost(figures, name):.1f}" if name != AS_IS else "",
            *(percent(report[label]["f1-score"]) for label in labels),
        ]
        for name, report in figures.items()
    ]
    print(f"{len(articles)} articles, seed {options.seed}\n")
    print(table(["change", "micro-F1", "points lost", *labels], rows) + "\n")
    met = {name: lost(figures, name) < bar for name, bar in BARS.items()}
    for name, bar in BARS.items():
        print(verdict(f"{name} loses less than {bar:g} points", met[name]))
    if options.json:
        data = {
            name: {
                "micro-F1": report["micro avg"]["f1-score"],
                "points lost": lost(figures, name),
                "labels": {label: report[label] for label in labels},
            }
            for name, report in figures.items()
        }
        bars = {name: {"below": bar, "met": met[name]} for name, bar in BARS.items()}
        write_json(
            options.json,
            {"articles": len(articles), "seed": options.seed, "changes": data, "bars": bars},
        )
    sys.exit(not all(met.values()))


if __name__ == "__main__":
    main()

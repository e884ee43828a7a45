"""How evenly names from everywhere are found.

python -m benchmarks.fairness [--model DIR] [--json F]

Countries: recall of every entry of ISO 3166-1, and of Kosovo, by the names that news uses, in
carrier sentences that are no training text. Officials: recall of full names and of the short
mentions that follow, by naming tradition, in carrier texts that name an office; and, as
information, the share of mentions taken for officials in texts on people who hold none.

Spans must be exact. All figures are in per cent. The exit code is 1 if a bar is missed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from statistics import mean
from typing import Any

from benchmarks.fairness import countries, officials
from benchmarks.report import parser, percent, table, verdict, write_json
from geoner import Extractor, GeonerError

#: Recall of countries, 0 to 1: overall, and of each entry.
LEAST_OVERALL, LEAST_ENTRY = 0.97, 0.8

#: How far, 0 to 1, the recall of a tradition may lie under the mean of all.
MOST_UNDER = 0.05

#: Entries that the table of countries shows: the worst, as many as these.
SHOWN = 10

Bars = dict[str, bool]


def report_countries(recall: countries.CountryRecall) -> tuple[dict[str, Any], Bars]:
    """Prints the figures of countries; gives them and the bars."""
    entries, usual = recall.by("code"), countries.names()
    weak = [code for code, share in entries.items() if share < LEAST_ENTRY]
    print(f"## Countries\n\n{len(entries)} entries, {len(recall.cases)} sentences\n")
    print(table(["", "recall"], [["overall", percent(recall.overall)]]) + "\n")
    worst = [[f"{usual[code][0]} ({code})", percent(entries[code])] for code in entries][:SHOWN]
    print(table(["worst entries", "recall"], worst) + "\n")
    bars = {
        f"countries: recall of at least {LEAST_OVERALL:.0%} overall": (
            recall.overall >= LEAST_OVERALL
        ),
        f"countries: no entry under {LEAST_ENTRY:.0%}": not weak,
    }
    data = {
        "overall": recall.overall,
        "weak": weak,
        "entries": entries,
        "names": recall.by("name"),
        "sentences": recall.by("sentence"),
        "missed": [asdict(case) for case in recall.missed],
    }
    return data, bars


def report_officials(readings: list[officials.Reading]) -> tuple[dict[str, Any], Bars]:
    """Prints the figures of officials; gives them and the bars."""
    in_office = [reading for reading in readings if reading.holds_office]
    private = [reading for reading in readings if not reading.holds_office]
    right = officials.shares(in_office, "tradition")
    false = officials.shares(private, "tradition")
    mean_right, mean_false = _mean(right.values()), _mean(false.values())
    under = {
        name: max(mean_right.full - found.full, mean_right.short - found.short)
        for name, found in right.items()
    }
    weak = [name for name, share in under.items() if share > MOST_UNDER]
    rows = [
        [name, *_cells(right[name]), f"{100 * max(0.0, under[name]):.1f}", *_cells(false[name])]
        for name in sorted(right, key=lambda name: -under[name])
    ]
    rows.append(["mean", *_cells(mean_right), "", *_cells(mean_false)])
    print(f"## Officials\n\n{len(right)} traditions, {len(officials.people())} names\n")
    header = ["tradition", "full", "short", "under the mean", "false, full", "false, short"]
    print(table(header, rows) + "\n")
    carriers = {}
    for kind, some in (("an office", in_office), ("no office", private)):
        carriers[kind] = officials.shares(some, "carrier")
        rows = [[text.replace("\n", " / "), *_cells(s)] for text, s in carriers[kind].items()]
        print(table([f"found as officials in texts with {kind}", "full", "short"], rows) + "\n")
    bars = {
        f"officials: no tradition more than {100 * MOST_UNDER:g} points under the mean": not weak
    }
    data = {
        "mean": {"recall": asdict(mean_right), "false officials": asdict(mean_false)},
        "weak": weak,
        "traditions": {
            name: {"recall": asdict(right[name]), "false officials": asdict(false[name])}
            for name in right
        },
        "carriers": {
            kind: {text: asdict(found) for text, found in of.items()}
            for kind, of in carriers.items()
        },
        "missed": [asdict(reading) for reading in in_office if not reading.found],
        "false officials": [asdict(reading) for reading in private if reading.found],
    }
    return data, bars


def _mean(shares: Iterable[officials.Shares]) -> officials.Shares:
    shares = list(shares)
    return officials.Shares(mean(s.full for s in shares), mean(s.short for s in shares))


def _cells(shares: officials.Shares) -> list[str]:
    return [percent(shares.full), percent(shares.short)]


def main() -> None:
    options = parser("fairness", __doc__, "the figures and what was missed").parse_args()
    try:
        extractor = Extractor.from_pretrained(options.model)
    except GeonerError as error:
        sys.exit(f"benchmarks.fairness: {error}")
    of_countries, bars = report_countries(countries.measure(extractor))
    of_officials, more_bars = report_officials(officials.measure(extractor))
    bars |= more_bars
    for bar, is_met in bars.items():
        print(verdict(bar, is_met))
    if options.json:
        data = {"countries": of_countries, "officials": of_officials, "bars": bars}
        write_json(options.json, data)
    sys.exit(not all(bars.values()))


if __name__ == "__main__":
    main()

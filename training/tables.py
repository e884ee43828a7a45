"""The country table that extraction reads: python -m training.tables [--check]

CLDR (through babel) gives the usual names, ISO 3166-1 and 3166-3 (through pycountry) the codes and
the formal names; our own lists add what news writes and the states that ISO does not know.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from geoner.values.countries import TABLE, normalised
from geoner.words import table

_DATA = Path(__file__).parent / "data"

#: Our own lists of names by alpha-2 code.
_OWN = ("usual_names", "abbreviations", "country_names")

#: Names that CLDR writes with more than the name.
_USUAL = {"HK": "Hong Kong", "MO": "Macao", "PS": "Palestine"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m training.tables", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether it is up to date")
    options = parser.parse_args()
    text = country_table()
    if options.check:
        same = TABLE.read_text(encoding="utf-8") == text
        print(f"{TABLE.name} is {'up to date' if same else 'not what this command writes'}")
        return 0 if same else 1
    TABLE.write_text(text, encoding="utf-8")
    print(f"{TABLE.name}: {text.count(chr(10))} countries")
    return 0


def country_table() -> str:
    """The table: alpha-2 code, alpha-3 code (four letters for a former state), kind, usual name,
    then other names, parted by tabs; a code that ISO does not give is empty."""
    return "".join("\t".join(row) + "\n" for row in (*_iso_rows(), *_other_rows()))


def _iso_rows() -> Iterator[tuple[str, ...]]:
    import pycountry
    from babel import Locale

    cldr = Locale("en").territories
    kinds = {
        code: kind for kind, codes in table(_DATA / "country_kinds.tsv").items() for code in codes
    }
    own = [table(_DATA / f"{name}.tsv") for name in _OWN]
    entries = {country.alpha_2: country for country in pycountry.countries}
    for code in sorted([*entries, "XK"]):
        entry = entries.get(code)
        iso = [getattr(entry, field, "") for field in ("name", "common_name", "official_name")]
        usual = _USUAL.get(code) or _plain(cldr[code])
        names = [usual, cldr[code], *iso, *map(_turned, iso)]
        for names_of in own:
            names += names_of.get(code, ())
        alpha_3 = entry.alpha_3 if entry else "XKX"
        yield code, alpha_3, kinds.get(code, "state"), *_distinct(names)


def _other_rows() -> Iterator[tuple[str, ...]]:
    for line in (_DATA / "states.tsv").read_text(encoding="utf-8").splitlines():
        kind, code, *names = line.split("\t")
        yield "", code, kind, *_distinct(names)


def _plain(name: str) -> str:
    """CLDR's name as running text writes it."""
    name = re.sub(r" \(.*?\)", "", name).replace("’", "'")
    return name.replace("St. ", "Saint ").replace("&", "and")


def _turned(name: str) -> str:
    """ISO's "Iran, Islamic Republic of" the right way round; other names as they are."""
    match = re.fullmatch(r"(.*), (.* of(?: the)?|British|U\.S\.)", name)
    return f"{match[2]} {match[1]}" if match else name


def _distinct(names: Iterable[str]) -> Iterator[str]:
    """The first of the names that the lookup holds for the same."""
    seen = {""}
    for name in names:
        if normalised(name) not in seen:
            seen.add(normalised(name))
            yield name


if __name__ == "__main__":
    sys.exit(main())

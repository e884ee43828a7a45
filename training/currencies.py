"""Compiles geoner/data/currencies.tsv: python -m training.currencies

From CLDR (babel) it takes the codes, their English names and the countries that use or used
them; from ISO 4217 (pycountry) the codes of today; from data/currency_words.tsv what news
writes besides.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pycountry
from babel import Locale
from babel.core import get_global

from geoner.files import whole_file
from geoner.values.currencies import folded

TARGET = Path(__file__).parents[1] / "geoner" / "data" / "currencies.tsv"
_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency.

    Attributes:
        code: ISO 4217, of today or of the past.
        names: Its English names, singular and plural.
        current: The countries that use it, with the day each took it up.
        former: Those that used it, likewise.
    """

    code: str
    names: tuple[str, ...]
    current: dict[str, datetime.date]
    former: dict[str, datetime.date]

    @property
    def words(self) -> frozenset[str]:
        """The nouns of its names."""
        return frozenset(folded(name.split()[-1]) for name in self.names)


def currencies() -> dict[str, Currency]:
    """Every currency of ISO 4217 and CLDR by its code, those of today first."""
    english = Locale("en")
    kinds = {kind: fields for kind, *fields in _lines("currency_words.tsv")}
    no_money, new = (set(kinds[kind][0].split()) for kind in ("no-money", "new"))
    known = {currency.alpha_3 for currency in pycountry.currencies} | set(english.currencies)
    current: dict[str, dict[str, datetime.date]] = {}
    former: dict[str, dict[str, datetime.date]] = {}
    for country, uses in get_global("territory_currencies").items():
        if country == "ZZ":
            continue
        for code, start, end, tender in uses:
            is_current = end is None and tender and code not in new
            uses_of = (current if is_current else former).setdefault(code, {})
            uses_of[country] = datetime.date(*(start or (1, 1, 1)))
    found = []
    for code in sorted(known - no_money):
        names = [english.currencies.get(code, "")]
        names += english._data["currency_names_plural"].get(code, {}).values()
        plain = (re.sub(r" ?\(.*", "", name) for name in names)
        forms = tuple(dict.fromkeys(name for name in plain if name))
        found.append(Currency(code, forms, current.get(code, {}), former.get(code, {})))
    found.sort(key=lambda currency: (not currency.current, currency.code))
    return {currency.code: currency for currency in found}


def named(word: str, among: Iterable[Currency]) -> list[str]:
    """Codes of the currencies a word names: of each country only the last one so named."""
    namesakes = [currency for currency in among if word in currency.words]
    last: dict[str, tuple[bool, datetime.date, str]] = {}
    for currency in namesakes:
        for is_current, uses in ((True, currency.current), (False, currency.former)):
            for country, start in uses.items():
                use = (is_current, start, currency.code)
                last[country] = max(use, last.get(country, use))
    kept = {code for _, _, code in last.values()}
    return [currency.code for currency in namesakes if currency.code in kept]


def rows() -> Iterator[tuple[str, ...]]:
    """The lines of the table, each as its fields."""
    known = currencies()
    for currency in known.values():
        yield "code", currency.code, " ".join(currency.current), " ".join(currency.former)
    covered: set[str] = set()
    for kind, *fields in _lines("currency_words.tsv"):
        if kind in ("sign", "word"):
            forms, default, codes = fields
            if kind == "word":
                covered |= set(forms.split())
            if codes == "-" or codes.startswith("+"):
                codes = " ".join((*named(forms.split()[0], known.values()), codes[1:])).strip()
            yield kind, forms, default, codes
        elif kind not in ("place", "no-money", "new"):
            yield kind, *fields
    for word in sorted({word for currency in known.values() for word in currency.words}):
        codes = " ".join(named(word, known.values()))
        if word not in covered and word.isalpha() and codes:
            yield "word", word, "-" if " " in codes else codes, codes
    yield from _places(known.values())


def _places(known: Collection[Currency]) -> Iterator[tuple[str, ...]]:
    """By country its names that stand before a currency's word."""
    territories = Locale("en").territories
    used = {country for currency in known for country in (*currency.current, *currency.former)}
    forms = {country: [territories[country]] for country in used if country in territories}
    for currency in known:
        if currency.code[:2] in forms:  # "Swiss franc", "New Taiwan dollar"
            forms[currency.code[:2]] += (name.rpartition(" ")[0] for name in currency.names)
    for name in ("usual_names.tsv", "abbreviations.tsv", "country_names.tsv"):
        for country, *names in _lines(name):
            forms.setdefault(country, []).extend(names)
    for kind, country, *names in _lines("currency_words.tsv"):
        if kind == "place":
            forms.setdefault(country, []).extend(names)
    for country in sorted(forms):
        short = (re.sub(r" \(.*", "", name).replace("&", "and") for name in forms[country])
        plain = (folded(name).replace("-", " ").replace(".", "") for name in short)
        yield "place", country, *dict.fromkeys(" ".join(name.split()) for name in plain if name)


def _lines(name: str) -> Iterator[list[str]]:
    for line in (_DATA / name).read_text(encoding="utf-8").splitlines():
        yield line.split("\t")


def currency_table() -> str:
    """The table as geoner/data/currencies.tsv holds it."""
    return "".join("\t".join(row) + "\n" for row in rows())


def main() -> None:
    with whole_file(TARGET) as file:
        file.write(currency_table())


if __name__ == "__main__":
    main()

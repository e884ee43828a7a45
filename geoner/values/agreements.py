"""What agreements are called: their full name and kind, and which names are of one agreement."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from geoner.values.signing import KIND_OF, YEAR, Said
from geoner.values.types import AgreementValue
from geoner.words import context, table

_DATA = Path(__file__).parent.parent / "data"

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+")
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
_SMALL = context("small")

#: The numeral of the second and later ones of a name: "Oslo II", "Third Geneva Convention".
_NUMERALS = {"II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}
_ORDINALS = {"Second": 2, "Third": 3, "Fourth": 4, "Fifth": 5, "Sixth": 6, "Seventh": 7}


@dataclass(frozen=True, slots=True)
class Title:
    """The name or description of an agreement, taken apart.

    Attributes:
        key: Its words in lower case, without articles and points.
        topic: The words that say which agreement it is: neither small words nor its kind.
        kind: As in `AgreementValue`.
        proper: Whether it is written as a name.
        years: Years in it.
        numeral: Which of several of the name it is; 1 if it does not say.
    """

    key: tuple[str, ...]
    topic: frozenset[str]
    kind: str | None
    proper: bool
    years: frozenset[str]
    numeral: int = 1


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


def full_name(text: str) -> str | None:
    """The full name of a well-known agreement by one of its names, or by one with its year."""
    bare = text.replace(".", "")
    year = bare[:4]
    if bare[4:5] == " " and YEAR.fullmatch(year):
        known = well_known().get(bare[5:])
        return known if known and year in topics()[known] else None
    return well_known().get(bare)


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
    forms = {form for form, known in KIND_OF.items() if known == kind}
    topic = frozenset(_singular(word) for word in words if word not in _SMALL and word not in forms)
    capitals = [word for word in written if word[0].isupper()]
    head = next(
        (w for w in reversed(written) if w.lower() in forms), written[-1] if written else ""
    )
    proper = bool(capitals) and (head[:1].isupper() or not forms)
    years = frozenset(YEAR.findall(text))
    key = tuple(w for w in words if w not in _SMALL)
    return Title(key, topic, kind, proper, years, _numeral(written))


def _numeral(written: Sequence[str]) -> int:
    """Which of several of a name: 2 for "Oslo II", "Second Protocol"; 1 where it does not say."""
    for index, word in enumerate(written):
        beside = written[max(index - 1, 0) : index + 2]
        if word in _ORDINALS and index == 0:
            return _ORDINALS[word]
        if word in _NUMERALS and (
            index in (1, len(written) - 1) or any(w.lower() in KIND_OF for w in beside)
        ):
            return _NUMERALS[word]
    return 1


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
    heads = [(index, KIND_OF[word]) for index, word in enumerate(words) if word in KIND_OF]
    if not heads:
        return None
    cut = next(
        (index for index, word in enumerate(words) if index and word in _COMPLEMENT), len(words)
    )
    before = [kind for index, kind in heads if index < cut]
    return before[-1] if before else heads[0][1]


def agreement_value(name: str, texts: Sequence[str], said: Sequence[Said]) -> AgreementValue:
    """The value of an agreement.

    Args:
        name: Its fullest name in the document.
        texts: Its mentions, in order.
        said: What the text says at each of them.
    """
    full = next((known for text in (name, *texts) if (known := full_name(text))), None)
    if full is not None and (is_acronym(name) or len(full) > len(name)):
        name = full
    kind = kind_of(name) or next((kind for text in texts if (kind := kind_of(text))), None)
    year = next((mention.year for mention in said if mention.year), None)
    parties = dict.fromkeys(code for mention in said for code in mention.parties)
    return AgreementValue(name, kind, tuple(parties), year)


def same_agreement(left: Title, right: Title) -> bool:
    """Whether two descriptions or names may be of one agreement: one is a shorter form of the
    other and neither kind nor year says otherwise."""
    if left.key == right.key:
        return True
    if left.years and right.years and left.years != right.years:
        return False
    if left.numeral != right.numeral:
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
    kinds = {left.kind, right.kind}
    if left.proper or right.proper:  # the Lund Grain Initiative is a grain deal
        kinds.discard("initiative")
    return kinds <= _LOOSE or kinds <= _QUIET

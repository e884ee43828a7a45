"""The formats of labelled articles by name, and how one is recognised."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from geoner.articles import conll, docbin, doccano, hugging_face, jsonl, label_studio, prodigy
from geoner.articles.article import Article
from geoner.articles.fields import Item
from geoner.errors import ArticleError

INLINE, BRAT = "inline", "brat"


@dataclass(frozen=True, slots=True)
class OneFile:
    """A format that keeps all articles of a corpus in one file.

    Attributes:
        read: The articles of a file's content, given its path too, for messages.
        write: The file's content, in pieces.
        loses: What it cannot hold, in words; with what an article must have to lose it.
    """

    read: Callable[[str, str], Iterator[Item]]
    write: Callable[[Iterable[Article]], Iterator[str]]
    loses: tuple[tuple[str, Callable[[Article], bool]], ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """A format whose files another library reads and writes.

    Attributes:
        read: The articles of a path.
        write: Writes them, all or nothing.
        loses: As for `OneFile`.
    """

    read: Callable[[Path], Iterator[Item]]
    write: Callable[[Sequence[Article], Path], None]
    loses: tuple[tuple[str, Callable[[Article], bool]], ...] = ()


def _has_meta(article: Article) -> bool:
    return bool(article.meta)


def _has_answers(article: Article) -> bool:
    return bool(article.answers)


def _has_own_spacing(article: Article) -> bool:
    again = next(conll.read("".join(conll.write([article])), ""), None)
    return not isinstance(again, tuple) or again[0].document != article.document


META = ("header fields", _has_meta)
ANSWERS = ("answers to the check (ok)", _has_answers)
SPACING = ("spaces between words, and ends of sentences", _has_own_spacing)

ONE_FILE = {
    "jsonl": OneFile(jsonl.read, jsonl.write),
    "conll": OneFile(conll.read, conll.write, (META, ANSWERS, SPACING)),
    "doccano": OneFile(doccano.read, doccano.write, (ANSWERS,)),
    "label-studio": OneFile(label_studio.read, label_studio.write, (ANSWERS,)),
    "prodigy": OneFile(prodigy.read, prodigy.write, (ANSWERS,)),
}

STORED = {
    "spacy": Stored(docbin.read, docbin.write),
    "datasets": Stored(hugging_face.read, hugging_face.write),
    "datasets-tokens": Stored(
        hugging_face.read,
        hugging_face.write_tokens,
        (ANSWERS, ("spaces between words", hugging_face.loses_spacing)),
    ),
}

#: The names of all formats.
FORMATS = (INLINE, *ONE_FILE, BRAT, *STORED)

#: What a format that keeps an article a file cannot hold.
FOLDER_LOSES = {INLINE: (), BRAT: (META, ANSWERS)}

_BY_SUFFIX = {
    ".txt": INLINE,
    ".ann": BRAT,
    ".json": "label-studio",
    ".spacy": "spacy",
    ".parquet": "datasets",
    **dict.fromkeys((".conll", ".iob", ".iob2", ".bio", ".bilou", ".iobes", ".tsv"), "conll"),
}


def check_name(name: str | None) -> None:
    """Checks that a format of this name exists.

    Raises:
        ArticleError: if not.
    """
    if name is not None and name not in FORMATS:
        raise ArticleError(f"no format {name!r}; formats: {', '.join(FORMATS)}")


def by_name(path: Path) -> str:
    """The format to write under a name."""
    if path.is_dir() or not path.suffix:
        return INLINE
    return _BY_SUFFIX.get(path.suffix.lower(), "jsonl")


def recognise(path: Path) -> str:
    """The format of a file or folder, by its name and its first object.

    Raises:
        OSError: if the file cannot be read.
    """
    if path.is_dir():
        if hugging_face.is_folder(path):
            return "datasets"
        if next(path.rglob("*.spacy"), None):
            return "spacy"
        return BRAT if next(path.rglob("*.ann"), None) else INLINE
    if path.suffix == ".txt" and path.with_suffix(".ann").is_file():
        return BRAT
    known = _BY_SUFFIX.get(path.suffix.lower())
    if known:
        return known
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        first = next((line for line in file if line.strip()), "")
    try:
        return _by_object(json.loads(first))
    except (ValueError, RecursionError):
        return "jsonl"


def _by_object(first: object) -> str:
    if not isinstance(first, dict):
        return "jsonl"
    if {"spans", "_task_hash", "answer"} & first.keys():
        return "prodigy"
    entities = first.get("entities")
    objects = [e for e in entities if isinstance(e, dict)] if isinstance(entities, list) else []
    offsets = any("start_offset" in entity for entity in objects)
    if offsets or {"label", "labels", "relations", "Comments"} & first.keys():
        return "doccano"
    return "jsonl"

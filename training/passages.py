"""Labelled passages of texts that are not part of this repository.

`data/passages.jsonl` has offsets and labels; the text comes from the corpora, JSON Lines with an
"id" and a "text". How the labels were made stands in `training/README.md`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from geoner.articles import Article
from geoner.document import Document

PASSAGES = Path(__file__).parent / "data" / "passages.jsonl"


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a text, with its labels.

    Attributes:
        text_id: The text's "id" in its corpus.
        start: Where it begins, in characters of the text.
        end: Where it ends, exclusive.
        sha256: Of the passage in UTF-8: a text that was changed since is not labelled wrongly.
        split: "train", or "dev": held back to measure by.
        spans: Start and end in the passage, and label.
    """

    text_id: str
    start: int
    end: int
    sha256: str
    split: str
    spans: tuple[tuple[int, int, str], ...]

    @classmethod
    def from_json(cls, line: str) -> Passage:
        """What a line of the file says."""
        row = json.loads(line)
        spans = tuple((start, end, label) for start, end, label in row["spans"])
        return cls(row["id"], row["start"], row["end"], row["sha256"], row["split"], spans)


def read_passages(split: str, path: Path = PASSAGES) -> list[Passage]:
    """The passages of a file that belong to a split."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [passage for passage in map(Passage.from_json, lines) if passage.split == split]


def labelled_passages(passages: Iterable[Passage], texts: Mapping[str, str]) -> Iterator[Article]:
    """Articles made of the passages whose text is among `texts`, by their ids.

    Raises:
        ValueError: if a passage is not what was labelled.
    """
    for passage in passages:
        if passage.text_id not in texts:
            continue
        text = texts[passage.text_id][passage.start : passage.end]
        if _digest(text) != passage.sha256:
            raise ValueError(f"{passage.text_id}: the text is not the one that was labelled")
        spans = [(start, end, label, 1.0) for start, end, label in passage.spans]
        yield Article(f"{passage.text_id}@{passage.start}", Document.from_spans(text, spans))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

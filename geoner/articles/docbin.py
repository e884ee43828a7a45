"""Labelled articles as spaCy's DocBin (``.spacy``), which ``spacy train`` takes.

Written with the tokens of spaCy's blank English pipeline; an article's id, meta and answers
stand in the user data. Mentions are read from ``doc.ents``.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoner.articles.article import Article, Source
from geoner.articles.fields import Item, fault
from geoner.document import Document
from geoner.errors import ArticleError, FormatWarning, MissingExtraError
from geoner.files import draft_beside

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc


def read(path: Path) -> Iterator[Item]:
    """The articles of a file; a place's line is the number of the document."""
    spacy = _spacy()
    source = Source(str(path), 1)
    content = path.read_bytes()
    try:
        stored = spacy.tokens.DocBin(store_user_data=True).from_bytes(content)
        documents = list(stored.get_docs(spacy.blank("en").vocab))
    except Exception as error:  # zlib, msgpack and spaCy raise many kinds
        yield fault(f"not a DocBin of spaCy, or truncated ({error})", source)
        return
    groups = 0
    for number, doc in enumerate(documents, start=1):
        groups += sum(map(len, doc.spans.values()))
        place = Source(str(path), number)
        try:
            yield _article(doc, f"{path.stem}-{number}", place), place
        except ArticleError as error:
            yield error
    if groups:
        warnings.warn(
            f"{path}: {groups} spans in groups (doc.spans) are not read, doc.ents is",
            FormatWarning,
            stacklevel=2,
        )


def _article(doc: Doc, name: str, source: Source) -> Article:
    spans = []
    for index, entity in enumerate(doc.ents):
        if not entity.label_:
            raise fault(f"ents[{index}]: {entity.text!r:.40} has no label", source)
        spans.append((entity.start_char, entity.end_char, entity.label_, 1.0))
    said: dict[Any, Any] = doc.user_data
    meta = said.get("meta", {})
    return Article(
        str(said.get("id", name)),
        Document.from_spans(doc.text, spans),
        {str(key): str(value) for key, value in meta.items()} if isinstance(meta, dict) else {},
        tuple(map(str, said.get("ok", ()))),
    )


def write(articles: Iterable[Article], path: Path) -> None:
    """Writes a file, all of it or nothing.

    A mention that begins or ends inside a token of spaCy's splits it, so that its offsets stay.

    Raises:
        ArticleError: if a text or a label has no UTF-8.

    Warns:
        FormatWarning: of tokens that were split.
    """
    spacy = _spacy()
    pipeline = spacy.blank("en")
    stored = spacy.tokens.DocBin(store_user_data=True)
    split = []
    for article in articles:
        try:
            doc, cut = _doc(article, pipeline)
        except UnicodeEncodeError as error:
            raise ArticleError(
                f"{article.id}: half of a surrogate pair has no UTF-8", str(path)
            ) from error
        split += cut
        stored.add(doc)
    draft = draft_beside(path)
    try:
        draft.write_bytes(stored.to_bytes())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    if split:
        number = f"{len(split)} mention{'' if len(split) == 1 else 's'}"
        warnings.warn(
            f"{path}: {number} ({split[0]!r:.40}) cut a token of spaCy's: it is split there, and "
            "pipelines that do not split it so cannot learn them",
            FormatWarning,
            stacklevel=4,
        )


def _doc(article: Article, pipeline: Language) -> tuple[Doc, list[str]]:
    """An article as spaCy has it, and the mentions that cut tokens."""
    from spacy.tokens import Doc, Span

    text = article.text
    tokens = [(token.idx, token.idx + len(token)) for token in pipeline.tokenizer(text)]
    # a space after a token is no token, so it may stand between any two edges
    edges = {0, len(text)}.union(*tokens)
    cuts = [e.text for e in article.document.entities if not {e.start, e.end} <= edges]
    begun = {entity.start for entity in article.document.entities}
    ended = {entity.end for entity in article.document.entities}
    words: list[str] = []
    spaces: list[bool] = []
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    for start, end in itertools.pairwise(sorted(edges | begun | ended)):
        within = start in begun or end in ended  # a mention with a space at its edge
        if text[start:end] == " " and words and not (spaces[-1] or within):
            spaces[-1] = True
            continue
        starts[start], ends[end] = len(words), len(words) + 1
        words.append(text[start:end])
        spaces.append(False)
    doc = Doc(pipeline.vocab, words=words, spaces=spaces)
    doc.ents = [
        Span(doc, starts[e.start], ends[e.end], label=e.label) for e in article.document.entities
    ]
    doc.user_data.update(
        {"id": article.id, "meta": dict(article.meta), "ok": list(article.answers)}
    )
    return doc, cuts


def _spacy() -> Any:
    try:
        import spacy
        import spacy.tokens
    except ImportError as error:
        raise MissingExtraError("the format spacy", "spacy") from error
    return spacy

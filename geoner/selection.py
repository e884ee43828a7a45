"""Which articles a model learns from, and on which its best epoch is chosen."""

from __future__ import annotations

import random
import re
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import ZipFile

from geoner.articles.article import Article, Source
from geoner.articles.files import Articles, locate, read_articles
from geoner.errors import ArticleError
from geoner.schema import ordered_labels

#: Part of the articles set aside where nobody says which are for choosing the best epoch.
DEV_SHARE = 0.2

#: What the splits that choose the best epoch are called.
DEV_NAMES = ("dev", "validation", "valid", "val")

#: Of a replayed corpus, as many articles are mixed in as there are own ones, but at least these.
LEAST_REPLAYED = 40

#: The name under which `finetune` mixes in the corpus that comes with geoner.
SEEDS = "seeds"

_JOINERS = frozenset("\u200d\ufe0e\ufe0f")

#: Letters of which two make a flag.
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]+\\Z")

Located = list[tuple[Article, Source]]


@dataclass(frozen=True, slots=True)
class Selection:
    """The articles of a training run.

    Attributes:
        train: Those to learn from.
        dev: Those to choose the best epoch on.
        labels: The labels of the model.
        own: The labels of `train`.
        replay: Articles of another corpus to learn from too.
        replay_dev: Articles of that corpus that nothing was learned from.
        replay_labels: The labels of `replay`.
        notes: What a user should know of the choice.
    """

    train: list[Article]
    dev: list[Article]
    labels: tuple[str, ...]
    own: tuple[str, ...]
    replay: list[Article]
    replay_dev: list[Article]
    replay_labels: tuple[str, ...]
    notes: tuple[str, ...]


def select(
    train: Articles,
    dev: Articles | None,
    replay: Articles | None,
    base_labels: Sequence[str],
    labels: Sequence[str] | None,
    seed: int,
    format: str | None = None,
) -> Selection:
    """Reads, checks and divides the articles.

    Args:
        train: Articles to learn from.
        dev: Articles to choose the best epoch on. None: those of `train` whose split says so;
            if there are none, `DEV_SHARE` of it, see `set_aside`.
        replay: "seeds", or another corpus; articles of its train split are drawn by `seed`.
        base_labels: The labels of the model to start from.
        labels: The labels that may occur; None: any.
        seed: Of what is drawn.
        format: What `train` and `dev` are written in, as for `read_articles`.

    Raises:
        ArticleError: naming file, line and field, if an article is wrong, if labels contradict
            each other, or if too little is left to learn from or to choose on.
    """
    notes: list[str] = []
    given = locate(train, format)
    if dev is None:
        given, chosen = _by_split(given, notes)
    else:
        chosen = locate(dev, format)
    for article, source in (*given, *chosen):
        _check_characters(article, source)
    _check_labels([*given, *chosen], base_labels, labels)
    train_articles = [article for article, _ in given]
    own = ordered_labels(label for article in train_articles for label in article.labels)
    if not own:
        raise ArticleError("no training article carries a label", _path(train))
    if dev is None and not chosen:
        train_articles, dev_articles = set_aside(train_articles, seed)
        notes.append(_set_aside_note(train_articles, dev_articles))
    else:
        dev_articles = [article for article, _ in chosen]
    _check_dev(dev_articles, own, _path(dev))
    replayed, replay_dev, replay_labels = _replayed(replay, len(train_articles), seed)
    known = ordered_labels([*own, *replay_labels])
    notes += _label_notes(known, base_labels)
    if replayed:
        notes.append(f"{_articles(len(replayed))} mixed in from {_path(replay) or 'replay'}")
    return Selection(
        train_articles, dev_articles, known, own, replayed, replay_dev, replay_labels, tuple(notes)
    )


def set_aside(articles: Sequence[Article], seed: int) -> tuple[list[Article], list[Article]]:
    """Articles to learn from, and `DEV_SHARE` of them to choose the best epoch on.

    Drawn by `seed`; each label that occurs in two articles occurs in both parts.

    Raises:
        ArticleError: if too few articles carry labels.
    """
    order, first = spread(articles, seed)
    count = max(round(DEV_SHARE * len(order)), min(first, len(order) // 2), 1)
    left = Counter(label for article in articles for label in article.labels)
    chosen: set[int] = set()
    for index in order:
        labels = articles[index].labels
        if len(chosen) < count and all(left[label] > 1 for label in labels):
            chosen.add(index)
            left.subtract(labels)
    dev = [article for index, article in enumerate(articles) if index in chosen]
    if not any(article.labels for article in dev):
        raise ArticleError("too few labelled articles to set some aside; label more, or name dev")
    return [article for index, article in enumerate(articles) if index not in chosen], dev


def spread(articles: Sequence[Article], seed: int) -> tuple[list[int], int]:
    """The articles' numbers in a drawn order, in which a few with each label come first.

    Returns:
        The order, and how many those few are.
    """
    rest = list(range(len(articles)))
    random.Random(seed).shuffle(rest)
    counts = Counter(label for article in articles for label in article.labels)
    first: list[int] = []
    for label in sorted(counts, key=lambda name: (counts[name], name)):
        if not any(label in articles[index].labels for index in first):
            first.append(next(index for index in rest if label in articles[index].labels))
    return first + [index for index in rest if index not in first], len(first)


def part(selection: Selection, size: int, seed: int) -> Selection:
    """A selection with only some training articles; smaller parts lie within larger ones."""
    order, _ = spread(selection.train, seed)
    return replace(selection, train=[selection.train[index] for index in order[:size]])


def read_seeds() -> list[Article]:
    """The corpus that comes with geoner: packed in the package, or beside it in a clone."""
    packed = Path(__file__).parent / f"{SEEDS}.zip"
    if not packed.is_file():
        return read_articles(packed.parent.parent / SEEDS / "articles")
    with tempfile.TemporaryDirectory() as folder, ZipFile(packed) as archive:
        archive.extractall(folder)
        return read_articles(folder)


def _path(source: Articles | None) -> str | None:
    return str(source) if isinstance(source, str | Path) else None


def _articles(count: int) -> str:
    return f"{count} article{'' if count == 1 else 's'}"


def _by_split(given: Located, notes: list[str]) -> tuple[Located, Located]:
    """Articles of the train split and of the dev split, where the articles say."""
    splits = Counter(article.meta.get("split") for article, _ in given)
    if "train" not in splits:
        return given, []
    train = [pair for pair in given if pair[0].meta.get("split") == "train"]
    dev = [pair for pair in given if pair[0].meta.get("split") in DEV_NAMES]
    out = len(given) - len(train) - len(dev)
    notes.append(
        f"by their split, {_articles(len(train))} to learn from"
        + (f", {len(dev)} to choose the best epoch on" if dev else "")
        + (f"; {out} left out" if out else "")
    )
    return train, dev


def _set_aside_note(train: Sequence[Article], dev: Sequence[Article]) -> str:
    shown = ", ".join(article.id for article in dev[:5])
    more = f" and {len(dev) - 5} more" if len(dev) > 5 else ""
    text = (
        f"{len(dev)} of {_articles(len(train) + len(dev))} set aside to choose the best epoch "
        f"on: {shown}{more}"
    )
    absent = {x for a in train for x in a.labels} - {x for a in dev for x in a.labels}
    if absent:
        text += f"; {', '.join(sorted(absent))} is in one article only, so not among them"
    return text


def _check_characters(article: Article, source: Source) -> None:
    """Raises if a mention begins or ends inside what a reader sees as one character."""
    text = article.text
    for index, entity in enumerate(article.document.entities):
        for offset in (entity.start, entity.end):
            if 0 < offset < len(text) and _is_inside(text, offset):
                raise ArticleError(
                    f"entities[{index}]: offsets {entity.start}:{entity.end} split the character "
                    f"{text[offset - 1 : offset + 1]!r} at {offset}; count in code points, and "
                    "take combining marks in",
                    source.path,
                    source.line_of(text, offset),
                )


def _is_inside(text: str, offset: int) -> bool:
    """Whether a mark, a joiner, a flag or a pair of surrogates goes on at an offset."""
    before, after = text[offset - 1], text[offset]
    flag = _FLAG.search(text, max(0, offset - 100), offset)
    return (
        unicodedata.category(after) in ("Mn", "Me")
        or after in _JOINERS
        or before == "\u200d"
        or ("\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff")
        or (flag is not None and len(flag.group()) % 2 == 1 and bool(_FLAG.match(after)))
    )


def _check_labels(given: Located, base_labels: Sequence[str], labels: Sequence[str] | None) -> None:
    """Raises if a label is none of `labels`, or is another spelling of one seen before."""
    seen = {_plain(label): label for label in base_labels}
    for article, source in given:
        for index, entity in enumerate(article.document.entities):
            label = entity.label
            other = seen.setdefault(_plain(label), label)
            problem = None
            if labels is not None and label not in labels:
                problem = f"is none of {', '.join(labels)}"
            elif other != label:
                whose = "the base knows" if other in base_labels else "other articles have"
                problem = f"is not spelled as {other!r}, which {whose}"
            if problem:
                raise ArticleError(
                    f"entities[{index}]: label {label!r} {problem}; rename one of them",
                    source.path,
                    source.line_of(article.text, entity.start),
                )
    absent = set(labels or ()) - {label for article, _ in given for label in article.labels}
    if absent:
        raise ArticleError(f"no article carries the label {', '.join(sorted(absent))}")


def _plain(label: str) -> str:
    return "".join(character for character in label.casefold() if character.isalnum()) or label


def _check_dev(dev: Sequence[Article], own: Iterable[str], path: str | None) -> None:
    if not any(article.labels for article in dev):
        raise ArticleError("no dev article carries a label, so no epoch could be chosen", path)
    unseen = {label for article in dev for label in article.labels}.difference(own)
    if unseen:
        raise ArticleError(f"labels in dev but not in train: {', '.join(sorted(unseen))}", path)


def _replayed(
    replay: Articles | None, own: int, seed: int
) -> tuple[list[Article], list[Article], tuple[str, ...]]:
    """Articles to mix in, others of their corpus to look back with, and the corpus's labels."""
    if replay is None:
        return [], [], ()
    corpus = read_seeds() if replay == SEEDS else read_articles(replay)
    train = [a for a in corpus if a.meta.get("split", "train") == "train"]
    dev = [a for a in corpus if a.meta.get("split") in DEV_NAMES]
    labels = ordered_labels(label for article in train for label in article.labels)
    if not labels:
        raise ArticleError("no article to replay carries a label", _path(replay))
    order, _ = spread(train, seed)
    return [train[index] for index in order[: max(own, LEAST_REPLAYED)]], dev, labels


def _label_notes(labels: Sequence[str], base_labels: Sequence[str]) -> list[str]:
    new = [label for label in labels if label not in base_labels]
    kept = [label for label in labels if label in base_labels]
    lost = [label for label in base_labels if label not in labels]
    notes = [f"labels: {', '.join([*kept, *(f'{label} (new)' for label in new)])}"]
    if lost:
        notes.append(
            f"the base knows {', '.join(lost)} too, which no article carries: the new model will "
            "not; replay articles that do to keep them (--replay seeds)"
        )
    return notes

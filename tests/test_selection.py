from collections import Counter
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoner import Article, Document
from geoner.errors import ArticleError
from geoner.selection import part, read_seeds, select, set_aside, spread

from .conftest import SEEDS


def article(name, *labels, **meta):
    spans = [(5 * k, 5 * k + 4, label, 1.0) for k, label in enumerate(labels)]
    return Article(name, Document.from_spans("Mali " * 9, spans), meta)


LABELLED = st.lists(st.sets(st.sampled_from("ABCD"), max_size=3).map(sorted), min_size=2)


def labels_of(articles):
    return {label for found in articles for label in found.labels}


@given(LABELLED, st.integers(0, 5))
def test_set_aside_articles_are_apart_and_keep_each_label(label_sets, seed):
    articles = [article(str(k), *labels) for k, labels in enumerate(label_sets)]
    counts = Counter(label for found in articles for label in found.labels)
    if not any(count > 1 for count in counts.values()):
        return
    try:
        train, dev = set_aside(articles, seed)
    except ArticleError:  # each article has a label that no other has
        return
    assert sorted(a.id for a in (*train, *dev)) == sorted(a.id for a in articles)
    assert labels_of(train) == set(counts)
    assert set_aside(articles, seed) == (train, dev)


def test_a_fifth_is_set_aside_with_every_label_in_it():
    articles = [article(str(k), "A", *("B" if k % 20 == 0 else ())) for k in range(100)]
    train, dev = set_aside(articles, 13)
    assert (len(train), len(dev)) == (80, 20)
    assert labels_of(dev) == {"A", "B"}
    assert set_aside(articles, 14)[1] != dev


@given(LABELLED)
def test_an_order_begins_with_every_label(label_sets):
    articles = [article(str(k), *labels) for k, labels in enumerate(label_sets)]
    order, first = spread(articles, 1)
    assert sorted(order) == list(range(len(articles)))
    assert labels_of(articles[index] for index in order[:first]) == labels_of(articles)


def chosen(train, dev=None, replay=None, base=(), labels=None):
    return select(train, dev, replay, base, labels, 13)


def test_smaller_parts_lie_within_larger_ones():
    selection = chosen([article(str(k), "A") for k in range(20)])
    small, large = (part(selection, size, 13) for size in (4, 9))
    assert large.train[:4] == small.train
    assert small.dev == large.dev == selection.dev


def test_articles_that_name_their_split_are_divided_so():
    articles = [
        article(split, "A", split=split) for split in ("train", "validation", "test", "extra")
    ]
    selection = chosen(articles)
    assert [a.id for a in selection.train] == ["train"]
    assert [a.id for a in selection.dev] == ["validation"]
    assert "2 left out" in selection.notes[0]


def test_what_was_set_aside_is_said():
    selection = chosen([article("a", "A"), article("b", "A"), article("c", "RARE")])
    assert selection.notes[0].startswith("1 of 3 articles set aside to choose the best epoch on: ")
    assert "RARE is in one article only" in selection.notes[0]


def test_labels_new_kept_and_lost_are_said():
    notes = chosen([article("a", "SHIP", "COUNTRY")] * 2, base=("COUNTRY", "MONEY")).notes
    assert notes[1] == "labels: COUNTRY, SHIP (new)"
    assert notes[2].startswith("the base knows MONEY too, which no article carries")


def test_replayed_articles_bring_their_labels():
    selection = chosen([article("a", "SHIP")] * 2, replay="seeds")
    assert selection.labels == ("COUNTRY", "OFFICIAL", "AGREEMENT", "MONEY", "SHIP")
    assert selection.own == ("SHIP",)
    assert len(selection.replay) == 40
    assert {a.meta["split"] for a in selection.replay} == {"train"}
    assert {a.meta["split"] for a in selection.replay_dev} == {"dev"}


def test_the_corpus_is_read_from_the_package_where_it_is_packed(tmp_path, monkeypatch):
    whole = {article.id for article in read_seeds()}
    assert len(whole) > 400
    text = (SEEDS / "agency-jordan-water.txt").read_bytes()
    with ZipFile(tmp_path / "seeds.zip", "w") as archive:
        archive.writestr("agency-jordan-water.txt", text)
    monkeypatch.setattr("geoner.selection.__file__", str(tmp_path / "selection.py"))
    assert [article.id for article in read_seeds()] == ["agency-jordan-water"]


@pytest.mark.parametrize(
    ("articles", "labels", "said"),
    [
        (["Country"], None, "article a:1: entities\\[0\\]: label 'Country' is not spelled as 'COU"),
        (["SHIP", "ship"], None, "entities\\[1\\]: label 'ship' is not spelled as 'SHIP', which o"),
        (["TANK"], ["SHIP"], "article a:1: entities\\[0\\]: label 'TANK' is none of SHIP"),
        (["SHIP"], ["SHIP", "TANK"], "no article carries the label TANK"),
    ],
)
def test_labels_that_disagree_are_named(articles, labels, said):
    with pytest.raises(ArticleError, match=said):
        chosen([article("a", *articles)] * 2, base=("COUNTRY",), labels=labels)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("Cafe\u0301 Mali", 4),
        ("\U0001f1f3\U0001f1f4 Mali", 1),
        ("\U0001f469\u200d\U0001f692 Mali", 1),
        ("\U0001f469\u200d\U0001f692 Mali", 2),
        ("\ud83d\ude00 Mali", 1),
    ],
)
def test_offsets_that_split_a_character_are_named(text, offset):
    good = article("b", "A")
    for span in ((0, offset), (offset, len(text))):
        bad = Article("a", Document.from_spans(text, [(*span, "A", 1.0)]))
        with pytest.raises(ArticleError, match=rf"article a:1: entities\[0\]: .* at {offset}; "):
            chosen([good, bad, good])


def test_whole_characters_are_no_fault():
    text = "Cafe\u0301 \U0001f1f3\U0001f1f4\U0001f1f2\U0001f1f1 Mali"
    spans = [(0, 5, "A", 1.0), (6, 8, "A", 1.0), (8, 10, "A", 1.0)]
    good = Article("a", Document.from_spans(text, spans))
    assert chosen([good, good]).own == ("A",)

"""The seed corpus keeps what its datasheet promises."""

import json
from collections import Counter, defaultdict

import pytest

import geoner
from geoner.articles.checking import SPLITS, ngrams
from geoner.values.types import value_from_dict
from training import datasheet

from .conftest import SEEDS

STYLES = {
    *("telex", "newspaper", "agency", "broadcaster", "readout", "communique", "briefing"),
    *("speech", "opinion", "markets", "court", "parliament", "live", "briefs", "history"),
    *("regional", "quiet"),
}


@pytest.fixture(scope="module")
def corpus():
    return geoner.read_articles(SEEDS)


@pytest.fixture(scope="module")
def valued():
    """The labelled values, one dict an article."""
    lines = (SEEDS.parent / "values.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_the_check_has_nothing_to_report():
    assert geoner.check_articles(SEEDS) == []


def test_every_style_has_25_articles_and_stands_in_all_splits(corpus):
    splits = defaultdict(Counter)
    for article in corpus:
        assert article.id.startswith(f"{article.meta['style']}-")
        splits[article.meta["style"]][article.meta["split"]] += 1
    assert set(splits) == STYLES
    for style, counts in splits.items():
        assert counts.total() >= 25, style
        assert set(counts) == set(SPLITS), style


def test_articles_are_as_long_as_news(corpus):
    lengths = {article.id: len(article.text.split()) for article in corpus}
    assert [name for name, words in lengths.items() if not 60 <= words <= 500] == []


def test_there_is_enough_of_each_label(corpus):
    entities = [entity for article in corpus for entity in article.document.entities]
    mentions = Counter(entity.label for entity in entities)
    least = {"COUNTRY": 7000, "OFFICIAL": 4000, "AGREEMENT": 1800, "MONEY": 1500}
    assert {label: mentions[label] for label in least if mentions[label] < least[label]} == {}
    distinct = Counter(label for label, _ in {(e.label, e.text) for e in entities})
    assert distinct["COUNTRY"] >= 230
    assert distinct["OFFICIAL"] >= 900
    assert distinct["AGREEMENT"] >= 700


def test_hardly_a_passage_occurs_twice(corpus):
    seen = Counter(gram for article in corpus for gram in ngrams(article, 8))
    assert sum(count for count in seen.values() if count > 1) < 0.01 * seen.total()


def test_the_counts_in_the_datasheet_are_those_of_the_corpus():
    written = datasheet.DATASHEET.read_text(encoding="utf-8")
    assert f"{datasheet.BEGIN}\n{datasheet.counts()}\n{datasheet.END}" in written


def test_values_stand_for_articles_of_every_style_that_no_model_learned_from(corpus, valued):
    meta = {article.id: article.meta for article in corpus}
    ids = [labels["id"] for labels in valued]
    assert len(ids) == len(set(ids)) == 40
    assert {meta[name]["style"] for name in ids} == STYLES
    assert {meta[name]["split"] for name in ids} == {"dev", "test"}


def test_every_entity_of_an_article_with_values_is_in_one_group(corpus, valued):
    entities = {article.id: article.document.entities for article in corpus}
    for labels in valued:
        grouped = [
            (start, end, group["label"])
            for group in labels["groups"]
            for start, end in group["mentions"]
        ]
        labelled = [(entity.start, entity.end, entity.label) for entity in entities[labels["id"]]]
        assert sorted(grouped) == labelled, labels["id"]
        for group in labels["groups"]:
            assert group["mentions"] == sorted(group["mentions"]), labels["id"]


def test_values_are_of_their_labels_type_and_name_further_readings_by_field(valued):
    for group in (group for labels in valued for group in labels["groups"]):
        further = group.get("also", {})
        if group["value"] is None:
            assert further == {}
            continue
        assert value_from_dict(group["value"]).to_dict() == group["value"]
        assert group["value"]["type"] == group["label"].lower()
        for field, readings in further.items():
            assert group["value"][field] not in readings
            value_from_dict({**group["value"], field: readings[0]})

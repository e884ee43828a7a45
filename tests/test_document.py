import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoner import (
    AgreementValue,
    CountryValue,
    Document,
    Entity,
    GeonerError,
    MoneyValue,
    OfficialValue,
)
from geoner.linking import link
from geoner.values.resolve import resolve
from geoner.values.types import COUNTRY_KINDS

TEXT = "Chad signed the Paris Agreement."
DOCUMENT = Document.from_spans(TEXT, [(16, 31, "AGREEMENT", 0.9), (0, 4, "COUNTRY", 0.5)])


CHAD = CountryValue("TD", "TCD", "Chad")

words = st.text(min_size=1, max_size=9)
optional = st.none() | words
amounts = st.none() | st.decimals(allow_nan=False, allow_infinity=False, max_value=10**15, places=3)
kinds = st.sampled_from(COUNTRY_KINDS)
country_values = st.builds(CountryValue, optional, optional, words, kinds)
values = st.one_of(
    st.none(),
    country_values,
    st.builds(MoneyValue, amounts, amounts, optional, st.booleans()),
    st.builds(OfficialValue, words, optional, optional, optional),
    st.builds(
        AgreementValue,
        words,
        optional,
        st.lists(words, max_size=3).map(tuple),
        st.none() | st.integers(1, 9999),
    ),
)


@st.composite
def documents(draw):
    text = draw(st.text(min_size=1, max_size=60))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans = [
        (start, end, draw(st.sampled_from(["COUNTRY", "X"])), draw(st.floats(0, 1)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    entities = [
        replace(
            entity,
            value=draw(values),
            candidates=tuple(draw(st.lists(country_values, max_size=3))),
        )
        for entity in Document.from_spans(text, spans).entities
    ]
    return Document(text, tuple(entities))


def test_spans_become_sorted_entities_with_their_text():
    assert [(e.text, e.label) for e in DOCUMENT.entities] == [
        ("Chad", "COUNTRY"),
        ("Paris Agreement", "AGREEMENT"),
    ]


@given(documents())
def test_dict_and_json_round_trip(document):
    assert Document.from_dict(document.to_dict()) == document
    assert Document.from_json(document.to_json()) == document
    json.dumps(document.to_dict())


@pytest.mark.parametrize(
    "spans",
    [[(0, 5, "X", 1.0), (4, 6, "X", 1.0)], [(0, 99, "X", 1.0)], [(3, 3, "X", 1.0)]],
)
def test_spans_that_overlap_or_lie_outside_are_refused(spans):
    with pytest.raises(ValueError, match="entity"):
        Document.from_spans(TEXT, spans)


def test_entity_text_must_be_what_stands_there():
    with pytest.raises(ValueError, match="Mali"):
        Document(TEXT, (Entity("Mali", "COUNTRY", 0, 4),))


_MONEY = MoneyValue(Decimal(1), Decimal(2), "USD").to_dict()


def with_field(**fields):
    return {"text": "a", "entities": [{**Entity("a", "X", 0, 1).to_dict(), **fields}]}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (with_field(value="IR"), "field 'value' is 'IR'"),
        (with_field(value={**CHAD.to_dict(), "type": "river"}), "type 'river'"),
        (with_field(value={**CHAD.to_dict(), "name": 5}), "'name' is 5"),
        (with_field(value={**CHAD.to_dict(), "alpha_4": "X"}), "no field 'alpha_4'"),
        (
            with_field(value={**CHAD.to_dict(), "kind": "town"}),
            "field 'kind' is 'town', not one of",
        ),
        (with_field(value={"type": "official"}), "lacks a field: .*'name'"),
        (with_field(value={**_MONEY, "amount_min": "a lot"}), "'amount_min' is 'a lot'"),
        (with_field(value={**_MONEY, "amount_max": "NaN"}), "'amount_max' is 'NaN'"),
        (with_field(value={**_MONEY, "amount_max": 5}), "'amount_max' is 5"),
        (with_field(value={"type": "agreement", "name": "x", "year": True}), "'year' is True"),
        (with_field(value={"type": "agreement", "name": "x", "parties": "FR"}), "'parties'"),
        (with_field(value={"type": "agreement", "name": "x", "parties": [1]}), "'parties'"),
        (with_field(candidates="CD"), "'candidates' is 'CD'"),
        (with_field(candidates=[_MONEY]), "'candidates'"),
        ({"entities": []}, "text"),
        ({"text": "a", "entities": [{"text": "a", "start": 0, "end": 1, "score": 1}]}, "label"),
        ({"text": "a", "entities": [{**Entity("b", "X", 0, 1).to_dict()}]}, "'b'"),
        ({"text": "a", "entities": [{**Entity("a", "X", 0, 1).to_dict(), "start": "0"}]}, "start"),
        ({"text": None, "entities": []}, "'text' is None"),
        (["no"], "not a document"),
    ],
)
def test_wrong_dict_names_what_is_wrong(data, said):
    with pytest.raises(GeonerError, match=said):
        Document.from_dict(data)


def test_wrong_json_is_a_geoner_error():
    with pytest.raises(GeonerError, match="not a document"):
        Document.from_json("{")


def test_filter_by_label_and_score():
    assert [e.text for e in DOCUMENT.filter(["COUNTRY"]).entities] == ["Chad"]
    assert [e.text for e in DOCUMENT.filter(min_score=0.6).entities] == ["Paris Agreement"]
    assert DOCUMENT.filter().entities == DOCUMENT.entities


def test_one_label_is_no_list_of_labels():
    for method in (DOCUMENT.filter, DOCUMENT.cooccurrences):
        with pytest.raises(TypeError, match=r"\['COUNTRY'\], not 'COUNTRY'"):
            method("COUNTRY")


def test_a_document_without_values_can_still_be_read():
    data = DOCUMENT.to_dict()
    for entity in data["entities"]:
        del entity["value"]
    assert Document.from_dict(data) == DOCUMENT


def test_dataframe_has_a_row_for_each_mention_and_a_column_for_each_field_of_values():
    text = "Chad, Ada Obi, $5 and the 1951 treaty"
    entities = (
        Entity("Chad", "COUNTRY", 0, 4, value=CHAD),
        Entity("Ada Obi", "OFFICIAL", 6, 13, value=OfficialValue("Ada Obi", "mayor", "NG")),
        Entity("$5", "MONEY", 15, 17, value=MoneyValue(Decimal(5), Decimal(5), "USD", True)),
        Entity(
            "1951 treaty",
            "AGREEMENT",
            26,
            37,
            value=AgreementValue("1951 treaty", "treaty", ("FR", "DE"), 1951),
        ),
    )
    frame = Document(text, entities).to_dataframe()
    assert list(frame["text"]) == ["Chad", "Ada Obi", "$5", "1951 treaty"]
    chad, official, money, treaty = (row for _, row in frame.iterrows())
    assert (chad["alpha_2"], chad["name"], chad["kind"]) == ("TD", "Chad", "state")
    assert (official["name"], official["role"], official["country"]) == ("Ada Obi", "mayor", "NG")
    assert (money["amount_min"], money["currency"], money["approximate"]) == (5.0, "USD", True)
    assert (treaty["kind"], treaty["parties"], treaty["year"]) == ("treaty", "FR DE", 1951)
    assert frame["year"].isna().tolist() == [True, True, True, False]
    nothing = Document("nothing").to_dataframe()
    assert (list(nothing.columns), len(nothing)) == (list(frame.columns), 0)
    assert (nothing.dtypes == frame.dtypes).all()


def grouped(document):
    """The document with its groups, as extraction gives it."""
    return link(resolve(document))


@given(documents())
def test_groups_round_trip_and_hold_every_mention_once(document):
    linked = grouped(document)
    assert Document.from_dict(linked.to_dict()) == linked
    mentions = [mention for group in linked.groups for mention in group.mentions]
    assert sorted(mentions, key=lambda mention: mention.start) == list(linked.entities)


def test_a_document_made_by_hand_has_no_groups_and_dicts_without_them_load():
    assert DOCUMENT.groups == DOCUMENT.countries == ()
    data = DOCUMENT.to_dict()
    del data["groups"]
    assert Document.from_dict(data) == DOCUMENT


def test_groups_name_their_mentions_by_index():
    data = grouped(DOCUMENT).to_dict()
    assert [group["mentions"] for group in data["groups"]] == [[0], [1]]
    assert data["groups"][0]["name"] == "Chad"
    assert data["groups"][0]["value"]["alpha_2"] == "TD"


@pytest.mark.parametrize("mentions", [[5], [-1], ["0"], [True], []])
def test_groups_of_what_is_no_mention_are_refused(mentions):
    data = grouped(DOCUMENT).to_dict()
    data["groups"][0]["mentions"] = mentions
    with pytest.raises(GeonerError, match="mentions"):
        Document.from_dict(data)


def test_a_mention_is_in_one_group():
    linked = grouped(DOCUMENT)
    with pytest.raises(ValueError, match="two groups"):
        Document(linked.text, linked.entities, (linked.groups[0], linked.groups[0]))


def test_filter_keeps_groups_true_to_what_is_left():
    text = "Chad and Togo; Chad."
    spans = [(0, 4, "COUNTRY", 0.2), (9, 13, "COUNTRY", 0.9), (15, 19, "COUNTRY", 0.9)]
    linked = grouped(Document.from_spans(text, spans)).filter(min_score=0.5)
    assert [(group.name, group.count) for group in linked.groups] == [("Togo", 1), ("Chad", 1)]
    assert linked.filter(["MONEY"]).groups == ()


def test_cooccurrences_count_sentences():
    text = "Chad met Togo. Mali met Chad and Togo, said Togo. Mr. Mali slept."
    names = ("Chad", "Togo", "Mali", "Chad", "Togo", "Togo")
    spans, at = [], 0
    for name in names:
        at = text.index(name, at)
        spans.append((at, at + len(name), "COUNTRY", 1.0))
        at += len(name)
    linked = grouped(Document.from_spans(text, spans))
    pairs = [(pair.first.name, pair.second.name, pair.count) for pair in linked.cooccurrences()]
    assert pairs == [("Chad", "Togo", 2), ("Chad", "Mali", 1), ("Togo", "Mali", 1)]
    assert linked.cooccurrences(["OFFICIAL"]) == ()

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoner import Document, Entity, GeonerError

TEXT = "Chad signed the Paris Agreement."
DOCUMENT = Document.from_spans(TEXT, [(16, 31, "AGREEMENT", 0.9), (0, 4, "COUNTRY", 0.5)])


@st.composite
def documents(draw):
    text = draw(st.text(min_size=1, max_size=60))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans = [
        (start, end, draw(st.sampled_from(["COUNTRY", "X"])), draw(st.floats(0, 1)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    return Document.from_spans(text, spans)


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


@pytest.mark.parametrize(
    ("data", "said"),
    [
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


def test_dataframe_has_a_row_for_each_mention():
    frame = DOCUMENT.to_dataframe()
    assert list(frame.columns) == ["text", "label", "start", "end", "score", "value"]
    assert list(frame["text"]) == ["Chad", "Paris Agreement"]
    assert list(Document("nothing").to_dataframe().columns) == list(frame.columns)

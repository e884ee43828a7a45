import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2

import geoner
from geoner import Article, Document, GeonerError
from geoner.evaluate import (
    Evaluation,
    classification_report,
    format_comparison,
    format_evaluation,
    format_report,
)

from .test_document import documents


def spans(document):
    return {(e.start, e.end, e.label) for e in document.entities}


@st.composite
def pairs(draw):
    gold = draw(documents())
    other = [
        (e.start, e.end, draw(st.sampled_from([e.label, "COUNTRY", "Y"])), 1.0)
        for e in gold.entities
        if draw(st.booleans())
    ]
    return gold, Document.from_spans(gold.text, other)


@given(st.lists(pairs(), min_size=1, max_size=4))
def test_figures_are_those_of_counting_spans(both):
    gold, predicted = [g for g, _ in both], [p for _, p in both]
    right = sum(len(spans(g) & spans(p)) for g, p in both)
    found = sum(len(spans(p)) for p in predicted)
    wanted = sum(len(spans(g)) for g in gold)
    if not wanted:
        return
    micro = classification_report(gold, predicted)["micro avg"]
    assert micro["support"] == wanted
    assert micro["precision"] == pytest.approx(right / found if found else 0)
    assert micro["recall"] == pytest.approx(right / wanted)


def test_figures_are_those_of_seqeval_on_word_tags():
    text = "Chad and South Sudan signed"
    gold = Document.from_spans(text, [(0, 4, "COUNTRY", 1.0), (9, 20, "COUNTRY", 1.0)])
    predicted = Document.from_spans(text, [(0, 4, "COUNTRY", 1.0), (15, 20, "COUNTRY", 1.0)])
    true = [["B-COUNTRY", "O", "B-COUNTRY", "I-COUNTRY", "O"]]
    guess = [["B-COUNTRY", "O", "O", "B-COUNTRY", "O"]]
    report = classification_report([gold], [predicted])
    assert report["micro avg"]["f1-score"] == f1_score(true, guess, mode="strict", scheme=IOB2)
    assert report["COUNTRY"] == {"precision": 0.5, "recall": 0.5, "f1-score": 0.5, "support": 2}


def test_neighbouring_mentions_are_not_one():
    text = "IranIraq"
    two = Document.from_spans(text, [(0, 4, "COUNTRY", 1.0), (4, 8, "COUNTRY", 1.0)])
    one = Document.from_spans(text, [(0, 8, "COUNTRY", 1.0)])
    assert classification_report([two], [one])["micro avg"]["f1-score"] == 0


def test_articles_without_labels_are_nothing_to_evaluate_on(extractor):
    with pytest.raises(GeonerError, match="no labelled entity"):
        geoner.evaluate(extractor, [Article("a", Document("Nothing here."))])


def test_the_table_gives_per_cent():
    text = "Chad"
    document = Document.from_spans(text, [(0, 4, "COUNTRY", 1.0)])
    table = format_report(classification_report([document], [document]))
    assert table.splitlines()[1].split() == ["COUNTRY", "100.0", "100.0", "100.0", "1"]


def test_a_missing_extra_is_said(monkeypatch, extractor, seeds):
    monkeypatch.setitem(sys.modules, "seqeval.metrics", None)
    with pytest.raises(GeonerError, match=r"pip install 'geoner\[train\]'"):
        geoner.evaluate(extractor, seeds)


def evaluation(*found):
    text = "Chad met Ana Silva"
    gold = Document.from_spans(text, [(0, 4, "COUNTRY", 1.0), (9, 18, "OFFICIAL", 1.0)])
    predicted = Document.from_spans(text, [(*span, 0.9) for span in found])
    report = classification_report([gold] * 4, [predicted] * 4)
    return Evaluation([Article("a", gold)] * 4, [predicted] * 4, report)


def test_the_json_report_keeps_the_rows_of_seqeval_and_adds_an_analysis():
    some = evaluation((0, 4, "COUNTRY"), (9, 12, "OFFICIAL"))
    data = json.loads(json.dumps(some.to_dict(evaluation((0, 4, "COUNTRY")))))
    assert data["micro avg"] == {"precision": 0.5, "recall": 0.5, "f1-score": 0.5, "support": 8}
    assert data["analysis"]["intervals"]["COUNTRY"] == [1, 1]
    assert data["analysis"]["errors"]["OFFICIAL"]["boundary"] == 4
    assert data["analysis"]["reliability"]["bins"][0]["count"] == 8
    assert data["analysis"]["comparison"]["difference"] == pytest.approx(1 / 2 - 2 / 3)


def test_the_table_gives_intervals_and_kinds_of_error():
    lines = format_evaluation(evaluation((0, 4, "COUNTRY"), (9, 12, "OFFICIAL"))).splitlines()
    assert lines[1].split() == ["COUNTRY", "100.0", "100.0", "100.0", "100.0", "-", "100.0", "4"]
    assert lines[7].startswith("errors")
    assert lines[8].split() == ["OFFICIAL", "4", "0", "0", "0", "0"]
    assert lines[-1].startswith("scores are off by 40.0 ")


def test_a_comparison_is_said_in_a_sentence():
    better, worse = evaluation((0, 4, "COUNTRY"), (9, 18, "OFFICIAL")), evaluation()
    said = format_comparison(better.compared(worse), "old")
    assert said == "micro-F1 +100.0 against old (95% interval +100.0 to +100.0, p < 0.001): real"

import json
import sys
from itertools import pairwise

import pytest
import seqeval.metrics
from hypothesis import assume, given
from hypothesis import strategies as st
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2

import geoner
from geoner import Article, Document, Evaluation, GeonerError
from geoner.evaluate import classification_report
from geoner.report import format_comparison, format_evaluation, format_report


def spans(document):
    return {(e.start, e.end, e.label) for e in document.entities}


LABELS = ["COUNTRY", "X", "Y-Z"]


@st.composite
def pairs(draw):
    """A labelled text and what is found in it: neighbours that touch, the same place under
    another label, other borders, nothing at all."""
    text = draw(st.text(max_size=30))
    places = st.sets(st.integers(0, len(text)), max_size=8)
    gold_cuts = draw(places)
    found_cuts = draw(st.one_of(st.just(gold_cuts), places, st.just(gold_cuts | draw(places))))
    return tuple(
        Document.from_spans(
            text,
            [
                (start, end, label, draw(st.floats(0, 1)))
                for start, end in pairwise(sorted(cuts))
                if (label := draw(st.sampled_from([None, *LABELS])))
            ],
        )
        for cuts in (gold_cuts, found_cuts)
    )


def tags_of_characters(document):
    """IOB2, a tag for each character."""
    tags = ["O"] * len(document.text)
    for entity in document.entities:
        for place in range(entity.start, entity.end):
            tags[place] = ("B-" if place == entity.start else "I-") + entity.label
    return tags


def counted_by_hand(gold, predicted):
    """The rows of a report from nothing but sets of spans."""

    def row(chosen):
        wanted = [{s for s in spans(document) if chosen(s[2])} for document in gold]
        found = [{s for s in spans(document) if chosen(s[2])} for document in predicted]
        right = sum(len(w & f) for w, f in zip(wanted, found, strict=True))
        precision = right / (sum(map(len, found)) or 1)
        recall = right / (sum(map(len, wanted)) or 1)
        f1 = 2 * precision * recall / (precision + recall) if right else 0
        support = sum(map(len, wanted))
        return {"precision": precision, "recall": recall, "f1-score": f1, "support": support}

    labels = sorted({s[2] for document in (*gold, *predicted) for s in spans(document)})
    rows = {label: row(label.__eq__) for label in labels}
    micro = row(lambda _: True)
    macro = {
        figure: sum(rows[label][figure] for label in labels) / len(labels)
        for figure in ("precision", "recall", "f1-score")
    }
    weighted = {
        figure: sum(rows[label][figure] * rows[label]["support"] for label in labels)
        / micro["support"]
        for figure in macro
    }
    averages = {"macro avg": macro, "weighted avg": weighted}
    support = {"support": micro["support"]}
    return {
        **rows,
        "micro avg": micro,
        **{name: {**figures, **support} for name, figures in averages.items()},
    }


def assert_all_three_agree(gold, predicted):
    ours = classification_report(gold, predicted)
    theirs = seqeval.metrics.classification_report(
        [tags_of_characters(document) for document in gold],
        [tags_of_characters(document) for document in predicted],
        output_dict=True,
        mode="strict",
        scheme=IOB2,
        zero_division=0,
    )
    by_hand = counted_by_hand(gold, predicted)
    assert list(ours) == list(theirs) == list(by_hand)
    for name, row in ours.items():
        assert row == pytest.approx(theirs[name])
        assert row == pytest.approx(by_hand[name])


@given(st.lists(pairs(), min_size=1, max_size=4))
def test_figures_are_those_of_seqeval_and_of_counting_spans(both):
    gold, predicted = [g for g, _ in both], [p for _, p in both]
    assume(any(document.entities for document in gold))
    assert_all_three_agree(gold, predicted)


def test_figures_of_the_shipped_model_are_those_of_seqeval_and_of_counting_spans(on_seeds):
    assert_all_three_agree(on_seeds.gold, on_seeds.predicted)


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
    some = evaluation((0, 4, "COUNTRY"))
    monkeypatch.setitem(sys.modules, "nervaluate", None)
    with pytest.raises(GeonerError, match=r"pip install 'geoner\[train\]'"):
        some.to_dict()
    monkeypatch.setitem(sys.modules, "seqeval.metrics", None)
    with pytest.raises(GeonerError, match=r"pip install 'geoner\[train\]'"):
        geoner.evaluate(extractor, seeds)


TEXT = "Chad met Ana Silva"
GOLD = Document.from_spans(TEXT, [(0, 4, "COUNTRY", 1.0), (9, 18, "OFFICIAL", 1.0)])


def evaluation(*found, labels=("COUNTRY", "OFFICIAL"), number=4):
    predicted = Document.from_spans(TEXT, [(*span, 0.9) for span in found])
    articles = [
        Article(str(index), GOLD, {"style": "wire"} if index else {}) for index in range(number)
    ]
    return Evaluation(articles, [predicted] * number, labels)


def test_an_evaluation_is_the_report_of_seqeval(extractor, seeds):
    some = geoner.evaluate(extractor, seeds[:3])
    assert some == classification_report(some.gold, some.predicted)
    assert some["micro avg"].keys() == {"precision", "recall", "f1-score", "support"}
    assert some.labels == extractor.labels


def test_a_label_that_no_article_has_is_named(extractor, seeds):
    with pytest.raises(GeonerError, match=r"no labelled entity of COUNTY$"):
        geoner.evaluate(extractor, seeds[:2], labels=["COUNTY"])


def test_labels_that_nobody_looked_for_can_be_left_out(extractor):
    text = "Talks between Iran and Oman cost $3 million."
    article = Article("a", Document.from_spans(text, [(33, 43, "MONEY", 1.0)]))
    assert geoner.evaluate(extractor, [article])["micro avg"]["precision"] < 1
    report = geoner.evaluate(extractor, [article], labels=["MONEY"])
    assert report["micro avg"]["f1-score"] == 1
    assert report.labels == ("MONEY",)
    with pytest.raises(GeonerError, match="no labelled entity"):
        geoner.evaluate(extractor, [article], labels=["COUNTRY"])


def test_the_json_report_keeps_the_rows_of_seqeval_and_adds_an_analysis():
    some = evaluation((0, 4, "COUNTRY"), (9, 12, "OFFICIAL"))
    other = evaluation((0, 4, "COUNTRY"))
    data = json.loads(json.dumps(some.to_dict(other, by=["style"])))
    behind = data.pop("analysis")
    assert data == some
    assert data["micro avg"] == {"precision": 0.5, "recall": 0.5, "f1-score": 0.5, "support": 8}
    assert behind["intervals"]["COUNTRY"] == [1, 1]
    assert behind["errors"]["OFFICIAL"]["boundary"] == 4
    assert behind["semeval"]["micro avg"]["partial"]["partial"] == 4
    assert behind["reliability"]["bins"][0]["count"] == 8
    assert behind["min score"][0]["f1"] == 0.5
    assert behind["min score"][-1]["precision"] is None
    assert {value: row["articles"] for value, row in behind["by"]["style"].items()} == {
        "wire": 3,
        "": 1,
    }
    assert behind["comparison"]["difference"] == pytest.approx(1 / 2 - 2 / 3)
    assert "comparison" not in some.to_dict()["analysis"]


def test_figures_are_told_apart_by_a_header_field(on_seeds):
    rows = on_seeds.by("style")
    assert sum(row["support"] for row in rows.values()) == on_seeds["micro avg"]["support"]
    here = [index for index, a in enumerate(on_seeds.articles) if a.meta["style"] == "telex"]
    telex = classification_report(
        [on_seeds.gold[index] for index in here], [on_seeds.predicted[index] for index in here]
    )
    assert {key: rows["telex"][key] for key in telex["micro avg"]} == pytest.approx(
        telex["micro avg"]
    )


def test_a_header_field_that_no_article_has_is_refused():
    with pytest.raises(GeonerError, match=r"no article has a field 'beat'; there is style"):
        evaluation().by("beat")


def test_labels_that_only_the_articles_or_only_the_model_have_are_said():
    some = evaluation((0, 4, "PLACE"), labels=("COUNTRY", "PLACE"))
    assert some.unknown_labels == ("OFFICIAL",)
    assert some["PLACE"] == {"precision": 0, "recall": 0, "f1-score": 0, "support": 0}
    lines = format_evaluation(some).splitlines()
    assert lines[-2:] == [
        "the model has no label OFFICIAL: it can never find 4 mentions labelled so; "
        "it has COUNTRY, PLACE",
        "no article is labelled PLACE: all 4 mentions found so count as wrong",
    ]
    assert some.to_dict()["analysis"]["unknown labels"] == ["OFFICIAL"]
    assert evaluation((0, 4, "PLACE"), labels=None).unknown_labels == ()


def test_only_what_was_found_in_the_same_texts_can_be_judged_and_compared():
    with pytest.raises(GeonerError, match="not of the same texts"):
        Evaluation([Article("a", GOLD)], [Document("Chad met Ana")])
    with pytest.raises(GeonerError, match="on the same articles"):
        evaluation().compared(evaluation(number=3))


def test_the_table_gives_intervals_and_kinds_of_error():
    lines = format_evaluation(
        evaluation((0, 4, "COUNTRY"), (9, 12, "OFFICIAL")), by=["style"]
    ).splitlines()
    assert lines[1].split() == ["COUNTRY", "100.0", "100.0", "100.0", "100.0", "-", "100.0", "4"]
    assert lines[8].split() == ["wire", *["50.0"] * 4, "-", "50.0", "6"]
    assert lines[9].split() == ["(none)", *["50.0"] * 3, "-", "2"]
    assert lines[11].startswith("errors")
    assert lines[12].split() == ["OFFICIAL", "4", "0", "0", "0", "0"]
    assert lines[-1].startswith("scores are off by 40.0 ")


def test_a_comparison_is_said_in_a_sentence():
    spans = ((0, 4, "COUNTRY"), (9, 18, "OFFICIAL"))
    better, worse = evaluation(*spans, number=20), evaluation(number=20)
    assert format_comparison(better.compared(worse), "old") == (
        "micro-F1 +100.0 against old (95% interval +100.0 to +100.0, p < 0.001 by paired "
        "bootstrap, p < 0.001 by randomisation): real"
    )

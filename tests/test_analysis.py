from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geoner import Document, GeonerError
from geoner.analysis import (
    BOTH,
    BOUNDARY,
    EXTRA,
    KINDS,
    MISSED,
    TYPE,
    by_min_score,
    changes,
    compare,
    count_errors,
    find_errors,
    intervals,
    reliability,
    semeval,
)
from geoner.evaluate import classification_report

from .test_evaluate import pairs, spans

TEXT = "Iran, South Sudan, Chad and Ana Silva met in Mali."


def document(*found):
    rows = []
    for words, label, *score in found:
        start = TEXT.index(words)
        rows.append((start, start + len(words), label, *(score or [1.0])))
    return Document.from_spans(TEXT, rows)


GOLD = document(("Iran", "C"), ("South Sudan", "C"), ("Chad", "C"), ("Ana Silva", "O"))


@pytest.mark.parametrize(
    ("found", "kinds"),
    [
        ([], [MISSED] * 4),
        ([("Iran", "C"), ("South Sudan", "C"), ("Chad", "C"), ("Ana Silva", "O")], []),
        (
            [("Iran", "O"), ("Sudan", "C"), ("Ana", "C"), ("Mali", "C")],
            [TYPE, BOUNDARY, MISSED, BOTH, EXTRA],
        ),
        # two pieces of one mention: the longer is held against it
        ([("Iran", "C"), ("Sou", "C"), ("Sudan", "C"), ("Chad", "C")], [BOUNDARY, EXTRA, MISSED]),
        # one piece over two mentions: the one of its label
        ([("Iran", "C"), ("South Sudan", "C"), ("Chad and Ana", "O")], [BOUNDARY, MISSED]),
    ],
)
def test_kinds_of_error_are_told_apart(found, kinds):
    errors = find_errors([GOLD], [document(*found)])
    assert [error.kind for error in errors] == kinds


def test_errors_are_counted_by_label():
    found = document(("Iran", "C"), ("Sudan", "C"), ("Ana", "C"), ("Mali", "X"))
    counts = count_errors(find_errors([GOLD], [found]))
    assert counts["C"] == {BOUNDARY: 1, TYPE: 0, BOTH: 0, MISSED: 1, EXTRA: 0}
    assert counts["O"][BOTH] == 1
    assert counts["X"][EXTRA] == 1


def by_kind(errors):
    return {kind: sum(error.kind == kind for error in errors) for kind in KINDS}


@given(st.lists(pairs(), min_size=1, max_size=3))
def test_each_mention_is_right_or_one_error(both):
    gold, predicted = [g for g, _ in both], [p for _, p in both]
    errors = find_errors(gold, predicted)
    wanted = [(e.document, e.gold) for e in errors if e.gold is not None]
    found = [(e.document, e.predicted) for e in errors if e.predicted is not None]
    assert len(set(wanted)) == len(wanted) == sum(len(spans(g) - spans(p)) for g, p in both)
    assert len(set(found)) == len(found) == sum(len(spans(p) - spans(g)) for g, p in both)
    assert all((e.gold is None) == (e.kind == EXTRA) for e in errors)
    assert all((e.predicted is None) == (e.kind == MISSED) for e in errors)


def worth(chosen):
    """Pairs, equal labels and shared characters of a choice of pairs; None if it is none."""
    for side in (0, 1):
        if len({pair[side].start for pair in chosen}) < len(chosen):
            return None
    shared = [min(g.end, p.end) - max(g.start, p.start) for g, p in chosen]
    return len(chosen), sum(g.label == p.label for g, p in chosen), sum(shared)


@given(pairs())
def test_no_other_choice_of_pairs_is_better(both):
    gold, predicted = both
    possible = [
        (g, p)
        for g in gold.entities
        for p in predicted.entities
        if g.start < p.end and p.start < g.end
    ]
    assume(len(possible) <= 10)
    choices = (c for size in range(len(possible) + 1) for c in combinations(possible, size))
    best = max(filter(None, map(worth, choices)))
    taken = [
        (e.gold, e.predicted) for e in find_errors([gold], [predicted]) if e.gold and e.predicted
    ]
    right = [(g, p) for g, p in possible if (g.start, g.end, g.label) == (p.start, p.end, p.label)]
    assert worth([*taken, *right]) == best


def assert_semeval_agrees(gold, predicted):
    """Counts of our errors against those of nervaluate."""
    kinds = by_kind(find_errors(gold, predicted))
    right = sum(len(spans(g) & spans(p)) for g, p in zip(gold, predicted, strict=True))
    counts = semeval(gold, predicted)["micro avg"]
    border = kinds[BOUNDARY] + kinds[BOTH]
    for scheme, correct, incorrect, partial in (
        ("strict", right, border + kinds[TYPE], 0),
        ("exact", right + kinds[TYPE], border, 0),
        ("partial", right + kinds[TYPE], 0, border),
    ):
        row = counts[scheme]
        assert (row["correct"], row["incorrect"], row["partial"]) == (correct, incorrect, partial)
        assert (row["missed"], row["spurious"]) == (kinds[MISSED], kinds[EXTRA])
    return kinds, right, counts["type"]


@given(st.lists(pairs(), min_size=1, max_size=4))
def test_errors_are_those_of_nervaluate(both):
    gold, predicted = [g for g, _ in both], [p for _, p in both]
    kinds, right, row = assert_semeval_agrees(gold, predicted)
    # "type" pairs in another way, never more; where nothing overlaps two others, the same
    assert row["missed"] >= kinds[MISSED]
    assert row["missed"] - kinds[MISSED] == row["spurious"] - kinds[EXTRA]
    if all(is_plain(*pair) for pair in both):
        assert row["correct"] == right + kinds[BOUNDARY]
        assert row["incorrect"] == kinds[TYPE] + kinds[BOTH]


def is_plain(gold, predicted):
    """Whether no mention overlaps two of the other side."""
    overlaps = [
        (g.start, p.start)
        for g in gold.entities
        for p in predicted.entities
        if g.start < p.end and p.start < g.end
    ]
    return all(len({pair[side] for pair in overlaps}) == len(overlaps) for side in (0, 1))


def test_errors_of_the_shipped_model_are_those_of_nervaluate(on_seeds):
    assert_semeval_agrees(on_seeds.gold, on_seeds.predicted)


@given(st.lists(pairs(), min_size=1, max_size=4))
def test_strict_semeval_figures_are_those_of_seqeval(both):
    gold, predicted = [g for g, _ in both], [p for _, p in both]
    assume(any(document.entities for document in gold))
    report = classification_report(gold, predicted)
    for name, row in semeval(gold, predicted).items():
        for figure in ("precision", "recall", "f1-score"):
            assert row["strict"][figure] == pytest.approx(report[name][figure])


@given(st.lists(pairs(), min_size=1, max_size=4))
def test_intervals_hold_the_figure_of_articles_that_are_all_alike(both):
    gold, predicted = [both[0][0]] * 5, [both[0][1]] * 5
    if not gold[0].entities:
        return
    figure = classification_report(gold, predicted)["micro avg"]["f1-score"]
    assert intervals(gold, predicted, samples=20)["micro avg"] == pytest.approx((figure, figure))


def test_an_interval_is_as_wide_as_the_binomial_says():
    # one mention an article, found in 60 of 100: found ~ binomial, recall = found / 100
    gold = [GOLD.filter(["O"])] * 100
    nothing = Document(TEXT)
    predicted = [gold[0]] * 60 + [nothing] * 40
    low, high = intervals(gold, predicted, samples=20_000)["O"]
    draws = np.random.default_rng(0).binomial(100, 0.6, 200_000)
    figures = 2 * draws / (draws + 100)
    assert (low, high) == pytest.approx(tuple(np.percentile(figures, [2.5, 97.5])), abs=0.01)


def test_draws_without_a_label_say_nothing_of_it():
    # two of twelve articles hold the label, both are right: it is never found wrongly
    gold = [GOLD] * 2 + [GOLD.filter(["C"])] * 10
    assert intervals(gold, gold)["O"] == (1, 1)


def test_one_article_does_not_tell_how_articles_differ():
    gold = [GOLD, GOLD.filter(["C"])]
    assert intervals(gold, gold).keys() == {"C", "micro avg"}
    assert intervals(gold[:1], gold[:1]) == {}


def test_many_articles_are_drawn_in_parts(monkeypatch):
    gold = [GOLD] * 20
    first = [*gold[5:], *[GOLD.filter(["C"])] * 5]
    at_once = intervals(gold, first), compare(gold, first, gold)
    monkeypatch.setattr("geoner.analysis.bootstrap._BLOCK", 20 * 7)
    assert (intervals(gold, first), compare(gold, first, gold)) == at_once


def test_a_difference_on_every_article_is_real_and_none_is_not():
    gold = [GOLD] * 20
    worse = [GOLD.filter(["C"])] * 20
    better = compare(gold, gold, worse, samples=500)
    assert better.difference == pytest.approx(1 - 6 / 7)
    assert better.is_real
    assert better.interval[0] > 0
    # what is seen is one of the differences chance brings: no p-value is 0
    assert better.p_value == better.randomisation_p_value == 1 / 501
    same = compare(gold, worse, worse, samples=500)
    assert (same.difference, same.p_value, same.is_real) == (0, 1, False)


def test_a_difference_on_one_article_of_many_may_be_chance():
    gold = [GOLD] * 20
    first = [*gold[1:], GOLD.filter(["C"])]
    second = [GOLD.filter(["O"]), *gold[1:]]
    assert not compare(gold, first, second, samples=500).is_real


@pytest.mark.parametrize(("articles", "is_real"), [(1, False), (3, False), (5, False), (7, True)])
def test_a_difference_on_a_handful_of_articles_may_be_chance(articles, is_real):
    gold = [GOLD] * articles
    comparison = compare(gold, gold, [GOLD.filter(["O"])] * articles)
    assert comparison.p_value < 0.05
    assert comparison.is_real == is_real


def test_two_models_that_are_equal_are_seldom_called_different():
    # both miss one mention of ten in eight articles, each its own
    random = np.random.default_rng(5)
    text = "ab" * 20
    gold = Document.from_spans(text, [(2 * i, 2 * i + 2, "X", 1.0) for i in range(20)])

    def found():
        share = random.beta(8, 2)
        return Document(text, tuple(e for e in gold.entities if random.random() < share))

    runs = [
        compare([gold] * 8, *([found() for _ in range(8)] for _ in "ab"), samples=400)
        for _ in range(300)
    ]
    # at 5%, more than 8.8% of 300 runs have a chance of one in 300
    assert sum(run.is_real for run in runs) / 300 < 0.088
    assert sum(run.p_value < 0.05 for run in runs) / 300 > 0.088  # the bootstrap alone


def test_randomisation_counts_every_way_of_swapping():
    # of eight ways to swap three articles, two are as far apart as they are
    gold = [GOLD] * 3
    comparison = compare(gold, gold, [GOLD.filter(["O"])] * 3, samples=20_000)
    assert comparison.randomisation_p_value == pytest.approx(2 / 8, abs=0.01)


def test_articles_that_changed_are_told():
    first = [GOLD, document(("Iran", "C")), GOLD.filter(["C"])]
    second = [GOLD, document(("Chad", "C"), ("Mali", "C")), GOLD]
    gains, loss = changes([GOLD] * 3, first, second)
    assert (gains.document, loss.document) == (1, 2)
    assert [e.text for e in gains.gained] == ["Iran"]
    assert [e.text for e in gains.lost] == ["Chad"]
    assert [e.text for e in gains.old_errors] == ["Mali"]
    assert gains.new_errors == ()
    assert (gains.balance, loss.balance) == (1, -1)


def test_scores_are_held_against_what_was_right():
    found = document(("Iran", "C", 0.95), ("South Sudan", "C", 0.95), ("Mali", "C", 0.55))
    rows, error = reliability([GOLD], [found])
    assert [(row.count, row.precision) for row in rows] == [(1, 0.0), (2, 1.0)]
    assert rows[0].score == pytest.approx(0.55)
    assert error == pytest.approx((0.55 + 2 * 0.05) / 3)


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4), st.integers(1, 200))
def test_each_score_lies_in_its_bin(scores, bins):
    words = ("Iran", "South Sudan", "Chad", "Mali")
    found = document(*((word, "C", score) for word, score in zip(words, scores, strict=True)))
    rows, _ = reliability([GOLD], [found], bins)
    assert sum(row.count for row in rows) == 4
    for row in rows:
        inside = [s for s in scores if row.low <= s < row.high or s == row.high == 1]
        assert len(inside) == row.count
        assert np.mean(inside) == pytest.approx(row.score)


def test_no_mention_has_no_calibration():
    assert reliability([GOLD], [Document(TEXT)]) == ([], 0)


@given(st.lists(pairs(), min_size=1, max_size=3))
def test_figures_by_min_score_are_those_of_leaving_low_scores_out(both):
    gold, predicted = [g for g, _ in both], [p for _, p in both]
    assume(any(document.entities for document in gold))
    for point in by_min_score(gold, predicted, steps=7):
        kept = [document.filter(min_score=point.min_score) for document in predicted]
        row = classification_report(gold, kept)["micro avg"]
        assert (point.precision is None) == (not any(document.entities for document in kept))
        assert (point.precision or 0) == pytest.approx(row["precision"])
        assert point.recall == pytest.approx(row["recall"])
        assert point.f1 == pytest.approx(row["f1-score"])


@pytest.mark.parametrize("figure", [lambda: intervals([], []), lambda: compare([], [], [])])
def test_no_articles_are_nothing_to_evaluate_on(figure):
    with pytest.raises(GeonerError, match="there are no articles"):
        figure()

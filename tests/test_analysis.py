import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoner import Document, GeonerError
from geoner.analysis import (
    BOTH,
    BOUNDARY,
    EXTRA,
    MISSED,
    TYPE,
    compare,
    count_errors,
    find_errors,
    intervals,
    reliability,
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
        ([("Iran", "O"), ("Sudan", "C"), ("Ana", "C"), ("Mali", "C")], None),
    ],
)
def test_kinds_of_error_are_told_apart(found, kinds):
    errors = find_errors([GOLD], [document(*found)])
    expected = [TYPE, BOUNDARY, MISSED, BOTH, EXTRA] if kinds is None else kinds
    assert [error.kind for error in errors] == expected


def test_errors_are_counted_by_label():
    found = document(("Iran", "C"), ("Sudan", "C"), ("Ana", "C"), ("Mali", "X"))
    counts = count_errors(find_errors([GOLD], [found]))
    assert counts["C"] == {BOUNDARY: 1, TYPE: 0, BOTH: 0, MISSED: 1, EXTRA: 0}
    assert counts["O"][BOTH] == 1
    assert counts["X"][EXTRA] == 1


@given(st.lists(pairs(), min_size=1, max_size=3))
def test_there_are_errors_where_spans_differ_and_nowhere_else(both):
    gold, predicted = [g for g, _ in both], [p for _, p in both]
    errors = find_errors(gold, predicted)
    wrong = sum(len(spans(p) - spans(g)) for g, p in both)
    assert sum(error.predicted is not None for error in errors) == wrong
    assert all((e.gold is None) == (e.kind == EXTRA) for e in errors)
    assert all((e.predicted is None) == (e.kind == MISSED) for e in errors)


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


def test_a_difference_on_every_article_is_real_and_none_is_not():
    gold = [GOLD] * 20
    worse = [GOLD.filter(["C"])] * 20
    better = compare(gold, gold, worse, samples=500)
    assert better.difference == pytest.approx(1 - 6 / 7)
    assert better.is_real
    assert better.interval[0] > 0
    same = compare(gold, worse, worse, samples=500)
    assert (same.difference, same.is_real) == (0, False)


def test_a_difference_on_one_article_of_many_may_be_chance():
    gold = [GOLD] * 20
    first = [*gold[1:], GOLD.filter(["C"])]
    second = [GOLD.filter(["O"]), *gold[1:]]
    assert not compare(gold, first, second, samples=500).is_real


def test_scores_are_held_against_what_was_right():
    found = document(("Iran", "C", 0.95), ("South Sudan", "C", 0.95), ("Mali", "C", 0.55))
    rows, error = reliability([GOLD], [found])
    assert [(row.count, row.precision) for row in rows] == [(1, 0.0), (2, 1.0)]
    assert rows[0].score == pytest.approx(0.55)
    assert error == pytest.approx((0.55 + 2 * 0.05) / 3)


def test_no_mention_has_no_calibration():
    assert reliability([GOLD], [Document(TEXT)]) == ([], 0)


@pytest.mark.parametrize("figure", [lambda: intervals([], []), lambda: compare([], [], [])])
def test_no_articles_are_nothing_to_evaluate_on(figure):
    with pytest.raises(GeonerError, match="there are no articles"):
        figure()

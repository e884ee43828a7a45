import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geoner.decoding import Iob2Decoder, log_softmax, trim
from geoner.schema import iob2_tags

TAGS = iob2_tags(["A", "B"])
DECODER = Iob2Decoder(TAGS)
logits = st.integers(1, 6).flatmap(
    lambda words: arrays(np.float32, (words, len(TAGS)), elements=st.floats(-8, 8, width=32))
)


def is_valid(path):
    names = [TAGS[tag] for tag in path]
    return all(
        not name.startswith("I-") or before[2:] == name[2:]
        for before, name in zip(["O", *names], names, strict=False)
    )


@given(logits)
def test_best_path_is_the_best_of_all_valid_ones(scores):
    path = DECODER.best_path(scores)
    assert is_valid(path)
    rows = range(len(scores))
    best = (
        max(
            scores[rows, list(other)].sum(dtype=np.float64)
            for other in itertools.product(range(len(TAGS)), repeat=len(scores))
            if len(scores) <= 4 and is_valid(other)
        )
        if len(scores) <= 4
        else None
    )
    if best is not None:
        assert scores[rows, path].sum(dtype=np.float64) == pytest.approx(best, abs=1e-4)


@given(logits)
def test_spans_are_in_order_and_have_probabilities(scores):
    spans = DECODER.spans(DECODER.log_probabilities(scores))
    end = 0
    for first, stop, label, probability in spans:
        assert end <= first < stop <= len(scores)
        assert label in {"A", "B"}
        assert 0 <= probability <= 1
        end = stop


def test_an_inside_tag_without_its_beginning_gets_one():
    #           O   B-A I-A B-B I-B
    scores = [[9.0, 1.0, 0.0, 0.0, 0.0], [0.0, 5.0, 6.0, 0.0, 0.0], [9.0, 0.0, 0.0, 0.0, 0.0]]
    spans = DECODER.spans(DECODER.log_probabilities(np.asarray(scores, dtype=np.float32)))
    assert [(first, stop, label) for first, stop, label, _ in spans] == [(1, 2, "A")]


def test_two_mentions_side_by_side_stay_two():
    scores = np.full((3, 5), -5, dtype=np.float32)
    scores[[0, 1, 2], [1, 1, 2]] = 5
    assert [span[:3] for span in DECODER.spans(log_softmax(scores))] == [(0, 1, "A"), (1, 3, "A")]


def test_a_span_is_as_sure_as_its_least_certain_word_or_end():
    #                 O     B-A   I-A   B-B    I-B
    sure = np.log([[0.01, 0.97, 0.005, 0.005, 0.01], [0.1, 0.05, 0.8, 0.03, 0.02]])
    end = np.log([[0.55, 0.03, 0.4, 0.01, 0.01]])
    ((*_, probability),) = DECODER.spans(sure.astype(np.float32))
    assert probability == pytest.approx(0.8)
    ((*_, stop_is_doubtful),) = DECODER.spans(np.concatenate([sure, end]).astype(np.float32))
    assert stop_is_doubtful == pytest.approx(0.6)


def test_nothing_in_nothing_out():
    assert DECODER.spans(np.zeros((0, 5), dtype=np.float32)) == []


def test_tag_order_of_the_model_does_not_matter():
    shuffled = ["I-B", "B-A", "O", "B-B", "I-A"]
    decoder = Iob2Decoder(shuffled)
    scores = np.full((2, 5), -5, dtype=np.float32)
    scores[0, shuffled.index("B-B")] = scores[1, shuffled.index("I-B")] = 5
    assert [s[:3] for s in decoder.spans(decoder.log_probabilities(scores))] == [(0, 2, "B")]


@pytest.mark.parametrize(
    ("span", "kept"),
    [
        ("the United States", "United States"),
        ("The Gambia", "Gambia"),
        ("the U.S.", "U.S."),
        ("(the D.R.C.", "D.R.C."),
        ("An armistice", "armistice"),
        ("A. Q. Khan", "A. Q. Khan"),
        ("Iran's", "Iran"),
        ("Iran’s", "Iran"),
        ("U.S.", "U.S."),
        ("U.S.'s", "U.S."),
        ("Iran.", "Iran"),
        ('"Paris Agreement,"', "Paris Agreement"),
        ("“New START”", "New START"),
        ("(JCPOA)", "JCPOA"),
        ("Plan of Action (JCPOA)", "Plan of Action (JCPOA)"),
        ("Plan of Action (", "Plan of Action"),
        ("JCPOA)", "JCPOA"),
        ("Robert F. Kennedy Jr.", "Robert F. Kennedy Jr."),
        ("Robert Kennedy Jr.,", "Robert Kennedy Jr."),
        ("George W.", "George W."),
        (" $5 bln. ", "$5 bln"),
        ("€50", "€50"),
        ("-", None),
        ("'s", None),
        ("the ", None),
        ("", None),
    ],
)
def test_trim(span, kept):
    text = f"xx {span} xx"
    result = trim(text, 3, 3 + len(span))
    assert (None if result is None else text[slice(*result)]) == kept


@pytest.mark.parametrize(
    ("span", "kept"),
    [
        ("a million dollars", "a million dollars"),
        ("A billion and a half dollars", "A billion and a half dollars"),
        ("a $5 million", "$5 million"),
        ("the 50 million euros", "50 million euros"),
    ],
)
def test_an_article_that_is_a_number_stays(span, kept):
    assert span[slice(*trim(span, 0, len(span), amount=True))] == kept


@given(st.text(alphabet="ab the's.U()“” -$5", max_size=30), st.data())
def test_trim_stays_inside_and_is_done_after_once(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    result = trim(text, start, end)
    if result is not None:
        assert start <= result[0] < result[1] <= end
        assert trim(text, *result) == result


@pytest.mark.parametrize(
    "text", ["multimillion-dollar", "Multi-billion-euro", "multi trillion yen"]
)
def test_many_millions_are_no_amount(text):
    assert trim(text, 0, len(text), amount=True) is None
    assert trim(text, 0, len(text)) == (0, len(text))
    assert trim("million-dollar", 0, 14, amount=True) == (0, 14)

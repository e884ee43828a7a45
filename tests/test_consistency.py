import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geoner.consistency import agree, likely
from geoner.decoding import Iob2Decoder, log_softmax
from geoner.schema import iob2_tags

TAGS = iob2_tags(["COUNTRY", "OFFICIAL"])
OFFICIAL = 3


def scores(probabilities):
    """Scores of words that are an official with these probabilities, and else nothing."""
    rows = np.full((len(probabilities), len(TAGS)), 1e-6)
    rows[:, OFFICIAL] = probabilities
    rows[:, 0] = 1 - rows[:, 1:].sum(axis=1)
    return np.log(rows).astype(np.float32)


@given(st.data())
def test_probabilities_stay_probabilities_and_other_words_stay_as_they_are(data):
    words = data.draw(st.lists(st.sampled_from(["Rouhani", "ROUHANI", "said", "Al", "Oman"])))
    logits = data.draw(
        arrays(np.float32, (len(words), len(TAGS)), elements=st.floats(-20, 20, width=32))
    )
    before = log_softmax(logits)
    after = agree(words, before, [1, OFFICIAL])
    assert np.allclose(np.exp(after).sum(axis=1), 1, atol=1e-3)
    folded = [word.casefold() for word in words]
    for place, word in enumerate(words):
        if word in ("said", "Al") or folded.count(folded[place]) == 1:
            assert (after[place] == before[place]).all()


def test_a_sure_mention_carries_an_unsure_one_of_the_same_name():
    after = agree(["Zarif", "said", "ZARIF"], scores([0.999, 0.01, 0.3]), [1, OFFICIAL])
    assert Iob2Decoder(TAGS).spans(after)[-1][:3] == (2, 3, "OFFICIAL")
    assert after[2, OFFICIAL] < after[0, OFFICIAL]


def test_an_unsure_mention_does_not_undo_a_sure_one():
    after = agree(["Zarif", "Zarif"], scores([0.999, 0.3]), [1, OFFICIAL])
    assert np.exp(after[0, OFFICIAL]) > 0.9


def test_a_word_in_lower_case_is_no_name():
    before = scores([0.999, 0.3])
    assert (agree(["rice", "rice"], before, [1, OFFICIAL]) == before).all()


def test_labels_that_are_not_asked_for_keep_their_scores():
    before = scores([0.999, 0.3])
    assert (agree(["Rice", "Rice"], before, []) == before).all()


def spans_of(text, *mentions):
    """Spans of mentions, in order of the text: name, label and score of each."""
    result, start = [], 0
    for name, label, score in mentions:
        start = text.index(name, start)
        result.append((start, start + len(name), label, score))
        start += len(name)
    return result


@pytest.mark.parametrize(
    ("first", "again"), [("Klaus Vogel", "Vogel"), ("Park Min-ji", "Park"), ("Vogel", "VOGEL")]
)
def test_a_weak_mention_stays_where_a_stronger_one_of_its_name_does(first, again):
    text = f"{first} left. {again} slept. Ada Reed stayed."
    spans = spans_of(
        text, (first, "OFFICIAL", 0.9), (again, "OFFICIAL", 0.2), ("Ada Reed", "OFFICIAL", 0.2)
    )
    assert likely(text, spans, {"OFFICIAL": 0.5}) == spans[:2]


def test_a_name_of_another_label_does_not_help():
    text = "Chad is large. Chad spoke."
    spans = spans_of(text, ("Chad", "COUNTRY", 0.9), ("Chad", "OFFICIAL", 0.2))
    assert likely(text, spans, {"OFFICIAL": 0.5}) == spans[:1]


def test_a_label_without_a_least_score_keeps_all():
    text = "Chad is large, and $5 is little."
    spans = spans_of(text, ("Chad", "COUNTRY", 0.1), ("$5", "MONEY", 0.0))
    assert likely(text, spans, {"OFFICIAL": 0.5}) == likely(text, spans, {}) == spans


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.floats(0, 1))), st.floats(0, 1))
def test_what_is_left_out_is_weak_and_has_no_stronger_namesake(mentions, least):
    text = " ".join(name for name, _ in mentions)
    spans = [(2 * k, 2 * k + 1, "OFFICIAL", score) for k, (_, score) in enumerate(mentions)]
    kept = likely(text, spans, {"OFFICIAL": least})
    for span, (name, _) in zip(spans, mentions, strict=True):
        best = max(score for other, score in mentions if other == name)
        assert (span in kept) == (best >= least)

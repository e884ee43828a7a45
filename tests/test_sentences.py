import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoner.sentences import LONGEST, sentences


def parts(text):
    return [text[start:end].strip() for start, end in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. Senate met Mr. Karimi and Sen. Munro.",
        "J. K. Holt of St. Lucia paid approx. 3.5 million.",
        'He asked "Why now?" and left.',
        "It fell by 3.2 pct. in May.",
        "2. The parties meet every year.",
    ],
)
def test_abbreviations_and_quotes_end_no_sentence(text):
    assert parts(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained. Nobody came.", ["It rained.", "Nobody came."]),
        ('"Go away!" She went.', ['"Go away!"', "She went."]),
        ("Really? Yes… Perhaps.", ["Really?", "Yes…", "Perhaps."]),
        ("A headline\nOSLO, May 3 - Rain fell.", ["A headline", "OSLO, May 3 - Rain fell."]),
        ("(It rained.) Nobody came.", ["(It rained.)", "Nobody came."]),
        (
            "It closed at €207.25. It was 5. Rain fell in 1990. Nobody came.",
            ["It closed at €207.25.", "It was 5.", "Rain fell in 1990.", "Nobody came."],
        ),
        ("", []),
    ],
)
def test_marks_and_lines_end_sentences(text, expected):
    assert parts(text) == expected


@given(st.text(alphabet="aB .!?\n\"'U.S.Mr", max_size=80))
def test_sentences_cover_the_text_in_order(text):
    at = 0
    for start, end in sentences(text):
        assert start == at < end
        at = end
    assert at == len(text)


def test_a_text_without_marks_is_cut():
    assert [end - start for start, end in sentences("a" * (2 * LONGEST + 5))] == [
        *(LONGEST, LONGEST, 5)
    ]

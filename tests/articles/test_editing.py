from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoner.articles import Edit, apply_edits

TEXT = "Oman, Chad"
OMAN, CHAD = (0, 4, "COUNTRY"), (6, 10, "COUNTRY")


def edited(*edits):
    text, spans = apply_edits(TEXT, [OMAN, CHAD], edits)
    return text, [text[start:end] for start, end, _ in spans]


def test_what_is_replaced_inside_a_span_belongs_to_it():
    assert edited(Edit(0, 4, "Peru"), Edit(7, 8, "HH")) == ("Peru, CHHad", ["Peru", "CHHad"])


def test_what_is_inserted_at_the_ends_of_a_span_stays_outside():
    text, names = edited(Edit(0, 0, "<b>"), Edit(4, 4, "</b>"), Edit(6, 6, "<i>"))
    assert (text, names) == ("<b>Oman</b>, <i>Chad", ["Oman", "Chad"])


def test_spans_that_touch_are_parted_by_what_is_inserted_between():
    text, spans = apply_edits("ab", [(0, 1, "X"), (1, 2, "Y")], [Edit(1, 1, "--")])
    assert (text, spans) == ("a--b", [(0, 1, "X"), (3, 4, "Y")])


def test_insertions_at_one_place_keep_their_order():
    assert edited(Edit(4, 4, "1"), Edit(4, 5, ";"), Edit(4, 4, "2"))[0] == "Oman12; Chad"


def test_a_span_deleted_whole_is_empty():
    assert edited(Edit(0, 4, "")) == (", Chad", ["", "Chad"])


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ([Edit(3, 5, "")], "reaches across"),
        ([Edit(5, 7, "")], "reaches across"),
        ([Edit(5, 10, "")], "reaches across"),
        ([Edit(1, 3, ""), Edit(2, 4, "")], "overlap"),
    ],
)
def test_what_has_no_clear_result_is_refused(edits, said):
    with pytest.raises(ValueError, match=said):
        edited(*edits)


@given(st.data())
def test_each_part_of_a_text_moves_by_itself(data):
    """Edits in single characters: the text and each span must be as if changed alone."""
    text = data.draw(st.text(max_size=30))
    new = [data.draw(st.sampled_from([character, "", character * 2, "\n&"])) for character in text]
    edits = [
        Edit(position, position + 1, changed)
        for position, changed in enumerate(new)
        if changed != text[position]
    ]
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    spans = [(start, end, "X") for start, end in pairwise(cuts)]
    after, moved = apply_edits(text, spans, data.draw(st.permutations(edits)))
    assert after == "".join(new)
    assert [after[start:end] for start, end, _ in moved] == [
        "".join(new[start:end]) for start, end, _ in spans
    ]

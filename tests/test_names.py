import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoner import names


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Sharif", "Sharif", True),
        ("javad", "javid", True),
        ("sharif", "sharfi", True),
        ("rouhani", "rohani", True),
        ("kim", "kin", False),
        ("karimi", "kerami", False),
        ("robert", "bob", True),
    ],
)
def test_words_of_names(left, right, same):
    assert names.same_word(left, right) is same


@given(st.text(alphabet="abcd", min_size=5, max_size=9), st.integers(0, 8), st.sampled_from("abz"))
def test_a_mistyped_word_is_found_by_its_keys(word, at, letter):
    at = min(at, len(word) - 1)
    for other in (word[:at] + letter + word[at + 1 :], word[:at] + letter + word[at:]):
        assert names.one_typo(word, other)
        assert set(names.variants(word)) & set(names.variants(other))


@given(st.text(max_size=30))
def test_every_text_has_a_name_with_a_word(text):
    assert names.parse(text).words


def test_parts_of_a_name():
    name = names.parse("Dr. José A. de la Cruz Jr.")
    assert name.words == ("jose", "cruz")
    assert (name.initials, name.numeral) == (("a",), "jr")
    assert names.parse("Elizabeth II").numeral == "ii"


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Lech Wałęsa", "Lech Walesa"),
        ("Mette Sørensen", "Mette Sorensen"),
        ("Đặng Văn Lâm", "Dang Van Lam"),
        ("Yıldız Çelik", "Yildiz Celik"),
        ("Þóra Ægisdóttir", "Thora Aegisdottir"),
    ],
)
def test_letters_of_other_alphabets_and_plain_ones_are_one_name(written, plain):
    assert names.parse(written) == names.parse(plain)

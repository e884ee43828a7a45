import pytest

from geoner.errors import ModelError
from geoner.schema import iob2_tags, labels_of, ordered_labels


def test_tags_and_labels_are_inverse():
    assert iob2_tags(["COUNTRY", "MONEY"]) == ("O", "B-COUNTRY", "I-COUNTRY", "B-MONEY", "I-MONEY")
    assert labels_of(iob2_tags(["COUNTRY", "MONEY"])) == ("COUNTRY", "MONEY")


@pytest.mark.parametrize(
    "tags",
    [
        ["B-X", "I-X"],
        ["O", "B-X"],
        ["O", "I-X"],
        ["O", "B-X", "I-X", "I-X"],
        ["O", "B-X", "I-X", "B-X", "I-X"],
        ["LABEL_0", "LABEL_1"],
    ],
)
def test_tags_that_are_no_iob2_set_are_refused(tags):
    with pytest.raises(ModelError, match="IOB2"):
        labels_of(tags)


def test_own_labels_come_after_the_four():
    assert ordered_labels(["WEAPON", "MONEY", "BANK", "COUNTRY"]) == (
        "COUNTRY",
        "MONEY",
        "BANK",
        "WEAPON",
    )

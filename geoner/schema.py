"""The labels geoner finds and their IOB2 tags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from geoner.errors import ModelError

COUNTRY = "COUNTRY"
OFFICIAL = "OFFICIAL"
AGREEMENT = "AGREEMENT"
MONEY = "MONEY"

#: The labels of the shipped model. A fine-tuned model may bring others.
LABELS: tuple[str, ...] = (COUNTRY, OFFICIAL, AGREEMENT, MONEY)

OUTSIDE = "O"


def iob2_tags(labels: Iterable[str]) -> tuple[str, ...]:
    """Tags of an IOB2 tagger for `labels`: "O", then "B-" and "I-" of each label.

    Tagging scheme: Tjong Kim Sang and Veenstra (1999), "Representing Text Chunks".
    """
    return (OUTSIDE, *(f"{prefix}-{label}" for label in labels for prefix in "BI"))


def labels_of(tags: Sequence[str]) -> tuple[str, ...]:
    """Labels of an IOB2 tag list, in order of their "B-" tags.

    Raises:
        ModelError: if a tag is neither "O", "B-x" nor "I-x", if "O" is missing, if a label lacks
            one of its two tags, or if a tag stands twice.
    """
    begins = tuple(tag[2:] for tag in tags if tag.startswith("B-"))
    if sorted(tags) != sorted(iob2_tags(dict.fromkeys(begins))):
        raise ModelError(
            f"the model's tags are not an IOB2 set: {', '.join(tags)}; "
            'expected "O" and, for each label, "B-label" and "I-label"'
        )
    return begins


def ordered_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """Distinct labels: the four of `LABELS` first, in that order, then the others sorted."""
    distinct = set(labels)
    return (
        *(label for label in LABELS if label in distinct),
        *sorted(distinct.difference(LABELS)),
    )

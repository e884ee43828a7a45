"""Mentions of one name in one text: each is read in the light of the others.

Whether a surname is an official's often stands paragraphs before it, out of a window's sight. The
model is asked about each word alone; here the answers for a repeated name are drawn together.

Related: Krishnan and Manning (2006), "An Effective Two-Stage Model for Exploiting Non-Local
Dependencies in Named Entity Recognition", who do the same with a second tagger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

#: Start, end, label and score of a mention.
Span = tuple[int, int, str, float]

#: How far each answer moves to the mean of all, 0 to 1: chosen on dev, where 0.3 to 0.7 are alike.
STRENGTH = 0.5

#: Shorter words, such as initials and particles, are shared by names of different people.
LEAST_CHARACTERS = 3

#: Log-odds beyond these count as these, so that one certain answer does not silence the others.
MOST_ODDS = 9.0


def agree(words: Sequence[str], scores: FloatArray, columns: Sequence[int]) -> FloatArray:
    """Draws the scores of words that are repeated in a text to each other.

    Only capitalised words take part, compared without case. For each label, the log-odds that
    a word belongs to it move to their mean over the text, in which sure answers weigh more.

    Args:
        words: The words of the text.
        scores: Log-probabilities ``(words, tags)``, as `Iob2Decoder.log_probabilities` gives.
        columns: The column of the "B-" tag of each label to treat; "I-" is the next.

    Returns:
        New log-probabilities of the same shape.
    """
    places = [
        place
        for place, word in enumerate(words)
        if len(word) >= LEAST_CHARACTERS and word[0].isupper()
    ]
    if not places or not columns:
        return scores
    _, names = np.unique([words[place].casefold() for place in places], return_inverse=True)
    repeated = np.bincount(names)[names] > 1
    rows, names = np.asarray(places)[repeated], names[repeated]
    result: FloatArray = scores.copy()
    for begin in columns:
        label = np.array([begin, begin + 1])
        others = np.setdiff1d(np.arange(scores.shape[1]), label)
        inside = np.logaddexp.reduce(result[np.ix_(rows, label)], axis=1)
        outside = np.logaddexp.reduce(result[np.ix_(rows, others)], axis=1)
        odds = (inside - outside).clip(-MOST_ODDS, MOST_ODDS)
        weights = np.abs(odds) + 1e-6
        mean = np.bincount(names, weights * odds) / np.bincount(names, weights).clip(1e-6)
        moved = odds + STRENGTH * (mean[names] - odds)
        result[np.ix_(rows, label)] += (-np.logaddexp(0, -moved) - inside)[:, None]
        result[np.ix_(rows, others)] += (-np.logaddexp(0, moved) - outside)[:, None]
    return result


def likely(text: str, spans: Sequence[Span], min_scores: Mapping[str, float]) -> list[Span]:
    """The mentions that are likely enough, by themselves or by another of the name.

    A mention with a lower score than its label asks for stays if its last word begins or ends one
    with a higher score: "Vogel" after "Klaus Vogel", "Park" after "Park Min-ji".

    Args:
        text: The text.
        spans: Start, end, label and score of each mention.
        min_scores: The least score of each label; labels it lacks have none.
    """

    def is_likely(span: Span) -> bool:
        return span[3] >= min_scores.get(span[2], 0.0)

    def names(span: Span) -> list[tuple[str, str]]:
        start, end, label, _ = span
        return [(label, word.casefold()) for word in text[start:end].split()]

    known = {names(span)[end] for span in filter(is_likely, spans) for end in (0, -1)}
    return [span for span in spans if is_likely(span) or names(span)[-1] in known]

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geoner.batching import Batching, alike
from geoner.tokenization import TokenizedText, windows

texts_of_tokens = st.lists(st.lists(st.integers(0, 2), max_size=40), max_size=12)


def tokenized(ids):
    none = np.zeros(0, dtype=np.int64)
    array = np.asarray(ids, dtype=np.int64)
    return TokenizedText(array, np.zeros_like(array), none, none, none)


def groups_of(texts):
    return alike([(tokenized(ids), windows(len(ids), 16, 4)) for ids in texts])


@given(texts_of_tokens)
def test_windows_are_read_once_where_their_tokens_are_the_same(texts):
    groups = groups_of(texts)
    seen = [{tuple(texts[i][w.start : w.stop]) for i, w in group} for group in groups]
    assert all(len(tokens) == 1 for tokens in seen)
    assert len(set.union(*seen)) == len(groups) if groups else not any(texts)
    places = [(i, w.start) for group in groups for i, w in group]
    assert sorted(places) == [
        (i, w.start) for i, ids in enumerate(texts) for w in windows(len(ids), 16, 4)
    ]


@given(texts_of_tokens, st.integers(1, 100), st.booleans())
def test_batches_hold_every_window_within_the_budget(texts, budget, padded):
    groups = groups_of(texts)
    batches = list(Batching(budget, padded).batches(groups))
    assert sorted(map(id, (g for batch in batches for g in batch))) == sorted(map(id, groups))
    for batch in batches:
        lengths = [group[0][1].stop - group[0][1].start for group in batch]
        assert len(batch) == 1 or len(batch) * max(lengths) <= budget
        assert padded or len(set(lengths)) == 1

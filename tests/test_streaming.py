import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoner.streaming import CHUNK_CHARACTERS, chunks, overlapped


def through(texts, ahead=1, most=4, model=lambda read, _: read):
    """Each text in capitals, by way of all stages."""
    parts = overlapped(
        chunks(iter(texts), most),
        lambda chunk: [text.upper() for text in chunk],
        model,
        lambda chunk, read, scored: zip(chunk, read, scored, strict=True),
        ahead,
    )
    return (row for part in parts for row in part)


@given(st.lists(st.text(max_size=3)), st.integers(1, 9), st.integers(0, 3))
def test_all_come_through_in_order(texts, most, ahead):
    assert list(through(texts, ahead, most)) == [(t, t.upper(), t.upper()) for t in texts]


@given(st.lists(st.integers(0, CHUNK_CHARACTERS // 2), max_size=20), st.integers(1, 9))
def test_a_chunk_is_full_by_texts_or_by_characters(lengths, most):
    found = list(chunks(("x" * length for length in lengths), most))
    assert [len(text) for chunk in found for text in chunk] == lengths
    for chunk in found:
        assert 1 <= len(chunk) <= most
        assert sum(map(len, chunk[:-1])) < CHUNK_CHARACTERS


@given(st.integers(0, 12), st.integers(1, 5), st.integers(0, 2))
def test_an_error_comes_after_the_texts_before_it(good, most, ahead):
    def texts():
        yield from ["x"] * good
        raise OSError("the disk is gone")

    found = []
    with pytest.raises(OSError, match="disk"):  # noqa: PT012
        for text, *_ in through(texts(), ahead, most):
            found.append(text)
    assert found == ["x"] * good


def test_the_model_computes_while_the_next_chunk_is_read():
    started, read_on = threading.Event(), threading.Event()

    def model(read, _):
        started.set()
        assert read_on.wait(30)
        return read

    def texts():
        yield "a"
        assert started.wait(30)
        read_on.set()
        yield "b"

    assert [text for text, *_ in through(texts(), most=1, model=model)] == ["a", "b"]


def test_an_error_of_the_model_is_raised_and_its_thread_ends():
    def model(_read, _given_up):
        raise ValueError("no such model")

    with pytest.raises(ValueError, match="no such model"):
        list(through(["a", "b"], model=model))
    assert not [t for t in threading.enumerate() if t.name.startswith("geoner-model")]


def test_a_stream_that_is_left_leaves_no_thread():
    stream = through(["x"] * 100, most=2)
    next(stream)
    stream.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("geoner-model")]


def test_a_model_at_work_is_told_that_its_answer_is_no_longer_wanted():
    at_work = threading.Event()

    def model(read, given_up):
        if read == ["B"]:
            at_work.set()
            while not given_up():
                pass
        return read

    stream = through(["a", "b"], most=1, model=model)
    next(stream)
    assert at_work.wait(30)
    stream.close()

import json
import subprocess
import sys
import textwrap

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import geoner
from geoner import Extractor
from geoner.cli import main

TEXT = (
    "Iranian President Hassan Rouhani said on Tuesday that Iran would return to the "
    "2015 nuclear deal if the United States lifted its sanctions. Rouhani said the "
    "sanctions had cost Iran's economy $200 billion."
)


def found(document):
    return [(entity.label, entity.text) for entity in document.entities]


def run_python(code):
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_extract_finds_all_four():
    document = geoner.extract(TEXT)
    assert document.text == TEXT
    assert found(document) == [
        ("OFFICIAL", "Hassan Rouhani"),
        ("COUNTRY", "Iran"),
        ("AGREEMENT", "2015 nuclear deal"),
        ("COUNTRY", "United States"),
        ("OFFICIAL", "Rouhani"),
        ("COUNTRY", "Iran"),
        ("MONEY", "$200 billion"),
    ]


def test_the_fast_model_has_a_name(capsys, tmp_path):
    fast = Extractor.from_pretrained("fast")
    assert found(fast.extract(TEXT)) == found(geoner.extract(TEXT))
    (tmp_path / "a.txt").write_text(TEXT)
    assert main(["extract", "--model", "fast", "--format", "json", str(tmp_path / "a.txt")]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["entities"][0]["score"] == fast.extract(TEXT).entities[0].score


def test_labels_that_the_model_lacks_are_named():
    Extractor.from_pretrained("fast").check_labels(["MONEY", "COUNTRY"])
    with pytest.raises(geoner.GeonerError, match="no label SHIP; it has COUNTRY, OFFICIAL"):
        Extractor.from_pretrained("fast").check_labels(["MONEY", "SHIP"])


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\0", "...", "\u200b", "\ufeff", "\ud800"])
def test_texts_with_nothing_in_them(text):
    assert geoner.extract(text).entities == ()


FRAGMENTS = st.sampled_from(
    ["Iran ", "U.S.", "the ", "Mr. Putin's ", "$5 bn", "Paris Agreement", "\u200d", "é", "🇫🇷", "\n"]
)


@settings(max_examples=150)
@given(
    text=st.one_of(
        st.text(alphabet=st.characters(codec=None), max_size=300),
        st.lists(st.one_of(FRAGMENTS, st.text(max_size=5)), max_size=30).map("".join),
    )
)
@example("\ud83d Iran \udc00 and İran")
@example("Tu\u0308rkiye, TU\u0308RKIYE and Côte d\u2019Ivoire")
def test_offsets_are_exact_in_any_text(extractor, text):
    document = extractor.extract(text)
    end = 0
    for entity in document.entities:
        assert text[entity.start : entity.end] == entity.text
        assert end <= entity.start < entity.end
        assert 0 <= entity.score <= 1
        end = entity.end


@settings(max_examples=6)
@given(
    order=st.permutations(range(24)),
    batch_size=st.integers(1, 24),
)
def test_neither_order_nor_batch_changes_a_text(extractor, seeds, order, batch_size):
    if not hasattr(test_neither_order_nor_batch_changes_a_text, "alone"):
        test_neither_order_nor_batch_changes_a_text.alone = [
            extractor.extract(article.text) for article in seeds
        ]
    alone = test_neither_order_nor_batch_changes_a_text.alone
    texts = [seeds[index].text for index in order]
    for index, document in zip(
        order, extractor.extract_many(texts, batch_size=batch_size), strict=True
    ):
        assert [(e.start, e.end, e.label) for e in document.entities] == [
            (e.start, e.end, e.label) for e in alone[index].entities
        ]
        assert [e.score for e in document.entities] == pytest.approx(
            [e.score for e in alone[index].entities], abs=0.02
        )


def test_a_part_gives_the_same_whatever_stands_beside_it(extractor, seeds):
    parts = [[a.text for a in seeds[:3]], [], [a.text for a in seeds[3:10]]]
    for part, documents in zip(parts, extractor.extract_parts(iter(parts)), strict=True):
        (alone,) = extractor.extract_parts(iter([part]))
        assert list(documents) == list(alone)
    together = [d for found in extractor.extract_parts(iter(parts)) for d in found]
    assert [d.text for d in together] == [text for part in parts for text in part]


def test_extract_many_reads_no_further_than_it_must(extractor):
    taken = []

    def texts():
        for number in range(100):
            taken.append(number)
            yield TEXT

    documents = extractor.extract_many(texts(), batch_size=4)
    assert taken == []
    next(documents)
    assert len(taken) == 4


def test_extract_many_shows_progress_on_request(capfd):
    documents = list(geoner.extract_many([TEXT, "", TEXT], progress=True))
    assert [len(document.entities) for document in documents] == [7, 0, 7]
    output = capfd.readouterr()
    assert "3/3" in output.err
    assert output.out == ""


@pytest.mark.parametrize("text", [None, 3, b"Iran", ["Iran"]])
def test_what_is_no_string_is_a_type_error(text):
    with pytest.raises(TypeError, match="str"):
        geoner.extract(text)
    with pytest.raises(TypeError, match="str"):
        list(geoner.extract_many([text]))


def test_wrong_calls_of_extract_many_fail_at_once(extractor):
    with pytest.raises(TypeError, match="use extract"):
        extractor.extract_many("Iran")
    with pytest.raises(ValueError, match="batch_size"):
        extractor.extract_many(["Iran"], batch_size=0)


def test_a_mention_on_a_window_border_is_found_as_in_a_short_text(extractor):
    sentence = (
        "Talks between Saudi Arabia and South Sudan on a loan of 250 million dollars have begun. "
    )
    filler = "The weather stayed dry in the valley and the harvest was good. "
    expected = found(extractor.extract(sentence))
    assert [text for _, text in expected] == [
        *("Saudi Arabia", "South Sudan", "250 million dollars")
    ]
    # the sentence moves over the border between the first two windows, word by word
    for words in range(300, 480, 3):
        before = " ".join((filler * 40).split()[:words]) + ".\n"
        assert found(extractor.extract(before + sentence + "\n" + filler * 20)) == expected, words


def test_a_megabyte_works_in_bounded_memory():
    peak = run_python(
        f"""
        import resource, geoner
        text = {TEXT!r} + " The weather stayed dry in the valley. " * 4
        geoner.extract(text)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        document = geoner.extract(text * (1_000_000 // len(text) + 1))
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert len(document.text) >= 1_000_000
        countries = sum(e.label == "COUNTRY" for e in document.entities)
        assert countries > 2.9 * (1_000_000 // len(text)), countries
        print((after - before) // 1024)
        """
    )
    assert int(peak) < 600  # MiB


def test_both_backends_find_the_same_where_they_are_sure(extractor, seeds):
    pytest.importorskip("torch")
    texts = [article.text for article in seeds]
    torch_extractor = Extractor.from_pretrained(backend="torch")
    both, either = 0, 0
    for ours, theirs in zip(
        extractor.extract_many(texts), torch_extractor.extract_many(texts), strict=True
    ):
        left, right = set(found(ours)), set(found(theirs))
        both += len(left & right)
        either += len(left | right)
        sure = {(e.label, e.text) for e in ours.entities if e.score > 0.95}
        assert len(sure - right) <= 1
    assert both / either > 0.93


def test_the_model_reads_the_seed_articles(extractor, seeds):
    pytest.importorskip("seqeval")
    report = geoner.evaluate(extractor, seeds)
    assert report["micro avg"]["f1-score"] > 0.8
    assert report["COUNTRY"]["f1-score"] > 0.9


def test_import_loads_neither_onnxruntime_nor_torch_nor_the_model():
    run_python(
        """
        import sys, geoner
        loaded = {"onnxruntime", "torch", "transformers", "pandas", "prettytable"}
        loaded &= set(sys.modules)
        assert not loaded, loaded
        from geoner import extractor
        assert extractor._shipped.extractor is None
        """
    )


def test_extraction_opens_no_socket():
    run_python(
        f"""
        import socket, sys
        def audit(event, args):
            if event.startswith("socket."):
                raise AssertionError(event)
        sys.addaudithook(audit)
        import geoner
        assert geoner.extract({TEXT!r}).entities
        """
    )

"""What leaves geoner steers no terminal, ends no record and is no formula, whatever stands in the
text."""

import csv
import io
import json
import unicodedata

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fuzz.targets
from fuzz.targets import drawn_extractor
from geoner import Article, Document, read_articles, write_articles
from geoner.cli import main
from geoner.escapes import json_text, visible

from .conftest import need_library_of

STEERING = "\x1b[2J\x9b31m\x07\x08\r\x7f\x85\u202e\u2066\u200f\u061c"

#: What a spreadsheet takes for the beginning of a formula. Source: OWASP, CSV Injection.
FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")

ATTACKS = (
    *("=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")', "+1+1", "-2+3+cmd|x", "@SUM(1)"),
    *("＝1", "＋1", "－1", "＠x", "\t=1", "\r=1", "\n@x", '"=1"', "'=1", ";=1", ",=1", "(=1)"),
    *("Iran", "$5 million", "+$5 million", "President @Bo", "-$2 bn", "=treaty", STEERING),
)

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=8,
)


def steers(text):
    return {
        character
        for character in text
        if character not in "\t\n"
        and (
            unicodedata.category(character) in ("Cc", "Cs")
            or unicodedata.bidirectional(character)
            in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
            or character in "\u200e\u200f\u061c"
        )
    }


@given(st.text(st.characters(codec=None)))
def test_a_visible_text_steers_nothing_and_keeps_the_rest(text):
    shown = visible(text)
    assert not steers(shown)
    if not steers(text):
        assert shown == text


@given(JSON, st.sampled_from([None, 2]))
def test_json_steers_nothing_and_reads_back_the_same(data, indent):
    text = json_text(data, indent)
    assert not steers(text)
    assert json.loads(text) == data
    if indent is None:
        assert len(text.splitlines()) == 1


def test_half_a_surrogate_pair_has_a_place_in_json():
    text = json_text("\ud83d Iran \udfff")
    assert text.isascii()
    assert json.loads(text) == "\ud83d Iran \udfff"


@pytest.mark.parametrize("kind", ["table", "json", "jsonl"])
def test_an_article_does_not_steer_the_terminal(capsys, tmp_path, kind):
    path = tmp_path / "a.txt"
    path.write_text(f"Iran{STEERING} paid Oman{STEERING}; Iran {STEERING}Oman.", encoding="utf-8")
    assert main(["extract", str(path), "--format", kind]) == 0
    assert not steers(capsys.readouterr().out)


def test_names_of_files_do_not_steer_the_terminal(capsys, tmp_path):
    assert main(["extract", str(tmp_path / f"{STEERING}.txt")]) == 1
    assert main(["convert", str(tmp_path / f"{STEERING}.txt"), "out"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 2
    assert not steers(said)


@settings(max_examples=300)
@given(
    st.binary(min_size=1, max_size=fuzz.targets.HEAD),
    st.lists(st.sampled_from(ATTACKS), min_size=1, max_size=6).map(" ".join),
)
def test_no_cell_of_a_data_frame_is_a_formula(tags, text):
    with fuzz.targets.tags_drawn_from(tags):
        document = drawn_extractor().extract(text)
    frame = document.to_dataframe()
    for row in frame.itertuples(index=False):
        assert not [cell for cell in row if isinstance(cell, str) and cell.startswith(FORMULA)]
    for group in document.groups:
        assert not group.name.startswith(FORMULA)
    content = frame.to_csv(index=False, lineterminator="\r\n")
    written = list(csv.reader(io.StringIO(content, newline="")))
    assert [row[0] for row in written[1:]] == [entity.text for entity in document.entities]


@pytest.mark.parametrize("name", ["a.parquet", "a.jsonl", "a.json", "a.txt", "a.spacy"])
def test_a_text_in_a_file_of_articles_stays_a_text(tmp_path, name):
    need_library_of(name)
    text = "\n".join(ATTACKS).replace("\r", " ") + "\ntags: O\n-DOCSTART-\n\n[x](COUNTRY) \x00\\"
    place = text.index("Iran")
    article = Article("=1", Document.from_spans(text, [(place, place + 4, "COUNTRY", 1.0)]))
    write_articles([article], tmp_path / name)
    assert read_articles(tmp_path / name) == [article]


def test_parquet_holds_text_and_numbers_and_no_objects(tmp_path):
    need_library_of("a.parquet")
    write_articles([Article("a", Document("=1"))], tmp_path / "a.parquet")
    frame = pd.read_parquet(tmp_path / "a.parquet")
    assert frame["text"].tolist() == ["=1"]
    assert b"pickle" not in (tmp_path / "a.parquet").read_bytes()

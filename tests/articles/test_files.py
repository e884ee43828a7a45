import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoner import Article, Document, GeonerError, read_articles, write_articles
from geoner.errors import FormatWarning

from ..test_document import documents

LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=20)
FIELDS = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True).filter(lambda k: k not in ("id", "ok")),
    LINE.map(str.strip),
    max_size=3,
)


@st.composite
def articles(draw):
    found = draw(documents())
    spans = [(e.start, e.end, e.label, 1.0) for e in found.entities]
    answers = draw(st.lists(LINE.map(str.strip), max_size=2))
    return Article("a", Document.from_spans(found.text, spans), draw(FIELDS), tuple(answers))


@given(articles(), st.sampled_from(["a.jsonl", "a.txt"]))
def test_written_articles_read_back_the_same(tmp_path_factory, article, name):
    path = tmp_path_factory.mktemp("articles") / name
    write_articles([article], path)
    assert read_articles(path) == [article]


def test_a_folder_holds_one_file_for_each_article(tmp_path):
    written = [Article(name, Document(f"In {name}")) for name in ("mali", "chad")]
    write_articles(written, tmp_path / "corpus")
    assert sorted(p.name for p in (tmp_path / "corpus").iterdir()) == ["chad.txt", "mali.txt"]
    assert [a.id for a in read_articles(tmp_path / "corpus")] == ["chad", "mali"]


def test_a_folder_is_not_written_over(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(GeonerError, match="the folder is not empty"):
        write_articles([Article("a", Document("Chad"))], tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("name", ["", ".hidden", "../up", "a/b", "C:\\a"])
def test_ids_that_cannot_name_a_file_write_nothing(tmp_path, name):
    with pytest.raises(GeonerError, match="no file can be named after the id"):
        write_articles([Article(name, Document("Chad"))], tmp_path / "corpus")
    assert not list(tmp_path.iterdir())


def test_one_text_file_holds_one_article(tmp_path):
    both = [Article(name, Document("Chad")) for name in "ab"]
    with pytest.raises(GeonerError, match="holds one article, not 2"):
        write_articles(both, tmp_path / "a.txt")


def test_a_split_is_chosen_by_name(tmp_path):
    path = tmp_path / "a.jsonl"
    write_articles([Article(s, Document("Chad"), {"split": s}) for s in ("train", "dev")], path)
    assert [a.id for a in read_articles(path, split="dev")] == ["dev"]
    with pytest.raises(GeonerError, match="no article of split 'test'; splits: dev, train"):
        read_articles(path, split="test")


def test_half_a_surrogate_pair_survives(tmp_path):
    article = Article("a", Document("Iran \ud83d and Mali"))
    for name in ("a.jsonl", "a.txt"):
        write_articles([article], tmp_path / name)
        assert read_articles(tmp_path / name) == [article]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(GeonerError, match=r"a\.jsonl: cannot be written"):
        write_articles([], tmp_path / "none" / "a.jsonl")


def test_an_empty_folder_is_named(tmp_path):
    with pytest.raises(GeonerError, match=r"a folder without \.txt articles"):
        read_articles(tmp_path)


GOOD = {"id": "a", "text": "Iran", "entities": [{"start": 0, "end": 4, "label": "COUNTRY"}]}


def entity(**changes):
    return {**GOOD, "entities": [{**GOOD["entities"][0], **changes}]}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", r"not JSON"),
        ("[]", r"expected an object"),
        ("[" * 100_000, r"not an article \(nested too deeply\)"),
        ({**GOOD, "text": None}, r"field 'text' is None"),
        ({"id": "a", "entities": []}, r"field 'text' is missing"),
        ({**GOOD, "id": True}, r"field 'id' is True"),
        ({**GOOD, "entities": [7]}, r"entities\[0\]: expected an object"),
        (entity(start="0"), r"entities\[0\]: field 'start' is '0'"),
        (entity(end=5), r"entities\[0\]: offsets 0:5 do not lie in a text of 4"),
        (entity(text="Iraq"), r"entities\[0\]: 'Iraq' does not stand at 0:4, but 'Iran'"),
        (entity(start=4), r"entities\[0\]: offsets 4:4"),
        ({**GOOD, "entities": GOOD["entities"] * 2}, r"entities: .*overlaps"),
        ({**GOOD, "meta": 7}, r"field 'meta' is 7"),
        ({**GOOD, "meta": {"split": 7}}, r"meta: field 'split' is 7"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, line, said):
    path = tmp_path / "bad.jsonl"
    text = line if isinstance(line, str) else json.dumps(line)
    path.write_text(f"{json.dumps(GOOD)}\n\n{text}\n")
    with pytest.raises(GeonerError, match=r"bad\.jsonl:3: " + said):
        read_articles(path)


def test_fields_that_are_not_read_are_said(tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({**GOOD, "url": "x"}) + "\n")
    with pytest.warns(FormatWarning, match=r"a\.jsonl:1: field 'url' is not read"):
        assert len(read_articles(tmp_path / "a.jsonl")) == 1


def test_an_empty_file_is_named(tmp_path):
    (tmp_path / "a.jsonl").write_text("\n")
    with pytest.raises(GeonerError, match=r"a\.jsonl: empty: it holds no article"):
        read_articles(tmp_path / "a.jsonl")


def test_files_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(GeonerError, match=r"none\.jsonl: cannot be read"):
        read_articles(tmp_path / "none.jsonl")
    (tmp_path / "latin.jsonl").write_bytes('{"text": "Türkiye"}'.encode("latin-1"))
    with pytest.raises(GeonerError, match=r"latin\.jsonl: not UTF-8"):
        read_articles(tmp_path / "latin.jsonl")

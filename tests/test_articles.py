import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoner import Article, Document, GeonerError, read_articles, write_articles

from .test_document import documents


@given(st.lists(documents(), max_size=4))
def test_written_articles_read_back_the_same(tmp_path_factory, all_documents):
    path = tmp_path_factory.mktemp("articles") / "articles.jsonl"
    articles = [
        Article(
            str(number),
            Document.from_spans(d.text, [(e.start, e.end, e.label, 1.0) for e in d.entities]),
        )
        for number, d in enumerate(all_documents)
    ]
    write_articles(articles, path)
    assert read_articles(path) == articles


def test_half_a_surrogate_pair_survives(tmp_path):
    article = Article("a", Document("Iran \ud83d and Mali"))
    write_articles([article], tmp_path / "a.jsonl")
    assert read_articles(tmp_path / "a.jsonl") == [article]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(GeonerError, match=r"a\.jsonl: cannot be written"):
        write_articles([], tmp_path / "none" / "a.jsonl")


GOOD = {"id": "a", "text": "Iran", "entities": [{"start": 0, "end": 4, "label": "COUNTRY"}]}


def entity(**changes):
    return {**GOOD, "entities": [{**GOOD["entities"][0], **changes}]}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", r"line 3: not JSON"),
        ("[]", r"line 3: expected an object"),
        ({**GOOD, "text": None}, r"line 3: field 'text' is None"),
        ({"id": "a", "entities": []}, r"line 3: field 'text' is missing"),
        ({**GOOD, "id": True}, r"line 3: field 'id' is True"),
        ({**GOOD, "entities": [7]}, r"line 3, entities\[0\]: expected an object"),
        (entity(start="0"), r"line 3, entities\[0\]: field 'start' is '0'"),
        (entity(end=5), r"line 3, entities\[0\]: offsets 0:5 do not lie in a text of 4"),
        (entity(start=4), r"line 3, entities\[0\]: offsets 4:4"),
        ({**GOOD, "entities": GOOD["entities"] * 2}, r"line 3, entities: .*overlaps"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, line, said):
    path = tmp_path / "bad.jsonl"
    text = line if isinstance(line, str) else json.dumps(line)
    path.write_text(f"{json.dumps(GOOD)}\n\n{text}\n")
    with pytest.raises(GeonerError, match=r"bad\.jsonl, " + said):
        read_articles(path)


def test_files_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(GeonerError, match=r"none\.jsonl: cannot be read"):
        read_articles(tmp_path / "none.jsonl")
    (tmp_path / "latin.jsonl").write_bytes('{"text": "Türkiye"}'.encode("latin-1"))
    with pytest.raises(GeonerError, match=r"latin\.jsonl: not UTF-8"):
        read_articles(tmp_path / "latin.jsonl")

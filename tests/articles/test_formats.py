"""Each format of other tools: what it keeps, what it says it drops, what it names as wrong."""

import json
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoner import Article, Document, GeonerError, read_articles, write_articles
from geoner.articles.conll import read as read_columns
from geoner.errors import FormatWarning

from .test_files import articles

TEXT = "Norway 🇳🇴 and Ghana signed.\nPresident Ama Boateng paid $3 million."
SPANS = [(0, 6, "COUNTRY"), (14, 19, "COUNTRY"), (38, 49, "OFFICIAL"), (55, 65, "MONEY")]
ARTICLE = Article("cocoa", Document.from_spans(TEXT, [(*s, 1.0) for s in SPANS]))

EXACT = {"doccano": "a.jsonl", "prodigy": "a.jsonl", "label-studio": "a.json", "brat": "folder"}


def spans(article):
    return [(e.start, e.end, e.label) for e in article.document.entities]


def words(article):
    return [(e.label, e.text.split()) for e in article.document.entities]


@pytest.mark.parametrize(("name", "file"), EXACT.items())
def test_offsets_survive_in_formats_with_offsets(tmp_path, name, file):
    write_articles([ARTICLE], tmp_path / file, name)
    assert read_articles(tmp_path / file, format=name) == [ARTICLE]


@pytest.mark.parametrize(("name", "file"), EXACT.items())
def test_a_format_is_recognised(tmp_path, name, file):
    write_articles([ARTICLE], tmp_path / file, name)
    assert read_articles(tmp_path / file) == [ARTICLE]


@given(articles(), st.sampled_from(["doccano", "prodigy", "label-studio"]))
def test_any_article_survives_json(tmp_path_factory, article, name):
    plain = Article(article.id, article.document, dict(article.meta))
    if {"id", "text", "label", "labels", "entities", "relations", "cats"} & plain.meta.keys():
        return
    path = tmp_path_factory.mktemp("articles") / "a"
    write_articles([plain], path, name)
    assert read_articles(path, format=name) == [plain]


@given(articles())
def test_any_text_and_its_spans_survive_brat(tmp_path_factory, article):
    if any("\ud800" <= c <= "\udfff" for c in article.text) or article.text[:1] == "\ufeff":
        return
    renamed = [(e.start, e.end, f"L{len(e.label)}", 1.0) for e in article.document.entities]
    plain = Article("a", Document.from_spans(article.text, renamed))
    folder = tmp_path_factory.mktemp("articles") / "out"
    write_articles([plain], folder, "brat")
    assert read_articles(folder) == [plain]


@given(st.lists(st.from_regex(r"\S{1,8}", fullmatch=True), min_size=1), st.data())
def test_columns_keep_words_and_labels(tmp_path_factory, parts, data):
    text = " ".join(part for part in parts if part.isprintable()) or "Chad"
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    found = [
        (start, end, "X", 1.0)
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        if text[start:end].strip()
    ]
    article = Article("a", Document.from_spans(text, found))
    path = tmp_path_factory.mktemp("articles") / "a.conll"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FormatWarning)
        write_articles([article], path)
        (once,) = read_articles(path)
        write_articles([once], path)
        (twice,) = read_articles(path)
    assert "".join(once.text.split()) == "".join(text.split())
    assert ["".join(e.text.split()) for e in once.document.entities] == [
        "".join(e.text.split()) for e in article.document.entities
    ]
    assert twice == once


def test_columns_are_written_in_iob2(tmp_path):
    path = tmp_path / "a.conll"
    with pytest.warns(FormatWarning, match="does not hold spaces between words"):
        write_articles([ARTICLE], path)
    lines = path.read_text(encoding="utf-8").split("\n")
    assert lines[:4] == ["-DOCSTART-\tO", "", "# id = cocoa", "Norway\tB-COUNTRY"]
    assert lines[lines.index("Ama\tB-OFFICIAL") + 1] == "Boateng\tI-OFFICIAL"
    assert lines[lines.index(".\tO") + 1] == ""  # a line break ends a sentence


IOB1 = "U.S. I-C\n, O\nIran I-C\nIraq B-C\nMali I-C\nCarl I-O\nBildt I-O"
IOB2 = "U.S. B-C\n, O\nIran B-C\nIraq B-C\nMali I-C\nCarl B-O\nBildt I-O"
BILOU = "U.S. U-C\n, O\nIran U-C\nIraq B-C\nMali L-C\nCarl B-O\nBildt L-O"
IOBES = "U.S. S-C\n, O\nIran S-C\nIraq B-C\nMali E-C\nCarl B-O\nBildt E-O"


@pytest.mark.parametrize("columns", [IOB1, IOB2, BILOU, IOBES])
def test_all_schemes_of_tags_are_read(tmp_path, columns):
    (tmp_path / "a.tsv").write_text(columns)
    (article,) = read_articles(tmp_path / "a.tsv")
    assert words(article) == [
        *(("C", ["U.S."]), ("C", ["Iran"]), ("C", ["Iraq", "Mali"])),
        ("O", ["Carl", "Bildt"]),
    ]


TAGS = st.lists(
    st.one_of(st.just("O"), st.builds("{}-{}".format, st.sampled_from("BI"), st.sampled_from("XY")))
)


@given(st.lists(TAGS.filter(bool), min_size=1))
def test_columns_hold_the_entities_that_seqeval_sees(sentences):
    get_entities = pytest.importorskip("seqeval.metrics.sequence_labeling").get_entities
    content = "\n\n".join(
        "\n".join(f"w{number} {tag}" for number, tag in enumerate(tags)) for tags in sentences
    )
    ((article, _),) = read_columns(content, "a.conll")
    seen = [
        (label, [f"w{number}" for number in range(first, last + 1)])
        for tags in sentences
        for label, first, last in get_entities(tags)
    ]
    assert words(article) == seen


def test_documents_in_columns_are_told_apart(tmp_path):
    (tmp_path / "wire.conll").write_text(
        "-DOCSTART- -X- O O\n\nMali NNP I-NP B-C\n\n-DOCSTART- -X- O O\n\nhi UH O O\n"
    )
    assert [a.id for a in read_articles(tmp_path / "wire.conll")] == ["wire-1", "wire-2"]
    (tmp_path / "ud.conll").write_text("# newdoc id = x\nMali\tB-C\n# newdoc id = y\nhi\tO\n")
    assert [a.id for a in read_articles(tmp_path / "ud.conll")] == ["x", "y"]


@pytest.mark.parametrize(
    "line",
    [
        {"id": 7, "text": "Mali acts", "label": [[0, 4, "C"]]},
        {"id": 7, "text": "Mali acts", "labels": [[0, 4, "C"]]},
        {
            "id": 7,
            "text": "Mali acts",
            "entities": [{"id": 1, "label": "C", "start_offset": 0, "end_offset": 4}],
            "relations": [],
            "Comments": [],
        },
    ],
)
def test_all_exports_of_doccano_are_read(tmp_path, line):
    (tmp_path / "a.jsonl").write_text(json.dumps(line) + "\n")
    (article,) = read_articles(tmp_path / "a.jsonl")
    assert (article.id, spans(article)) == ("7", [(0, 4, "C")])


def task(start, end, content, **more):
    region = {"type": "labels", "value": {"start": start, "end": end, "labels": ["C"], **more}}
    return {"id": 3, "data": {"text": content}, "annotations": [{"result": [region]}]}


def test_offsets_of_early_label_studio_are_put_right(tmp_path):
    # 🇳🇴 is two code points and four UTF-16 code units
    (tmp_path / "a.json").write_text(json.dumps([task(5, 9, "🇳🇴 Mali", text="Mali")]))
    (article,) = read_articles(tmp_path / "a.json")
    assert spans(article) == [(3, 7, "C")]
    assert article.document.entities[0].text == "Mali"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.conll", "Mali B-C\nalone\n", r"a\.conll:2: expected a word and its tag, in 2 col"),
        ("a.conll", "Mali B-C\nto X O\n", r"a\.conll:2: expected a word and its tag, in 2 col"),
        ("a.conll", "Mali C\n", r"a\.conll:1: 'C' is no tag of IOB1"),
        ("a.conll", "\n", r"a\.conll: no words"),
        ("a.json", "{}", r"a\.json:1: expected a list of tasks"),
        ("a.json", "[7]", r"task 1: expected an object"),
        ("a.json", '[{"data": {}}]', r"task 1: data: field 'text' is missing"),
        ("a.json", json.dumps([task(0, 9, "Mali")]), r"task 1: .*result\[0\]: offsets 0:9 do not"),
        ("a.json", json.dumps([task(0, 4, "Mali", text="Chad")]), "'Chad' does not stand at"),
        ("a.jsonl", '{"text": "Mali", "label": [[0, 9, "C"]]}', r"label\[0\]: offsets 0:9 do not"),
        ("a.jsonl", '{"text": "Mali", "label": [[0, "C"]]}', r"label\[0\]: expected \[start"),
        ("a.jsonl", '{"text": "Mali", "spans": [{"start": 0}]}', r"spans\[0\]: field 'end' is mis"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, name, content, said):
    (tmp_path / name).write_text(content)
    with pytest.raises(GeonerError, match=said):
        read_articles(tmp_path / name)


@pytest.mark.parametrize(
    ("notes", "said"),
    [
        ("T1\tC 0 9\tMali", r"a\.ann:1: offsets 0:9 do not lie"),
        ("T1\tC 0 2;3 4\tMa i", r"a\.ann:1: a mention in pieces"),
        ("T1 C 0 4", r"a\.ann:1: expected ID, tab, label"),
        ("T1\tC 0 4\tMali\nT2\tC 0 2\tMa", r"a\.ann:1: annotations: .*overlaps"),
    ],
)
def test_what_is_wrong_in_brat_is_named(tmp_path, notes, said):
    (tmp_path / "a.txt").write_text("Mali")
    (tmp_path / "a.ann").write_text(notes)
    with pytest.raises(GeonerError, match=said):
        read_articles(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "a.jsonl",
            '{"text": "Mali", "spans": [], "answer": "reject"}\n{"text": "Chad", "spans": []}',
            "1 tasks were rejected or ignored",
        ),
        (
            "a.jsonl",
            '{"text": "Mali", "entities": [], "relations": [{"id": 1}]}',
            "relations and comments of 1 examples",
        ),
        (
            "a.json",
            json.dumps([task(0, 4, "Mali"), {"data": {"text": "x"}, "annotations": []}]),
            "1 tasks without an annotation",
        ),
    ],
)
def test_what_is_not_read_is_said(tmp_path, name, content, said):
    (tmp_path / name).write_text(content)
    with pytest.warns(FormatWarning, match=said):
        assert len(read_articles(tmp_path / name)) == 1


def test_what_a_format_does_not_hold_is_said(tmp_path):
    article = Article("a", Document("Mali"), {"split": "dev"}, ('unlabelled "Mali" no',))
    with pytest.warns(FormatWarning) as said:
        write_articles([article], tmp_path / "out", "brat")
    assert [str(w.message).partition("hold ")[2] for w in said] == [
        "header fields: left out of 1 article",
        "answers to the check (ok): left out of 1 article",
    ]


def test_a_label_that_a_format_cannot_hold_writes_nothing(tmp_path):
    article = Article("a", Document.from_spans("Mali", [(0, 4, "a country", 1.0)]))
    for name in ("conll", "brat"):
        with pytest.raises(GeonerError, match="cannot hold the label 'a country'"):
            write_articles([article], tmp_path / name, name)
    assert not list(tmp_path.iterdir())


def test_an_unknown_format_is_named(tmp_path):
    with pytest.raises(GeonerError, match="no format 'xml'; formats: inline, jsonl, conll"):
        read_articles(tmp_path / "a.xml", format="xml")

import pytest

from geoner import Article, Document, GeonerError, read_articles, write_articles

HEADER = "id: a\nstyle: agency\n\n"


def read(tmp_path, content):
    path = tmp_path / "a.txt"
    path.write_bytes(content.encode())
    return read_articles(path)[0]


def test_a_person_can_write_it(tmp_path):
    article = read(
        tmp_path,
        'id: a\nstyle: agency\nnotes: two marks: one name\nok: bare "deal" a title\n\n'
        "[Iran](COUNTRY) signed the\n[Paris\nAgreement](AGREEMENT) \\[sic\\] for C:\\\\.\n",
    )
    assert article.text == "Iran signed the\nParis\nAgreement [sic] for C:\\."
    assert [(e.text, e.label, e.start) for e in article.document.entities] == [
        ("Iran", "COUNTRY", 0),
        ("Paris\nAgreement", "AGREEMENT", 16),
    ]
    assert article.meta == {"style": "agency", "notes": "two marks: one name"}
    assert article.answers == ('bare "deal" a title',)


def test_what_is_written_can_be_read_by_a_person(tmp_path):
    document = Document.from_spans("See [1]: Iran", [(9, 13, "COUNTRY", 1.0)])
    write_articles([Article("a", document, {"style": "agency"})], tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text() == HEADER + "See \\[1\\]: [Iran](COUNTRY)\n"


def test_line_ends_of_other_systems_are_not_text(tmp_path):
    article = read(tmp_path, (HEADER + "[Iran](COUNTRY)\nand Oman\n").replace("\n", "\r\n"))
    assert article.text == "Iran\nand Oman"


def test_a_missing_last_line_break_is_no_fault(tmp_path):
    assert read(tmp_path, HEADER + "Iran").text == "Iran"


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("id: a\nIran", 1, "no blank line between header and text"),
        ("id: a\n= b\n\nIran", 2, "expected 'key: value'"),
        ("id: a\nstyle: x\nstyle: y\n\nIran", 3, "'style' stands in the header twice"),
        ("style: x\n\nIran", 1, "the header has no id"),
        (HEADER + "a\n[Iran (COUNTRY)\n", 5, "a mark that does not close"),
        (HEADER + "a\nb\n[Iran] (COUNTRY)", 6, r"expected \[words\]\(LABEL\)"),
        (HEADER + "Iran](COUNTRY)", 4, r"expected \[words\]\(LABEL\)"),
        (HEADER + "[[Iran](COUNTRY) deal](AGREEMENT)", 4, "a mark inside a mark"),
        (HEADER + "a\n[](COUNTRY)", 5, "a mark without words"),
        (HEADER + "a \\n b", 4, r"\\n is no escape"),
        (HEADER + "a\\", 4, ".*is no escape"),
    ],
)
def test_faults_are_named_with_their_line(tmp_path, content, line, said):
    with pytest.raises(GeonerError, match=rf"a\.txt:{line}: {said}"):
        read(tmp_path, content)


@pytest.mark.parametrize(
    "article",
    [
        Article("a\nb", Document("Iran")),
        Article(" a", Document("Iran")),
        Article("a", Document("Iran"), {"Upper": "x"}),
        Article("a", Document("Iran"), {"id": "b"}),
        Article("a", Document("Iran"), {"ok": "b"}),
        Article("a", Document.from_spans("Iran", [(0, 4, "A\nB", 1.0)])),
    ],
)
def test_what_the_format_cannot_hold_is_said(tmp_path, article):
    with pytest.raises(GeonerError, match="cannot hold"):
        write_articles([article], tmp_path / "a.txt")
    assert not list(tmp_path.iterdir())

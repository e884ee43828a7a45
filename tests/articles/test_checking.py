import pytest

from geoner import check_articles

from ..conftest import SEEDS

FILLER = "Nothing else of note was said in the capital on that long afternoon"


def check(tmp_path, **bodies):
    """Checks a corpus of articles named by keyword; a body may bring header lines."""
    for name, body in bodies.items():
        header, _, text = body.rpartition("\n\n")
        header = f"\n{header}" if header else ""
        (tmp_path / f"{name}.txt").write_text(f"id: {name}{header}\n\n{text}\n")
    return check_articles(tmp_path)


def found(findings):
    return [(finding.line, finding.rule, finding.text) for finding in findings]


@pytest.mark.parametrize(
    ("marked", "rule"),
    [
        ("[Iran](LAND)", "label"),
        ("[Iran,](COUNTRY) too", "edge"),
        ("“[“Iran](COUNTRY)", "edge"),
        ("[Iran ](COUNTRY)", "edge"),
        ("[Iran](COUNTRY)ian", "word"),
        ("[the Netherlands](COUNTRY)", "article"),
        ("[The Paris Agreement](AGREEMENT)", "article"),
        ("[Iran's](COUNTRY) oil", "possessive"),
        ("[Baerbock’s](OFFICIAL) visit", "possessive"),
        ("[President Hassan Rouhani](OFFICIAL)", "title"),
        ("[Sen. Mitch Ames](OFFICIAL)", "title"),
        ("[Mr. Putin](OFFICIAL)", "title"),
        ("[Iranian](COUNTRY)", "country"),
        ("[Europe](COUNTRY)", "country"),
        ("[Moscow](COUNTRY)", "country"),
        ("[agreement](AGREEMENT)", "bare"),
        ("[bilateral agreements](AGREEMENT)", "bare"),
        ("[historic deal](AGREEMENT)", "bare"),
        ("[new trade pact](AGREEMENT)", "status"),
        ("[dollar](MONEY)", "amount"),
        ("[4 billion](MONEY)", "currency"),
        ("[about $4 billion](MONEY)", "limit"),
        ("[$50 a barrel](MONEY)", "unit"),
        ("[$50 per barrel](MONEY)", "unit"),
    ],
)
def test_a_breach_of_the_guidelines_is_found(tmp_path, marked, rule):
    assert [f.rule for f in check(tmp_path, a=f"It was {marked}")] == [rule]


@pytest.mark.parametrize(
    "marked",
    [
        "[U.S.](COUNTRY)-led",
        "[Côte d'Ivoire](COUNTRY)",
        "[Cocos (Keeling) Islands](COUNTRY)",
        "[Sheikh Hasina](OFFICIAL)",
        "[Robert F. Kennedy Jr.](OFFICIAL)",
        "[King](OFFICIAL)",
        "[New START](AGREEMENT)",
        "[ceasefire agreement](AGREEMENT)",
        "[2015 Iran nuclear deal](AGREEMENT)",
        "[20-year cooperation agreement](AGREEMENT)",
        "[$10-15 million](MONEY)",
        "[half a billion dollars](MONEY)",
        "[millions of dollars](MONEY)",
        "[trillion-dollar](MONEY)",
        "[five to 15 mln dlrs](MONEY)",
        "[Rs 500 crore](MONEY)",
        "[KSh20m](MONEY)",
        "[R1.2bn](MONEY)",
        "[50p](MONEY)",
        "[400 billion USD](MONEY)",
        "[€50 million](MONEY)",
    ],
)
def test_what_the_guidelines_ask_for_passes(tmp_path, marked):
    assert check(tmp_path, a=f"It was {marked} then.") == []


def test_a_string_labelled_here_and_not_there(tmp_path):
    body = "[Mali](COUNTRY) won.\n[Aya Keita](OFFICIAL) left\nMali. Then Keita too. Mali."
    assert found(check(tmp_path, a=body)) == [
        (5, "unlabelled", "Keita"),
        (5, "unlabelled", "Mali"),
        (5, "unlabelled", "Mali"),
    ]


def test_a_string_inside_another_mark_is_labelled(tmp_path):
    body = "[Iran](COUNTRY) and the [2015 Iran nuclear deal](AGREEMENT); Iranian oil."
    assert check(tmp_path, a=body) == []


def test_an_answer_silences_its_finding_and_no_other(tmp_path):
    body = "[China](COUNTRY) and the Bank of China; [Iran](COUNTRY), Iran Air"
    answered = check(tmp_path, a=f'ok: unlabelled "China" a bank\n\n{body}')
    assert found(answered) == [(4, "unlabelled", "Iran")]


@pytest.mark.parametrize("answer", ['unlabelled "Oman" not here', "gibberish", 'label "Chad" no'])
def test_an_answer_to_nothing_is_found(tmp_path, answer):
    findings = check(tmp_path, a=f"ok: {answer}\n\nWe met in [Chad](COUNTRY).")
    assert [f.rule for f in findings] == ["answer"]


def test_a_fault_in_one_file_does_not_hide_the_others(tmp_path):
    findings = check(tmp_path, a="see [1]", b="[the Gambia](COUNTRY)")
    assert [(f.path[-5:], f.line, f.rule) for f in findings] == [
        ("a.txt", 3, "format"),
        ("b.txt", 3, "article"),
    ]


def test_ids_name_their_file_and_one_article(tmp_path):
    (tmp_path / "b.txt").write_text("id: a\n\nIran\n")
    findings = check(tmp_path, a="Oman")
    assert [(f.path[-5:], f.rule) for f in findings] == [("b.txt", "id"), ("b.txt", "id")]


def test_splits_are_known_and_given_to_all(tmp_path):
    findings = check(tmp_path, a="split: train\n\nIran", b="Oman", c="split: tset\n\nMali")
    assert [(f.path[-5:], f.rule) for f in findings] == [("b.txt", "split"), ("c.txt", "split")]


def test_near_duplicates_are_found(tmp_path):
    one = " ".join(f"word{n}" for n in range(60))
    findings = check(tmp_path, a=one, b=one.replace("word30", "other"), c=FILLER)
    assert [(f.path[-5:], f.rule, f.text) for f in findings] == [("b.txt", "duplicate", "a")]


def test_a_passage_in_two_splits_is_a_leak(tmp_path):
    one, two = (" ".join(f"{x}{n}" for n in range(60)) for x in "vw")
    findings = check(
        tmp_path,
        a=f"split: train\n\n{one} {FILLER}.",
        b=f"split: test\n\n{FILLER}: {two}",
        c=f"split: train\n\n{FILLER}! {one[::-1]}",
    )
    assert [(f.path[-5:], f.rule) for f in findings] == [("b.txt", "leak")]


def test_the_seed_articles_pass():
    assert check_articles(SEEDS) == []

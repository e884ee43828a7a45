import html
import json
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.robustness import __main__ as robustness
from benchmarks.robustness.changes import BROKEN, CHANGES, LINE, changed
from geoner import Article, Document, write_articles
from geoner.names import one_typo

WORDS = (
    "said", "agreement", "negotiations", "overnight", "U.S.", "Iran", "it's", "Straße", "İzmir",
    '"yes"', "“no”", "‘so’", "A&B", "<draft>", "$5", "million", "well-known", "done.", "Why?",
    "Côte", "d'Ivoire", "United", "States", "Vladivostok",
)  # fmt: skip
GAPS = (" ", " ", " ", "\n", "\n\n", "  ")


@st.composite
def articles(draw):
    """Words and gaps, of which some runs of words are labelled."""
    text, spans = "", []
    for _ in range(draw(st.integers(1, 12))):
        words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
        run = " ".join(words)
        if draw(st.booleans()):
            spans.append((len(text), len(text) + len(run), "COUNTRY", 1.0))
        text += run + draw(st.sampled_from(GAPS))
    return Article("a", Document.from_spans(text, spans))


def straight(text):
    return text.translate(str.maketrans("“”‘’", "\"\"''"))


def without_markup(text):
    return html.unescape(re.sub("<[^>]*>", "", text)).replace("\xa0", " ")


#: What a change leaves as it was: equal before and after.
KEPT = {
    "lower case": lambda text: text.upper().lower(),
    "capitals": lambda text: text.upper().lower(),
    "straight quotes": straight,
    "curly quotes": straight,
    "typos outside mentions": str,
    "no end marks": str,
    "HTML residue": str,
    "OCR lines": lambda text: re.sub(r"\s+", " ", text.replace("-\n", "")),
    "one paragraph": lambda text: re.sub(r"\s+", " ", text),
    "double spaces": lambda text: re.sub(" +", " ", text),
}


@given(articles(), st.sampled_from(sorted(KEPT)))
def test_labels_stand_on_the_mentions_they_stood_on(article, name):
    before = [entity.text for entity in article.document.entities]
    after = [entity.text for entity in changed(article, CHANGES[name], "seed").document.entities]
    if name == "HTML residue":
        after = list(map(without_markup, after))
    assert list(map(KEPT[name], after)) == list(map(KEPT[name], before))


@given(articles())
def test_typos_in_mentions_are_one_letter_each_and_nowhere_else(article):
    after = changed(article, CHANGES["typos in mentions"], "seed").document
    for old, new in zip(article.document.entities, after.entities, strict=True):
        # a mention may hold the ends of sentences, and one typo in each
        pairs = zip(old.text.split(" "), new.text.split(" "), strict=True)
        assert all(left == right or one_typo(left, right) for left, right in pairs)
    assert outside(after) == outside(article.document)


def outside(document):
    """The text without its mentions."""
    ends = [0, *(entity.end for entity in document.entities)]
    starts = [*(entity.start for entity in document.entities), len(document.text)]
    return [document.text[end:start] for end, start in zip(ends, starts, strict=True)]


def say(text, name, mention=None):
    spans = []
    if mention:
        start = text.index(mention)
        spans = [(start, start + len(mention), "COUNTRY", 1.0)]
    return changed(Article("a", Document.from_spans(text, spans)), CHANGES[name], "s").document


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("lower case", "IRAN in İzmir", "iran in i̇zmir"),
        ("capitals", "eine Straße", "EINE STRASSE"),
        ("straight quotes", "“It’s ‘so’”", "\"It's 'so'\""),
        ("curly quotes", '"It\'s \'so\'" ("yes")', "“It’s ‘so’” (“yes”)"),
        ("no end marks", 'He left. "Why?" No', 'He left "Why" No'),
        ("one paragraph", "Head\n\nBody", "Head Body"),
        ("double spaces", "a b\nc d", "a  b\nc  d"),
    ],
)
def test_changes_as_one_would_expect(name, before, after):
    assert say(before, name).text == after


def test_the_point_of_an_abbreviation_is_no_end_mark():
    assert say("He left the U.S.", "no end marks", "U.S.").text == "He left the U.S."


def test_every_sentence_with_a_long_word_gets_one_typo():
    text = "Talks went ahead.\nNo one left.\nMinisters signed nothing."
    lines = say(text, "typos outside mentions").text.split("\n")
    assert [old != new for old, new in zip(text.split("\n"), lines, strict=True)] == [1, 1, 1]


def test_markup_reads_as_the_text_once_it_is_taken_away():
    text = 'Iran "won" & left.\n' * 300
    after = say(text, "HTML residue").text
    marks = ("<p>", "</p>", "<script>", "&quot;", "&amp;", "Iran&nbsp;", "</a>", "<br/>")
    assert [mark for mark in marks if mark not in after] == []
    lines = [line for line in map(without_markup, after.splitlines()) if line.startswith("Iran")]
    assert "\n".join(lines) + "\n" == text


def test_wrapped_lines_fit_and_some_words_are_broken():
    rng = random.Random(1)
    text = " ".join(rng.choice(("negotiations", "agreement", "minister", "of")) for _ in range(400))
    lines = say(text, "OCR lines").text.split("\n")
    assert all(LINE - 15 < len(line) <= LINE for line in lines[:-1])
    broken = sum(line.endswith("-") for line in lines) / len(lines)
    assert 0.3 < broken < BROKEN + 0.1


def test_the_same_seed_changes_the_same_places():
    article = Article("a", Document("Ministers from Oman signed nothing. " * 5))
    one, same, other = (
        changed(article, CHANGES["typos outside mentions"], seed).text for seed in "xxy"
    )
    assert one == same != other


def test_the_command_prints_and_writes_what_each_change_costs(tmp_path, capsys, monkeypatch):
    labelled, figures = tmp_path / "articles.jsonl", tmp_path / "figures.json"
    text = "Norway lent Ghana $310 million.\nFrance lent nothing."
    names = (("Norway", "COUNTRY"), ("Ghana", "COUNTRY"), ("$310 million", "MONEY"))
    spans = [(text.index(n), text.index(n) + len(n), label, 1.0) for n, label in names]
    spans.append((text.index("France"), text.index("France") + 6, "COUNTRY", 1.0))
    write_articles([Article("a", Document.from_spans(text, spans))], labelled)
    monkeypatch.setattr("sys.argv", ["robustness", str(labelled), "--json", str(figures)])
    with pytest.raises(SystemExit) as exit_:
        robustness.main()
    rows = [line.split(" | ")[0] for line in capsys.readouterr().out.splitlines()]
    assert [f"| {name}" for name in CHANGES] == rows[5 : 5 + len(CHANGES)]
    written = json.loads(figures.read_text())
    assert written["changes"]["as it is"]["labels"]["COUNTRY"]["support"] == 3
    assert exit_.value.code == (not all(bar["met"] for bar in written["bars"].values()))

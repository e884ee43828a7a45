import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoner import Article, Document, Evaluation
from geoner.report import format_evaluation
from geoner.report.charts import min_score_chart, standing_alone
from geoner.report.sentences import REACH, sentence_around

from .test_evaluate import evaluation, pairs

HOSTILE = "\"><script>alert(1)</script>&'\x00\ud800"
VOID = {"meta", "input"}


class Page(HTMLParser):
    """What a browser makes of a page; that every element ends where it should is checked."""

    def __init__(self, source):
        super().__init__()
        self.open, self.elements, self.words = [], [], []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", "".join(self.words))

    def all(self, tag, name=None):
        return [
            attributes
            for found, attributes in self.elements
            if found == tag and (name is None or name in (attributes.get("class") or "").split())
        ]


SOME = evaluation((0, 4, "COUNTRY"), (9, 12, "OFFICIAL"))
OTHER = evaluation((0, 4, "COUNTRY"), (5, 8, "OFFICIAL"))


def test_a_page_tells_the_figures_and_every_error():
    page = Page(SOME.to_html(by=["style"], name="models/new"))
    assert "Evaluation of models/new" in page.text
    assert "Figures by style" in page.text
    errors = page.all("li", "error")
    assert len(errors) == len(SOME.errors) == 4
    assert {(e["data-kind"], e["data-label"]) for e in errors} == {("boundary", "OFFICIAL")}
    assert "labelled Ana Silva" in page.text
    assert "found Ana" in page.text
    assert len(page.all("mark", "gold")) == 2 + 4 * 2  # in the key, and two stretches an error
    assert "Against" not in page.text


def test_a_page_compares_two_models():
    page = Page(SOME.to_html(OTHER, name="new", other_name="old"))
    assert "Against old" in page.text
    assert "may be chance" in page.text  # of four articles
    assert "4 of 4: 0 better, 0 worse, 4 neither" in page.text
    assert "wrong only here Ana" in page.text
    assert "wrong only there met" in page.text
    assert all("data-new" in error for error in page.all("li", "error"))


def test_a_page_loads_nothing_and_runs_only_its_own_script():
    source = SOME.to_html(OTHER)
    page = Page(source)
    (policy,) = [m["content"] for m in page.all("meta") if "http-equiv" in m]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    for _, attributes in page.elements:
        assert not {"src", "style", "srcset"} & attributes.keys()
        assert not any(name.startswith("on") for name in attributes)
        assert attributes.get("href", "#").startswith("#")
    assert "@import" not in source
    assert "url(" not in source


def test_nothing_of_a_text_or_a_name_becomes_markup():
    text = f"Mali {HOSTILE} Chad"
    spans = [(0, 4, HOSTILE, 1.0), (len(text) - 4, len(text), "X", 1.0)]
    gold = Document.from_spans(text, spans)
    found = Document.from_spans(text, [(5, len(text) - 5, HOSTILE, 1.0)])
    articles = [Article(HOSTILE, gold, {HOSTILE: HOSTILE})]
    some, other = (Evaluation(articles, [document]) for document in (found, gold))
    source = some.to_html(other, [HOSTILE], HOSTILE, HOSTILE)
    page = Page(source)
    source.encode("utf-8")
    assert "\0" not in source
    assert len(page.all("script")) == 1
    assert "alert(1)" in page.text
    (extra, *_) = [e for e in page.all("li", "error") if e["data-kind"] == "extra"]
    assert extra["data-label"].startswith('"><script>')


@given(st.lists(pairs(), min_size=1, max_size=3))
def test_any_evaluation_has_a_page(both):
    articles = [Article(str(index), gold) for index, (gold, _) in enumerate(both)]
    if not any(article.document.entities for article in articles):
        return
    some = Evaluation(articles, [found for _, found in both])
    page = Page(some.to_html(Evaluation(articles, [Document(a.text) for a in articles])))
    assert len(page.all("li", "error")) == len(some.errors)


def test_nothing_wrong_is_a_page_and_a_line_too():
    right = evaluation((0, 4, "COUNTRY"), (9, 18, "OFFICIAL"))
    assert Page(right.to_html()).all("li", "error") == []
    assert "\nno errors\n" in format_evaluation(right)


def test_the_page_says_which_labels_the_model_lacks():
    page = Page(evaluation(labels=("COUNTRY",)).to_html())
    assert "the model has no label OFFICIAL" in page.text


def test_a_chart_is_a_file_of_its_own():
    source = standing_alone(min_score_chart(SOME.by_min_score))
    root = ET.fromstring(source)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    names = [e.get("class") for e in root.iter() if e.get("class", "").startswith("curve")]
    style = root.findtext("{http://www.w3.org/2000/svg}style")
    for name in ("precision", "recall", "f1"):
        assert f"curve {name}" in names
        assert f".{name} {{ stroke: #" in style
    assert source.count("http") == 1  # the name space: nothing is loaded


def test_ten_thousand_errors_are_quickly_written():
    text = "Chad and Mali met in Togo, and Oman was told of it. " * 25
    places = [match.span() for match in re.finditer("Chad|Mali|Togo|Oman", text)]
    gold = Document.from_spans(text, [(*place, "COUNTRY", 1.0) for place in places])
    some = Evaluation([Article(f"a{i}", gold) for i in range(100)], [Document(text)] * 100)
    assert len(some.errors) == 10_000
    start = perf_counter()
    page = some.to_html()
    assert perf_counter() - start < 30
    assert len(page.encode()) < 10_000_000
    assert page.count('class="error"') == 10_000


@pytest.mark.parametrize(
    ("text", "mention", "sentence"),
    [
        ("Rain fell. Chad met Mali. It rained.", "Chad", "Chad met Mali. "),
        ("Headline about Chad\nThen a line.", "Chad", "Headline about Chad"),
        ("It rained. Gen. Ana Silva left. Then", "Ana Silva", "Gen. Ana Silva left. "),
        ("He left the U.S. Senate. Chad did", "Senate", "He left the U.S. Senate. "),
        ("He paid $3.5 million. Good.", "million", "He paid $3.5 million. "),
        ("So “Chad lost.” Mali won. Then", "Mali", "Mali won. "),
        ("Nothing ends here", "ends", "Nothing ends here"),
    ],
)
def test_an_error_is_read_in_its_sentence(text, mention, sentence):
    start = text.index(mention)
    low, high = sentence_around(text, start, start + len(mention))
    assert text[low:high] == sentence


@given(st.text("Aa .\n“", min_size=1, max_size=900), st.data())
def test_a_sentence_holds_its_mention_and_no_more_than_fits(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    low, high = sentence_around(text, start, end)
    assert 0 <= low <= start < end <= high <= len(text)
    assert high - low <= end - start + 2 * REACH


def test_a_long_line_is_cut_at_words():
    text = "word " * 200 + "Chad" + " word" * 200
    start = text.index("Chad")
    low, high = sentence_around(text, start, start + 4)
    assert set(text[low:high].split()) == {"word", "Chad"}
    page = Page(
        Evaluation(
            [Article("a", Document.from_spans(text, [(start, start + 4, "X", 1.0)]))],
            [Document(text)],
        ).to_html()
    )
    assert "… word" in page.text
    assert "word …" in page.text

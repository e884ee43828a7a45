import base64
import hashlib
import html
import re
from html.parser import HTMLParser
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from geoner import Document, Entity
from geoner.document import Group
from geoner.render import page
from geoner.render.groups import groups_of
from geoner.render.markup import escaped
from geoner.render.page import COLOURS, colours_of
from geoner.schema import LABELS
from geoner.values.types import CountryValue, OfficialValue

TEXT = "Chad & Mali signed the Sahel Pact; Chad paid $5 million."
DOCUMENT = Document.from_spans(
    TEXT,
    [
        (0, 4, "COUNTRY", 0.5),
        (7, 11, "COUNTRY", 1.0),
        (23, 33, "AGREEMENT", 0.75),
        (35, 39, "COUNTRY", 1.0),
        (45, 55, "MONEY", 1.0),
    ],
)


class Reader(HTMLParser):
    """What a page holds: its text, its marks and its groups."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags, self.text, self.title, self.headings = [], "", "", []
        self.marks, self.buttons, self.attributes = [], [], []
        self._open, self._inside = [], []
        self.feed(content)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append(tag)
        self.attributes.append(attributes)
        if tag == "meta":
            return
        self._open.append((tag, attributes))
        if tag == "mark":
            self.marks.append([len(self.text), None, attributes])
        if tag == "button":
            self.buttons.append(["", attributes])
        if tag == "h1":
            self.headings.append("")

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag
        if tag == "mark":
            self.marks[-1][1] = len(self.text)

    def handle_data(self, data):
        open_tags = [tag for tag, _ in self._open]
        if any(attributes.get("class") == "geoner-text" for _, attributes in self._open):
            self.text += data
        elif "button" in open_tags:
            self.buttons[-1][0] += data
        elif "h1" in open_tags:
            self.headings[-1] += data
        elif "title" in open_tags:
            self.title += data


def possible(text):
    """What a browser can hold of a text."""
    return re.sub("[\0\ud800-\udfff]", "\ufffd", text)


@st.composite
def documents(draw):
    text = draw(
        st.one_of(
            st.text(st.characters(), min_size=1, max_size=60),
            st.text("<>&\"'/ab\0\r\n\ud800\u202e;#x!-", min_size=1, max_size=60),
        )
    )
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    label = st.one_of(st.sampled_from(LABELS), st.text(st.characters(), max_size=5))
    return Document.from_spans(
        text,
        [
            (start, end, draw(label), draw(st.floats(0, 1)))
            for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        ],
    )


@given(documents())
def test_any_text_comes_back_with_its_mentions_where_they_stand(document):
    for content in (document.to_html("<b>\0&amp;"), document._repr_html_()):
        content.encode("utf-8")
        reader = Reader(content)
        assert reader.text == possible(document.text)
        assert [(start, end) for start, end, _ in reader.marks] == [
            (entity.start, entity.end) for entity in document.entities
        ]


@given(documents())
def test_nothing_in_a_text_becomes_a_tag_or_an_attribute(document):
    reader, plain = Reader(document.to_html()), Reader(Document("rain").to_html())
    assert set(reader.tags) <= {*plain.tags, "mark", "ul", "li", "span", "aside", "button", "bdi"}
    names = {name for attributes in reader.attributes for name in attributes}
    assert not {name for name in names if name.startswith("on")}
    assert not names & {"style", "src", "href", "id"}


def test_a_group_has_its_count_and_its_mentions():
    reader = Reader(DOCUMENT.to_html())
    assert [text.split() for text, _ in reader.buttons] == [
        ["Chad", "2"],
        ["Mali", "1"],
        ["Sahel", "Pact", "1"],
        ["$5", "million", "1"],
    ]
    groups = [attributes["data-group"] for _, attributes in reader.buttons]
    assert [mark["data-group"] for *_, mark in reader.marks] == [
        groups[index] for index in (0, 1, 2, 0, 3)
    ]
    assert [mark["data-label"] for *_, mark in reader.marks] == [
        *("COUNTRY", "COUNTRY", "AGREEMENT", "COUNTRY", "MONEY")
    ]
    assert reader.marks[0][2]["title"] == "COUNTRY · score 0.50"


def test_the_legend_counts_mentions():
    content = re.sub("<[^>]*>", "", DOCUMENT.to_html())
    assert "COUNTRY 3AGREEMENT 1MONEY 1" in content


def test_a_value_is_shown_beside_its_group_and_on_its_mentions():
    value = OfficialValue("Amina Deby Koto", "foreign minister", "TD")
    text = "Amina Deby Koto came."
    document = Document(text, (Entity(text[:15], "OFFICIAL", 0, 15, 1.0, value),))
    reader = Reader(document.to_html())
    assert reader.buttons[0][0] == "Amina Deby Koto 1 foreign minister, TD"
    assert reader.marks[0][2]["title"] == "OFFICIAL · foreign minister, TD · score 1.00"


def test_a_country_the_text_does_not_tell_apart_is_shown_as_those_it_may_be():
    candidates = (CountryValue("CG", "COG", "Congo"), CountryValue("CD", "COD", "DR Congo"))
    document = Document("Congo", (Entity("Congo", "COUNTRY", 0, 5, candidates=candidates),))
    assert Reader(document.to_html()).buttons[0][0] == "Congo 1 Congo or DR Congo?"


def test_groups_of_the_document_come_first_and_the_rest_goes_by_text():
    linked = Group("COUNTRY", "Chad", DOCUMENT.entities[0::3])
    groups = groups_of(SimpleNamespace(groups=(linked,), entities=DOCUMENT.entities))
    assert groups[0] is linked
    assert [(group.name, group.count) for group in groups] == [
        *(("Chad", 2), ("Mali", 1), ("Sahel Pact", 1), ("$5 million", 1))
    ]


def test_headings_and_titles():
    assert Reader(DOCUMENT.to_html("talks <1>")).headings == ["talks <1>"]
    assert Reader(DOCUMENT.to_html("talks <1>")).title == "talks <1>"
    assert Reader(DOCUMENT.to_html()).headings == []
    assert Reader(DOCUMENT.to_html()).title == TEXT
    assert Reader(Document("rain " * 99).to_html()).title == " ".join(["rain"] * 12) + "…"


def test_several_documents_share_a_page():
    content = "".join(page([("a", DOCUMENT), (None, Document("Rain."))], "both"))
    assert Reader(content).text == TEXT + "Rain."
    assert content.count("<article") == 2
    assert content.count("<!DOCTYPE") == content.count("</html>") == 1


def test_documents_are_written_as_they_come():
    taken = []

    def many():
        for number in range(3):
            taken.append(number)
            yield str(number), DOCUMENT

    parts = page(many(), "many")
    next(parts)
    next(parts)
    assert taken == [0]


def test_empty_documents():
    for text in ("", "Rain."):
        reader = Reader(Document(text).to_html())
        assert (reader.text, reader.marks, reader.buttons) == (text, [], [])
        assert "nothing found" in Document(text).to_html()


def test_the_policy_allows_this_style_and_this_script_alone():
    content = DOCUMENT.to_html()
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', content)[1])
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert directives.pop("default-src") == "'none'"
    for tag in ("style", "script"):
        (inside,) = re.findall(f"<{tag}>(.*?)</{tag}>", content, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert directives.pop(f"{tag}-src") == f"'sha256-{digest}'"
    assert set(directives.values()) == {"'none'"}
    assert not re.search(r"https?:|@import|url\(|src=|href=", content)


def test_a_notebook_output_is_a_fragment_that_styles_itself_alone():
    content = DOCUMENT._repr_html_()
    assert not re.search(r"<(!DOCTYPE|html|head|body|h\d)\b", content)
    assert not re.search(r"\sid=", content)
    (style,) = re.findall(r"<style>(.*?)</style>", content, re.DOTALL)
    rules = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    selectors = [
        selector.strip()
        for rule in re.findall(r"([^{}]+)\{", rules)
        for selector in rule.split(",")
        if not rule.strip().startswith("@")
    ]
    assert all(re.search(r"(^|\s|body)\.geoner\b", selector) for selector in selectors)


@given(st.sets(st.text(st.characters(), max_size=5), max_size=COLOURS - len(LABELS)))
def test_labels_have_colours_of_their_own(others):
    colours = colours_of([*others, *LABELS])
    assert len(set(colours.values())) == len(colours)
    assert set(colours.values()) <= set(range(COLOURS))
    assert colours == colours_of(sorted(colours))
    assert [colours[label] for label in LABELS] == [0, 1, 2, 3]


def test_more_labels_than_colours_are_no_error():
    assert len(colours_of(str(number) for number in range(100))) == 100


def test_every_colour_is_in_the_style():
    assert set(re.findall(r"\.geoner-colour-(\d+) \{", DOCUMENT.to_html())) == {
        str(number) for number in range(COLOURS)
    }


def test_escaping_leaves_nothing_to_a_parser():
    assert escaped("<a href=\"x\" b='y'>&amp;\r\n\0\udfff") == (
        "&lt;a href=&quot;x&quot; b=&#x27;y&#x27;&gt;&amp;amp;&#13;\n\ufffd\ufffd"
    )

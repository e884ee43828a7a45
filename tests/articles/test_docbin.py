import sys
import warnings

import pytest
from hypothesis import given, settings

from geoner import Article, Document, GeonerError, read_articles, write_articles
from geoner.errors import FormatWarning, MissingExtraError

from .test_files import articles
from .test_formats import ARTICLE

spacy = pytest.importorskip("spacy")


@settings(max_examples=30)  # spaCy takes a quarter of a second for each
@given(articles())
def test_any_article_survives(tmp_path_factory, article):
    if any("\ud800" <= character <= "\udfff" for character in article.text):
        return
    path = tmp_path_factory.mktemp("articles") / "a.spacy"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FormatWarning)
        write_articles([article], path)
    assert read_articles(path) == [article]


def test_spacy_reads_its_own_tokens_and_the_mentions(tmp_path):
    write_articles([ARTICLE], tmp_path / "a.spacy")
    pipeline = spacy.blank("en")
    (doc,) = spacy.tokens.DocBin().from_disk(tmp_path / "a.spacy").get_docs(pipeline.vocab)
    assert [token.text for token in doc] == [token.text for token in pipeline(ARTICLE.text)]
    assert [(e.text, e.label_) for e in doc.ents] == [
        (e.text, e.label) for e in ARTICLE.document.entities
    ]


def test_a_mention_inside_a_token_is_kept_and_said(tmp_path):
    article = Article("a", Document.from_spans("pro-U.S.-led", [(4, 8, "COUNTRY", 1.0)]))
    with pytest.warns(FormatWarning, match=r"1 mention \('U.S.'\) cut a token of spaCy's"):
        write_articles([article], tmp_path / "a.spacy")
    assert read_articles(tmp_path / "a.spacy") == [article]


def test_docs_of_others_are_read_and_span_groups_are_said(tmp_path):
    pipeline = spacy.blank("en")
    doc = pipeline("Mali and Chad")
    doc.ents = [doc.char_span(0, 4, "GPE")]
    doc.spans["sc"] = [doc.char_span(9, 13, "GPE")]
    folder = tmp_path / "corpus"
    folder.mkdir()
    spacy.tokens.DocBin(docs=[doc]).to_disk(folder / "train.spacy")
    with pytest.warns(FormatWarning, match="1 spans in groups"):
        (article,) = read_articles(folder)
    assert article == Article("train-1", Document.from_spans("Mali and Chad", [(0, 4, "GPE", 1.0)]))


def test_what_is_no_docbin_is_named(tmp_path):
    (tmp_path / "a.spacy").write_bytes(b"not a DocBin")
    with pytest.raises(GeonerError, match=r"a\.spacy:1: not a DocBin of spaCy"):
        read_articles(tmp_path / "a.spacy")


def test_half_a_surrogate_pair_writes_nothing(tmp_path):
    with pytest.raises(GeonerError, match="half of a surrogate pair has no UTF-8"):
        write_articles([Article("a", Document("Iran \ud83d"))], tmp_path / "a.spacy")
    assert not list(tmp_path.iterdir())


def test_without_spacy_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'geoner\[spacy\]'"):
        write_articles([ARTICLE], tmp_path / "a.spacy")

import sys
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoner import Article, Document, GeonerError, evaluate, read_articles, write_articles
from geoner.errors import FormatWarning, MissingExtraError

from .test_files import articles
from .test_formats import ARTICLE, words

datasets = pytest.importorskip("datasets")


@given(articles(), st.sampled_from(["a.parquet", "folder"]))
def test_any_article_survives(tmp_path_factory, article, name):
    written = f"{article.text}{article.meta}"
    if any("\ud800" <= character <= "\udfff" for character in written):
        return
    if {"id", "text", "entities", "ok"} & article.meta.keys():
        return
    path = tmp_path_factory.mktemp("articles") / name
    write_articles([article], path, "datasets")
    assert read_articles(path) == [article]


def splits():
    return [
        Article(f"{split}-{k}", Document.from_spans("Mali", [(0, 4, "C", 1.0)]), {"split": split})
        for split in ("train", "validation")
        for k in range(2)
    ]


def test_a_saved_folder_has_the_splits_of_the_articles(tmp_path):
    write_articles(splits(), tmp_path / "saved", "datasets")
    saved = datasets.load_from_disk(tmp_path / "saved")
    assert {name: rows["id"] for name, rows in saved.items()} == {
        "train": ["train-0", "train-1"],
        "validation": ["validation-0", "validation-1"],
    }
    assert read_articles(tmp_path / "saved") == splits()
    assert read_articles(tmp_path / "saved", split="train") == splits()[:2]


def test_objects_are_taken_where_paths_are(tmp_path, extractor):
    write_articles(splits(), tmp_path / "saved", "datasets")
    saved = datasets.load_from_disk(tmp_path / "saved")
    assert read_articles(saved) == splits()
    write_articles([ARTICLE], tmp_path / "a.parquet")
    rows = datasets.Dataset.from_parquet(
        str(tmp_path / "a.parquet"), cache_dir=str(tmp_path / "cache")
    )
    assert read_articles(rows) == [ARTICLE]
    assert evaluate(extractor, rows) == evaluate(extractor, [ARTICLE])


def test_shards_of_parquet_name_their_split(tmp_path):
    (tmp_path / "data").mkdir()
    for name in ("train-00000-of-00001", "test-00000-of-00001"):
        write_articles([ARTICLE], tmp_path / "data" / f"{name}.parquet")
    assert [a.meta for a in read_articles(tmp_path)] == [{"split": "test"}, {"split": "train"}]


def tokens(tags, **features):
    row = {"tokens": [["Mali", "acts", "in", "Burkina", "Faso"]], "ner_tags": [tags]}
    return datasets.Dataset.from_dict(row, **features)


def test_tokens_with_named_tags_are_read():
    names = datasets.ClassLabel(names=["O", "B-C", "I-C"])
    features = datasets.Features(
        {"tokens": datasets.List(datasets.Value("string")), "ner_tags": datasets.List(names)}
    )
    numbered = tokens([1, 0, 0, 1, 2], features=features)
    written_out = tokens(["B-C", "O", "O", "B-C", "I-C"])
    for rows in (numbered, written_out):
        (article,) = read_articles(rows)
        assert article.text == "Mali acts in Burkina Faso"
        assert words(article) == [("C", ["Mali"]), ("C", ["Burkina", "Faso"])]


def test_tokens_are_written_with_named_tags(tmp_path):
    with pytest.warns(FormatWarning, match="does not hold spaces between words"):
        write_articles([ARTICLE], tmp_path / "a.parquet", "datasets-tokens")
    (article,) = read_articles(tmp_path / "a.parquet")
    found = [(e.label, "".join(e.text.split())) for e in article.document.entities]
    assert found == [(e.label, "".join(e.text.split())) for e in ARTICLE.document.entities]
    with warnings.catch_warnings():
        warnings.simplefilter("error", FormatWarning)
        write_articles([article], tmp_path / "b.parquet", "datasets-tokens")
    assert read_articles(tmp_path / "b.parquet") == [article]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"sentence": ["Mali"]}, "dataset: unknown columns sentence; expected text and entities"),
        ({"tokens": [["a"]], "ner_tags": [[0]]}, "column 'ner_tags' has numbers without names"),
        ({"tokens": [["a"]], "ner_tags": [["X"]]}, "dataset:1: 'X' is no tag of IOB1"),
        ({"tokens": [["a"]], "ner_tags": [["O", "O"]]}, "dataset:1: 1 tokens with 2 ner_tags"),
        (
            {"text": ["Mali"], "entities": [[{"start": 0, "end": 9, "label": "C"}]]},
            r"dataset:1: entities\[0\]: offsets 0:9 do not lie",
        ),
        (
            {"text": ["Mali"], "entities": [[{"start": 0}]]},
            r"entities\[0\]: field 'end' is missing",
        ),
    ],
)
def test_what_is_wrong_is_named(rows, said):
    with pytest.raises(GeonerError, match=said):
        read_articles(datasets.Dataset.from_dict(rows))


def test_columns_that_are_not_read_are_said():
    rows = {"text": ["Mali"], "entities": [[]], "embedding": [[0.5]], "year": [2020]}
    with pytest.warns(FormatWarning, match="not read: embedding"):
        (article,) = read_articles(datasets.Dataset.from_dict(rows))
    assert article.meta == {"year": "2020"}


def test_files_that_are_no_dataset_are_named(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    with pytest.raises(GeonerError, match=r"a\.parquet: not Parquet, or truncated"):
        read_articles(tmp_path / "a.parquet")
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "dataset_info.json").write_text("{")
    with pytest.raises(GeonerError, match="saved: not a saved dataset, or truncated"):
        read_articles(tmp_path / "saved")


def test_a_folder_with_files_is_not_written_over(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(GeonerError, match="the folder is not empty"):
        write_articles([ARTICLE], tmp_path, "datasets")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_without_datasets_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'geoner\[train\]'"):
        write_articles([ARTICLE], tmp_path / "a.parquet")

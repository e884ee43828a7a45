import hashlib
import json
import random
import re
import shutil
from dataclasses import asdict, replace

import numpy as np
import pytest

from geoner import Article, Document, read_articles, schema, write_articles
from geoner.articles.editing import apply_edits
from geoner.calibration import Calibration
from geoner.extractor import SHIPPED_MODEL
from geoner.words import demonyms
from training import augmentation, calibration
from training.augmentation import PERSON, _residue, variants
from training.excerpts import excerpts, medleys
from training.lessons import unseen
from training.passages import Passage, labelled_passages, read_passages

from .conftest import SEEDS

TEXT = (
    "U.S. envoy Maria Lopez met Iranian leaders in Iran. Lopez said the 2015 nuclear deal "
    "had cost Iran $5 billion, and Tom Reed, a Tehran baker, agreed. The Bank of Iran was closed."
)


def labelled(*spans):
    result = []
    for text, label, nth in spans:
        start = -1
        for _ in range(nth):
            start = TEXT.index(text, start + 1)
        result.append((start, start + len(text), label, 1.0))
    return Article("a", Document.from_spans(TEXT, result))


ARTICLE = labelled(
    ("U.S.", "COUNTRY", 1),
    ("Maria Lopez", "OFFICIAL", 1),
    ("Iran", "COUNTRY", 2),
    ("Lopez", "OFFICIAL", 2),
    ("2015 nuclear deal", "AGREEMENT", 1),
    ("Iran", "COUNTRY", 3),
    ("$5 billion", "MONEY", 1),
)
BAKER = (TEXT.index("Tom Reed"), TEXT.index("Tom Reed") + 8, PERSON)
LABELS = [entity.label for entity in ARTICLE.document.entities]


@pytest.fixture(scope="module")
def copies():
    """Without residue, which may differ from one mention of a name to the next."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(augmentation, "_residue", lambda _text, _rng: [])
        return list(variants([ARTICLE], [[BAKER]], 200, seed=1))


def test_labels_stay_and_their_texts_change(copies):
    assert all([e.label for e in copy.document.entities] == LABELS for copy in copies)
    for position in range(len(LABELS)):
        assert len({copy.document.entities[position].text for copy in copies}) > 20


def test_one_person_keeps_one_name(copies):
    for copy in copies:
        full, later = (e.text for e in copy.document.entities if e.label == "OFFICIAL")
        assert later.casefold() in full.casefold()


def test_the_same_country_changes_everywhere(copies):
    changed = [copy for copy in copies if "iran" not in copy.text.lower()]
    assert len(changed) > 50  # countries, demonyms and names that hold them


def test_people_without_a_label_change_too(copies):
    assert sum("Tom Reed" not in copy.text for copy in copies) > 100
    assert all(e.label != PERSON for copy in copies for e in copy.document.entities)


def test_the_same_seed_gives_the_same_variants():
    first, again, other = (
        list(variants([ARTICLE], [[BAKER]], 50, seed=seed)) for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_a_calibration_comes_of_the_scores_of_the_model_alone(tmp_path, capsys):
    folder = tmp_path / "model"
    shutil.copytree(SHIPPED_MODEL, folder)
    articles = read_articles(SEEDS, split="dev")[:12]
    fitted = calibration.calibrate(folder, articles)
    first = capsys.readouterr().out
    assert json.loads((folder / "config.json").read_text())["geoner"]["calibration"] == asdict(
        fitted
    )
    # not of what an earlier calibration made of them
    Calibration(0.2, 3).write(folder)
    assert calibration.calibrate(folder, articles) == fitted
    assert capsys.readouterr().out == first
    assert "in 10 folds, one for each label" in first


def test_mentions_are_judged_by_what_was_fitted_on_other_articles():
    articles = np.repeat(np.arange(30), 20)
    labels = np.array(["A", "B"] * 300)
    right = (np.arange(600) % 10 < 5) | (labels == "A")  # all of A, and 0.4 of B
    mentions = calibration.Mentions(np.full(600, 0.95), right, labels, articles)
    for calibrated, chances in (
        (calibration.one_for_all, {"A": right.mean(), "B": right.mean()}),
        (calibration.one_for_each_label, {"A": 1, "B": right[labels == "B"].mean()}),
    ):
        scores = calibration.held_out(mentions, calibrated)
        for label, chance in chances.items():
            assert scores[labels == label] == pytest.approx(chance, abs=0.03)


def test_no_demonym_is_also_a_country_name():
    words = {word for words in demonyms().values() for word in words}
    assert not words & set(augmentation.country_codes())


def test_residue_leaves_each_mention_where_it_is():
    text = ARTICLE.text.replace("'", "’").replace(". L", ".\nL").replace("and Tom", "& Tom")
    mentions = [("U.S.", "COUNTRY"), ("Maria Lopez", "OFFICIAL"), ("$5 billion", "MONEY")]
    spans = [(at := text.index(m), at + len(m), label) for m, label in mentions]
    changed = set()
    for seed in range(300):
        new, moved = apply_edits(text, spans, _residue(text, random.Random(seed)))
        assert [label for *_, label in moved] == [label for _, label in mentions]
        for (start, end, _), (mention, _) in zip(moved, mentions, strict=True):
            found = new[start:end]
            assert found[0] == mention[0]
            if "-\n" in new or "- " in new:
                assert re.sub("-\n|- ", "", found) == mention
            elif "&amp;" in new:
                assert re.sub("&nbsp;|\u00a0|<b>|</a>", "", found).split() in (
                    mention.split(),
                    [mention.replace(" ", "")],
                )
        changed.add(new)
    assert len(changed) > 30


def mentions(article):
    return [(entity.text, entity.label) for entity in article.document.entities]


def test_excerpts_keep_the_labels_of_what_they_cut():
    cut = list(excerpts(read_articles(SEEDS)[:40], 3, seed=1))
    assert len(cut) > 60
    whole = {article.id: article for article in read_articles(SEEDS)[:40]}
    for excerpt in cut:
        source = whole[excerpt.id.partition("@")[0]]
        start = source.text.index(excerpt.text)
        inside = [
            (e.text, e.label)
            for e in source.document.entities
            if start <= e.start and e.end <= start + len(excerpt.text)
        ]
        assert mentions(excerpt) == inside


def test_no_excerpt_needs_what_stood_before_it():
    text = "President Ana Cruz left. Cruz was tired. The baker slept."
    spans = [(10, 18, "OFFICIAL", 1.0), (25, 29, "OFFICIAL", 1.0)]
    article = Article("a", Document.from_spans(text, spans))
    assert not any(e.text.startswith("Cruz") for e in excerpts([article], 10, seed=1))


def test_medleys_hold_each_excerpt_once_with_its_labels():
    cut = list(excerpts(read_articles(SEEDS)[:40], 2, seed=1))
    strung = list(medleys(cut, seed=2))
    assert 0 < len(strung) < len(cut) / 3
    assert sum(len(article.text) for article in strung) == (
        sum(len(excerpt.text) + 1 for excerpt in cut) - len(strung)
    )
    found = [mention for article in strung for mention in mentions(article)]
    assert sorted(found) == sorted(mention for excerpt in cut for mention in mentions(excerpt))


def passage(text, start, end, *spans):
    digest = hashlib.sha256(text[start:end].encode()).hexdigest()
    return Passage("a", start, end, digest, "train", spans)


def test_a_passage_has_its_labels_where_its_text_is():
    text = "Nothing. Peru left the Lima Accord. Nothing."
    labelled = passage(text, 9, 35, (0, 4, "COUNTRY"), (14, 25, "AGREEMENT"))
    other = passage("Not at hand.", 0, 3)
    texts = {"a": text, "b": "Unlabelled."}
    (article,) = labelled_passages([labelled, replace(other, text_id="c")], texts)
    assert article.text == "Peru left the Lima Accord."
    assert mentions(article) == [("Peru", "COUNTRY"), ("Lima Accord", "AGREEMENT")]


def test_labels_are_not_put_on_a_text_that_has_changed():
    labelled = passage("Peru left.", 0, 10, (0, 4, "COUNTRY"))
    with pytest.raises(ValueError, match="not the one that was labelled"):
        list(labelled_passages([labelled], {"a": "Cuba left."}))


@pytest.mark.parametrize("split", ["train", "dev"])
def test_labels_of_passages_lie_in_them_and_apart(split):
    passages = read_passages(split)
    assert len(passages) > 100
    for passage in passages:
        ends = [0]
        for start, end, label in passage.spans:
            assert ends[-1] <= start < end <= passage.end - passage.start
            assert label in schema.LABELS
            ends.append(end)


def test_no_text_of_a_split_is_in_the_other():
    names = [{passage.text_id for passage in read_passages(split)} for split in ("train", "dev")]
    assert not set.intersection(*names)


def test_what_is_measured_on_is_not_learned_from(tmp_path):
    quoted = (
        "A statement long enough that it stands in two articles only where one quotes the other."
    )
    rows = {"dev": [("release#p", "A part of a release.")], "test": [("b", f"{quoted}\nMore.")]}
    for split, articles in rows.items():
        path = tmp_path / f"{split}.jsonl"
        write_articles((Article(i, Document.from_spans(text, [])) for i, text in articles), path)
    texts = [
        ("release", "A part of a release. The rest of it."),
        ("c", f"Before.\n  {quoted}"),
        ("d", "Before.\nMore."),
    ]
    assert [name for name, _ in unseen(texts, tmp_path)] == ["d"]

import json

import pytest

from geoner import Article
from geoner.errors import ArticleError
from geoner.linking import link
from geoner.values import scoring
from geoner.values.resolve import resolve

from ..marked import linked, marked

TEXT = (
    "French President [Anne Roux](O) met [Otto Lang](O) of [Germany](C). "
    "[Roux](O) left [Germany](C)."
)


def rows(document):
    """The document's own groups as a person would label them."""
    return [
        {
            "label": group.label,
            "mentions": [[mention.start, mention.end] for mention in group.mentions],
            "value": group.value.to_dict(),
        }
        for group in document.groups
    ]


@pytest.fixture
def labelled(tmp_path):
    """Writes labelled groups and reads them for the article of TEXT."""

    def write(groups):
        path = tmp_path / "values.jsonl"
        path.write_text(json.dumps({"id": "a", "groups": groups}) + "\n", encoding="utf-8")
        return scoring.read_values(path, [Article("a", marked(TEXT))])["a"]

    return write


def test_all_right_is_a_score_of_one(labelled):
    document = linked(TEXT)
    scores = scoring.score([document], [labelled(rows(document))])
    assert scores.role == scoring.Ratio(1, 1)
    assert scores.country == scoring.Ratio(2, 2)
    assert {ratio.share for ratio in scores.precision.values()} == {1.0}
    assert set(scores.links.values()) == {(1.0, 1.0, 1.0)}


def test_what_is_wrong_and_what_else_is_right(labelled):
    document = linked(TEXT)
    groups = rows(document)
    groups[0]["value"]["role"] = "head of state"
    groups[0]["value"]["country"] = "BE"
    groups[0]["also"] = {"role": ["President"]}
    scores = scoring.score([document], [labelled(groups)])
    assert (scores.role.right, scores.country.right) == (1, 1)
    assert scores.precision["OFFICIAL"] == scoring.Ratio(4, 5)  # one country of five fields
    groups[0]["value"]["organisation"] = "UN"
    scores = scoring.score([document], [labelled(groups)])
    assert scores.coverage["OFFICIAL"] == scoring.Ratio(5, 6)


def test_b_cubed_of_a_person_split_in_two(labelled):
    document = linked(TEXT)
    groups = rows(document)
    split = {**groups[0], "mentions": groups[0]["mentions"][1:]}
    groups[0] = {**groups[0], "mentions": groups[0]["mentions"][:1]}
    precision, recall, f1 = scoring.b_cubed([document], [labelled([*groups, split])])["OFFICIAL"]
    assert precision == pytest.approx((0.5 + 0.5 + 1) / 3)
    assert recall == 1
    assert f1 == pytest.approx(2 * precision / (precision + 1))


def test_b_cubed_counts_mentions_that_are_missing_or_too_much(labelled):
    gold = labelled(rows(linked(TEXT)))
    fewer = link(resolve(marked(TEXT)).filter(["OFFICIAL"]))
    assert scoring.b_cubed([fewer], [gold])["COUNTRY"] == (0.0, 0.0, 0.0)
    more = [group for group in gold if group.label == "COUNTRY"]
    assert scoring.b_cubed([linked(TEXT)], [more])["OFFICIAL"] == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mentions": [[0, 3]]}, "no OFFICIAL at 0:3"),
        ({"mentions": [[0]]}, "expected"),
        ({"mentions": []}, "there is none"),
        ({"label": None}, "label"),
        ({"value": {"type": "official"}}, "name"),
        ({"also": []}, "also"),
    ],
)
def test_a_wrong_label_names_file_line_and_field(labelled, change, said):
    groups = rows(linked(TEXT))
    groups[0].update(change)
    with pytest.raises(ArticleError, match=rf"values.jsonl:1: groups\[0\]: .*{said}"):
        labelled(groups)


def test_values_of_other_articles_are_no_use(tmp_path):
    path = tmp_path / "values.jsonl"
    path.write_text('{"id": "b", "groups": []}\n', encoding="utf-8")
    with pytest.raises(ArticleError, match="no line is about"):
        scoring.read_values(path, [Article("a", marked(TEXT))])
    with pytest.raises(ArticleError, match="cannot be read"):
        scoring.read_values(tmp_path / "none.jsonl", [])


def test_figures_for_people_and_for_programs(labelled):
    document = linked(TEXT)
    scores = scoring.score([document], [labelled(rows(document))])
    assert "office of an official" in scoring.format_scores(scores)
    assert scoring.to_dict(scores)["role"] == {"share": 1.0, "right": 1, "of": 1}
    json.dumps(scoring.to_dict(scores))

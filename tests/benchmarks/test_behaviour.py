import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from benchmarks.behaviour import __main__ as behaviour
from benchmarks.behaviour import cases
from benchmarks.behaviour.cases import DIRECTION, INVARIANCE, RULES, labelled_behaviours, spans_of
from benchmarks.behaviour.invariance import invariance_behaviours
from benchmarks.behaviour.measure import all_behaviours, measure, pass_rate
from benchmarks.behaviour.report import LEAST, as_data, bars, report
from benchmarks.behaviour.templates import DATA, fill, fillings, shared_lists
from geoner import Document, GeonerError, read_articles
from geoner.sentences import sentences

from .finds import Finds
from .passages import in_a_row, words

SEEDS = Path(__file__).parent.parent.parent / "seeds" / "articles"

#: As many words in a row as would show that a case was taken from an article.
WORDS_IN_A_ROW = 7

MARKED = [d for kind in (RULES, DIRECTION) for b in labelled_behaviours(kind)
          for case in b.cases for d in case.documents]  # fmt: skip


class Knows:
    """An extractor that finds what the cases are marked with, and nothing elsewhere."""

    def extract_many(self, texts):
        known = {document.text: document for document in MARKED}
        for text in texts:
            yield known.get(text, Document(text))


def failed(results):
    return {(x.behaviour.kind, x.behaviour.name): len(x.failures) for x in results if x.failures}


@pytest.fixture(scope="module")
def results(extractor):
    return measure(extractor, all_behaviours())


@pytest.mark.parametrize("kind", [RULES, INVARIANCE, DIRECTION])
def test_the_shipped_model_meets_the_bar(results, kind):
    of_kind = [result for result in results if result.behaviour.kind == kind]
    assert pass_rate(of_kind) >= LEAST[kind]


def test_cases_are_no_training_text():
    articles = read_articles(SEEDS)
    known = set().union(*(in_a_row(article.text, WORDS_IN_A_ROW) for article in articles))
    said = {
        " ".join(words(article.text[start:end]))
        for article in articles
        for start, end in sentences(article.text)
    }
    carriers = [DATA / "passages.txt", *DATA.glob("rules/*.txt"), *DATA.glob("direction/*.txt")]
    for path in carriers:
        for line in path.read_text("utf-8").splitlines():
            if " = " not in line:  # lists hold the examples, some of them long names
                for part in re.split(r"\{[^}]*\}|\[[^\]]*\]\(\w+\)", line):
                    assert not in_a_row(part, WORDS_IN_A_ROW) & known, line
    for text in {text for b in all_behaviours() for case in b.cases for text in case.texts}:
        for start, end in sentences(text):
            assert " ".join(words(text[start:end])) not in said, text


def test_every_behaviour_is_named_once_and_has_cases_of_its_own():
    behaviours = all_behaviours()
    names = [(b.kind, b.capability, b.name) for b in behaviours]
    assert len(set(names)) == len(names)
    for b in behaviours:
        texts = {case.texts for case in b.cases}
        assert len(texts) >= 4, b.name
        assert not any(re.search(r"[{}|]|  ", text) for pair in texts for text in pair), b.name


def test_no_text_is_marked_in_two_ways():
    marks = defaultdict(set)
    for document in MARKED:
        marks[document.text].add(tuple(spans_of(document)))
    assert [text for text, ways in marks.items() if len(ways) > 1] == []


def test_a_change_of_direction_changes_what_is_labelled():
    for b in labelled_behaviours(DIRECTION):
        for case in b.cases:
            before, after = (
                {(e.text, e.label) for e in document.entities} for document in case.documents
            )
            assert before != after, case.texts


def test_a_slot_takes_a_value_in_the_form_and_case_it_asks_for():
    lists = {"place": [{"name": "the Gambia", "demonym": "Gambian"}, {"name": "Oman"}]}
    text, places = fill("{Place} and {place}'s {place.demonym} {other}", lists, {"place": 2})
    assert text == "The Gambia and the Gambia's Gambian {other}"
    assert [text[p.start : p.end] for p in places] == ["The Gambia", "the Gambia", "Gambian"]


def test_two_slots_of_one_list_differ():
    for template in ("{country}, {country2}, {country3}", "{person}: {person2}"):
        for text in fillings(template, {}):
            values = re.split("[:,] ", text)
            assert len(set(values)) == len(values)


def test_every_value_of_a_local_list_is_used_in_every_carrier():
    local = {"a": [{"a": v} for v in "xyz"], "b": [{"b": v} for v in "12"]}
    assert list(fillings("{a}{b}", local)) == ["x1", "y2", "z1"]
    assert list(fillings("no slot", local)) == ["no slot"]
    countries = [value["name"] for value in shared_lists()["country"]]
    assert all(text[:-1] in countries for text in fillings("{country}!", local))


def test_who_reads_all_texts_as_marked_fails_nowhere_and_who_finds_nothing_does():
    assert failed(measure(Knows(), all_behaviours())) == {}
    results = measure(Finds("(?!)"), all_behaviours())
    assert bars(results) == {
        "rules: at least 95% of the cases pass": False,
        "invariance: at least 97% of the cases pass": True,
        "direction: at least 85% of the cases pass": False,
    }
    for kind, name in failed(results):
        assert kind != INVARIANCE, name
    assert (RULES, "Languages do not count") not in failed(results)


def test_a_span_too_many_fails():
    results = measure(Finds("(?i)memo"), labelled_behaviours(RULES))
    wrong = [o for result in results for o in result.failures if "leaked memo" in o.case.texts[0]]
    assert wrong


def test_labels_move_with_what_is_swapped():
    names = {value["name"] for value in shared_lists()["country"]}
    behaviours = invariance_behaviours()
    assert failed(measure(Finds(rf"\b({'|'.join(names)})\b"), behaviours)) == {}
    assert failed(measure(Finds(rf"\bin ({'|'.join(names)})\b"), behaviours)) == {}
    without_peru = measure(Finds(rf"\b({'|'.join(names - {'Peru'})})\b"), behaviours)
    assert {name for _, name in failed(without_peru)} == {"Another country"}


def test_a_label_that_hangs_on_quotes_or_on_the_start_of_the_text_is_told():
    curly = measure(Finds("(?<=“)[A-Z]\\w+"), invariance_behaviours())
    assert {name for _, name in failed(curly)} == {
        "Straight quotation marks for curly ones, and curly for straight"
    }
    first = failed(measure(Finds(r"\A\w+"), invariance_behaviours()))
    assert (INVARIANCE, "A neutral sentence in front") in first
    assert (INVARIANCE, "A neutral sentence at the end") not in first


def test_a_label_that_ends_inside_what_is_swapped_fails():
    results = measure(Finds(r"\d [mb]illion", "MONEY"), invariance_behaviours())
    assert (INVARIANCE, "Another amount") in failed(results)
    assert "which ends inside the change" in json.dumps(as_data(results))


def test_the_report_hides_no_failing_behaviour():
    results = measure(Finds("Norway|Peru|the "), all_behaviours())
    page = report(results)
    for result in results:
        line = f"{result.behaviour.capability}: {result.behaviour.name} |"
        row = f"{line} {len(result.failures)} | {len(result.outcomes)} |"
        assert (row in page) == bool(result.failures), result.behaviour.name
    assert "expected: The survey ship stopped for water in [Hong Kong](COUNTRY) and" in page
    assert "found:    The survey ship stopped for water in Hong Kong and" in page


def test_the_command_writes_every_failing_case_and_tells_which_bars_are_missed(
    tmp_path, capsys, monkeypatch
):
    figures, page = tmp_path / "figures.json", tmp_path / "report.md"
    monkeypatch.setattr("sys.argv", ["behaviour", "--json", str(figures), "--markdown", str(page)])
    monkeypatch.setattr(behaviour.Extractor, "from_pretrained", lambda _: Finds("(?!)"))
    with pytest.raises(SystemExit) as exit_:
        behaviour.main()
    assert exit_.value.code == 1
    out = capsys.readouterr().out
    assert "bar: rules: at least 95% of the cases pass: missed" in out
    assert out.strip() in page.read_text("utf-8")
    written = {b["name"]: b for b in json.loads(figures.read_text("utf-8"))["behaviours"]}
    articles = written["A leading article stays outside a country"]
    assert articles["failed"] == articles["cases"] == len(articles["failures"]) == 30
    assert articles["failures"][0] == [
        {
            "expected": "Bees were flown to the [Netherlands](COUNTRY) in wooden crates.",
            "found": "Bees were flown to the Netherlands in wooden crates.",
        }
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("## Nothing\nthing = a | b\n", "Nothing: a behaviour without cases"),
        ("## Half\n+ only the changed text\n", "Half: a changed text without its original"),
        ("## Open\nThe [bracket(COUNTRY)\n", "Open"),
    ],
)
def test_a_faulty_data_file_is_named(tmp_path, monkeypatch, content, fault):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "odd.txt").write_text(content)
    monkeypatch.setattr(cases, "DATA", tmp_path)
    with pytest.raises(GeonerError, match=re.escape(fault)):
        labelled_behaviours(RULES)

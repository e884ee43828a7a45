import json
import re
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.fairness import __main__ as fairness
from benchmarks.fairness import countries, officials
from benchmarks.fairness.carriers import Filling, carriers, fill
from geoner import read_articles
from geoner.values.countries import TABLE, country_candidates
from training import people as people_of_training

from .finds import Finds
from .passages import in_a_row

ROOT = Path(__file__).parent.parent.parent
TEXTS = ("country_sentences.txt", "official_texts.txt", "private_texts.txt")

#: As many words in a row as would show that a carrier text was taken from an article.
WORDS_IN_A_ROW = 6


def test_a_slot_is_filled_and_its_name_found_again():
    fillings = {"a": Filling("the ", "Bahamas", "'"), "b": Filling("", "Oman")}
    text, places = fill("On {a} debt: {b}, {b}.", fillings)
    assert text == "On the Bahamas' debt: Oman, Oman."
    assert [(p.slot, text[p.start : p.end]) for p in places] == [
        ("a", "Bahamas"), ("b", "Oman"), ("b", "Oman"),
    ]  # fmt: skip


def test_carrier_texts_are_no_training_text():
    articles = read_articles(ROOT / "seeds" / "articles")
    known = set().union(*(in_a_row(article.text, WORDS_IN_A_ROW) for article in articles))
    for name in TEXTS:
        for text in carriers(name):
            for part in re.split(r"\{\w+\}", text):
                assert not in_a_row(part, WORDS_IN_A_ROW) & known, text


def test_every_entry_of_iso_3166_has_a_name_that_means_it():
    codes = [line.split("\t")[0] for line in TABLE.read_text(encoding="utf-8").splitlines()]
    assert set(countries.names()) == set(filter(None, codes))
    for code, names in countries.names().items():
        for name in names:
            assert code in [value.alpha_2 for value in country_candidates(name)], name


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("BS", "The Bahamas asked the other parties"),
        ("BS", "praised the Bahamas' new rules"),
        ("OM", "Oman's statistics office put"),
        ("PH", "The Philippines' statistics office put"),
        ("NL", "of the Netherlands-led mission"),
        ("PE", "ministers from Kenya, Peru and Norway met"),
        ("KE", "ministers from Norway, Kenya and Peru met"),
        ("US", "PORT SELMA, United States, June"),
    ],
)
def test_sentences_are_grammatical(code, sentence):
    assert any(sentence in case.text for case in countries.cases() if case.code == code)


def test_every_name_stands_in_every_sentence():
    cases = countries.cases()
    assert len(carriers("country_sentences.txt")) == 20
    assert len(cases) == 20 * sum(map(len, countries.names().values()))
    assert all(case.text.startswith(case.name, case.start) for case in cases)
    assert not any("{" in case.text or "  " in case.text for case in cases)


def test_recall_of_countries():
    names = sorted({case.name for case in countries.cases()}, key=len, reverse=True)
    names.remove("Chad")
    recall = countries.measure(Finds("|".join(map(re.escape, names)), "COUNTRY"))
    assert {case.code for case in recall.missed} == {"TD"}
    assert recall.overall == 1 - 20 / len(recall.cases)
    assert list(recall.by("code").items())[:2] == [("TD", 0.0), ("AD", 1.0)]
    assert countries.measure(Finds("Chad", "OFFICIAL")).overall == 0


def test_names_of_thirty_traditions_that_training_does_not_have():
    people = officials.people()
    number = Counter(person.tradition for person in people)
    assert len(number) >= 30
    assert min(number.values()) >= 20
    assert len({person.full for person in people}) == len(people)
    given, family = people_of_training.listed()
    seeds = "\n".join(article.text for article in read_articles(ROOT / "seeds" / "articles"))
    for person in people:
        words = person.full.split(" ")
        halves = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
        assert not any(a in given and b in family for a, b in halves), person
        assert not any(one.makes(person.full) for one in people_of_training.traditions()), person
        assert len(words) == 1 or person.full not in seeds, person
        assert person.short.casefold() in person.full.casefold(), person


def test_a_name_is_found_whole_or_not_at_all_but_taken_in_part():
    readings = officials.measure(Finds("[Ss]aud|(?<=van )der Meulen|Sutrisno", "OFFICIAL"))
    found = [reading for reading in readings if reading.found]
    assert {r.mention for r in found if r.holds_office} == {"Sutrisno"}
    assert {r.mention for r in found if not r.holds_office} == {
        "Sutrisno", "Saud al-Mutlaq", "Joost van der Meulen",
    }  # fmt: skip
    right = officials.shares((r for r in readings if r.holds_office), "tradition")
    assert right["Indonesian, one name"] == officials.Shares(1 / 20, 1 / 20)
    assert right["Dutch"] == officials.Shares(0, 0)


def test_a_name_that_begins_a_sentence_is_capitalised():
    texts = [r.text for r in officials.measure(Finds("nothing", "OFFICIAL")) if not r.is_full]
    assert any(". Al-Mutlaq said the wells" in text for text in texts)
    assert any(" said al-Mutlaq had gone out" in text for text in texts)
    assert any("greeted Tannous' plane" in text for text in texts)


def test_the_command_tells_which_bars_are_missed(tmp_path, capsys, monkeypatch):
    figures = tmp_path / "figures.json"
    monkeypatch.setattr("sys.argv", ["fairness", "--json", str(figures)])
    finds = Finds("Elias Shamoun", "OFFICIAL")
    monkeypatch.setattr(fairness.Extractor, "from_pretrained", lambda _: finds)
    with pytest.raises(SystemExit) as exit_:
        fairness.main()
    out = capsys.readouterr().out
    assert exit_.value.code == 1
    assert "bar: countries: recall of at least 97% overall: missed" in out
    assert "bar: officials: no tradition more than 5 points under the mean: met" in out
    assert re.search(r"\| Levantine Arabic \| 5\.0 \| 0\.0 \| ", out)
    written = json.loads(figures.read_text())
    assert written["countries"]["overall"] == 0
    assert len(written["officials"]["false officials"]) == len(carriers("private_texts.txt"))

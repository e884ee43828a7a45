import pytest

from ..marked import linked


def countries(text):
    """The country of each official by name."""
    return {group.name: group.value.country for group in linked(text).officials}


def test_a_dateline_tells_the_country():
    text = "Rice is dear\nMANILA, May 4 (Wire) - Farm Minister [Rosa Cruz](O) said so."
    assert countries(text) == {"Rosa Cruz": "PH"}


def test_a_sentence_about_another_country_comes_first():
    text = (
        "Rice is dear\nMANILA, May 4 - Rice rose. In [Thailand](C), Trade Minister [Somsak](O) "
        "shrugged.\nFarm Minister [Rosa Cruz](O) did not."
    )
    assert countries(text) == {"Somsak": "TH", "Rosa Cruz": "PH"}


def test_the_sentence_before_counts_where_it_begins_with_a_country():
    text = (
        "Rice is dear\nMANILA, May 4 - Rice rose. [Thailand](C) has sold none. "
        "Trade Minister [Somsak Chai](O) shrugged."
    )
    assert countries(text) == {"Somsak Chai": "TH"}


def test_people_of_the_same_sentence_speak_for_each_other_unless_they_meet():
    text = (
        "Rice is dear\nMANILA, May 4 - [Thai](X) rice rose. Thai President [Chai](O) spoke.\n"
        "[Chai](O) gave way after a call from Trade Minister [Somsak](O).\n"
        "[Chai](O) dined with Farm Minister [Rosa Cruz](O)."
    )
    assert countries(text) == {"Chai": "TH", "Somsak": "TH", "Rosa Cruz": "PH"}


def test_each_paragraph_of_a_round_up_has_its_own_country():
    text = (
        "NEWS IN BRIEF\nLIMA. The president, [Ana Prado](O), resigned.\n"
        "OSLO. Speaker [Kari Dahl](O) opened a bridge.\n"
        "VIENNA. [Romania](C) walked out. Its delegate, [Ion Radu](O), slammed the door."
    )
    assert countries(text) == {"Ana Prado": "PE", "Kari Dahl": "NO", "Ion Radu": "RO"}


def test_a_headline_about_a_country_that_the_text_keeps_to():
    text = (
        "[Peru](C) counts its dams\n[Peru](C) has many dams. "
        "They leak.\nWater Minister [Ana Prado](O) will count them."
    )
    assert countries(text) == {"Ana Prado": "PE"}


def test_a_transcript_is_told_from_nowhere():
    text = (
        "[Peru](C) and the dams\nMR PRADO: [Peru](C) has many dams. They leak.\n"
        "Q: Why?\nMR PRADO: Ask Water Minister [Luis Rojas](O)."
    )
    assert countries(text) == {"Luis Rojas": None}


def test_a_government_names_its_own_offices_without_its_country():
    text = (
        "[Ann Orde](O), Department Spokesperson\nDeputy Secretary [Rae Holt](O) will meet "
        "President [Chai](O).\nMS [ORDE](O): Good morning."
    )
    assert countries(text) == {"Ann Orde": "US", "Rae Holt": "US", "Chai": None}


def test_a_court_sits_where_its_news_comes_from():
    text = (
        "[Ghana](C) wants a minister back\nLONDON - Judge [Ivy Moss](O) refused [Ghana](C) on "
        "Monday.\nFormer mines minister [Kofi Badu](O) wept. He left."
    )
    assert countries(text)["Kofi Badu"] == "GH"


def test_money_that_one_country_alone_uses():
    text = (
        "The budget\nThe finance minister, [Devi Rao](O), found 5 billion Indian rupees and then "
        "[40 crore rupees](M) and [₹12](M) more; [India](C) cheered, [Nepal](C) and [China](C) did "
        "not, nor did [Nepal](C)."
    )
    assert countries(text) == {"Devi Rao": "IN"}


def test_a_text_in_lower_case():
    text = "the dams again\nnews from thimphu, where bhutanese prime min [ugyen](O) counts dams"
    assert countries(text) == {"ugyen": "BT"}


@pytest.mark.parametrize("kin", ["son", "widow"])
def test_kin_of_an_official(kin):
    text = f"King [Harald](O) of [Norway](C) died. His {kin} [Sverre](O) wept."
    assert countries(text)["Sverre"] == "NO"

import pytest

from ..marked import linked


def countries(text):
    """The country of each official by name."""
    return {group.name: group.value.country for group in linked(text).officials}


def test_a_dateline_tells_the_country():
    text = "Rice is dear\nMANILA, May 4 (Wire) - Farm Minister [Rosa Cruz](O) said so."
    assert countries(text) == {"Rosa Cruz": "PH"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("MANILA, May 4 -- ", "PH"),
        ("MANILA (Wire) ", "PH"),
        ("MANILA, Wed. - ", "PH"),
        ("Manila, 4 May 2009 (Wire) ", "PH"),
        ("BANAUE, [Philippines](C), Dec. 4, 1990 — ", "PH"),
        ("YERSEKE, the [Netherlands](C) — ", "NL"),
        ("GENEVA/MANILA, May 4 (Wire) – ", "PH"),
        ("MANILA, Ark. - ", None),
        ("[PERU](C), Ind. - ", None),
        ("[Peru](C) (once rich) has sold it. ", None),
        ("[Peru](C) and [Chile](C) – both poor – have sold it. ", None),
        ("[Peru](C)'s rice - all of it - is sold. ", None),
        ("[PERU](C) SELLS IT ALL - ", None),
        ("[US](C) - [China](C) talks go on. ", None),
        ("Manila (again) refused. ", None),
        ("Manila - and few others - refused. ", None),
    ],
)
def test_a_dateline_is_a_place_and_a_date_and_nothing_else(line, expected):
    text = f"Rice is dear\n{line}All is sold. All of it.\nFarm Minister [Rosa Cruz](O) said so."
    assert countries(text) == {"Rosa Cruz": expected}


@pytest.mark.parametrize(
    "text",
    [
        # of several countries before it
        "[France](C) fined [Chile](C). President [Ana Prado](O) laughed.",
        "Talks of [Peru](C) and [Oman](C) went on. Foreign Minister [Ali Noor](O) came.",
        "[Peru](C) and [Chile](C) - neighbours - met. Trade Minister [Ana Prado](O) was glad.",
        # of another's country
        "[Peru](C)'s [Ana Prado](O) spoke. Prosecutor [Carl Berg](O) listened.",
        "Quito-backed rebels fled. President [Carl Berg](O) was glad.",
        # of a country that has no such office
        "JERUSALEM - Senator [Carl Berg](O) met the mayor.",
        "WASHINGTON, May 4 - Finance Minister [Carl Berg](O) came.",
        "TOKYO, May 4 - President [Carl Berg](O) came.",
        "[Kenya](C) danced. Queen [Berta II](O) came by ship.",
        "[Iran](C) will not build it, said Senator [Carl Berg](O).",
        "[Vietnam](C) veteran Senator [Carl Berg](O) left.",
        # of somebody else's
        "Taoiseach [Burke](O), [Doe](O) and Senator [Carl Berg](O) met.",
    ],
)
def test_no_country_where_it_is_a_guess(text):
    assert list(countries(text).values())[-1] is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MOSCOW, 1987 - General Secretary [Orlov](O) and President [Rowe](O) agreed.", "RU"),
        ("BEIJING - President [Liu](O) told Prime Minister [Kato](O) so.", "CN"),
    ],
)
def test_two_who_meet_are_not_both_of_the_first_ones_country(text, expected):
    assert list(countries(text).values()) == [expected, None]


def test_its_minister_is_of_the_country_that_the_sentence_before_begins_with():
    text = (
        "Rice is dear\nMANILA, May 4 - Rice rose. [Thailand](C), at odds with [Laos](C), has some. "
        "Its trade minister, [Somsak Chai](O), shrugged."
    )
    assert countries(text) == {"Somsak Chai": "TH"}


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
        "VIENNA. [Romania](C) walked out. Its delegate, [Ion Radu](O), slammed the door.\n"
        "[GEORGIA](C) - A cable to [Turkey](C) broke. Speaker [Nino Beridze](O) shouted."
    )
    assert countries(text) == {
        "Ana Prado": "PE",
        "Kari Dahl": "NO",
        "Ion Radu": "RO",
        "Nino Beridze": "GE",
    }


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NEW YORK (Wire) - President [Ali Noor](O) told them that [Oman](C) would stay.", None),
        ("HOUSTON, Texas - President [Ali Noor](O) flew home. [Oman](C) waits for him.", None),
        ("NEW YORK (Wire) - President [Ali Noor](O) told NATO that he would stay.", None),
        ("NEW YORK (Wire) - President [Ann Orde](O) opened a school.", "US"),
        ("NEW YORK (Wire) - Senator [Ann Orde](O) spoke of [Oman](C).", "US"),
        ("HOUSTON, Texas - Mayor [Ann Orde](O) spoke of [Oman](C).", "US"),
        ("WASHINGTON - President [Ann Orde](O) spoke of [Oman](C).", "US"),
    ],
)
def test_a_city_or_a_state_is_no_home_of_those_who_visit_it(text, expected):
    assert countries(text) == {text.split("[")[1].split("]")[0]: expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("LIMA - Farm Minister [Ana Prado](O) spoke. 'We are not [Chile](C),' she said.", "PE"),
        ("OSLO - Prime Minister [Kari Dahl](O) will not sell [Svalbard](C). It is ours.", "NO"),
        ("Rice is dear\nLIMA - Farm Minister [Ana Prado](O) shrugged at [Chile](C).", "PE"),
        ("MANILA, May 4 (Wire): Farm Minister [Rosa Cruz](O) spoke.", "PH"),
        ("LUSAKA, Zambia. President [Joy Banda](O) spoke.", "ZM"),
        ("LONDON/DUBLIN (Wire) - Prime Minister [Burke](O) spoke.", None),
    ],
)
def test_one_dateline_tells_where_the_whole_text_is_told(text, expected):
    assert [*countries(text).values()] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "DOHA, [Qatar](C) - Foreign Minister [Liu](O) of [China](C) met Trade Minister [Noor](O).",
        "DOHA - Foreign Minister [Liu](O) ([China](C)) came. Trade Minister [Noor](O) was glad.",
        "DOHA - His Chinese counterpart [Liu](O) came. Trade Minister [Noor](O) was glad.",
        "DOHA - His Chinese counterpart [Liu](O) knows it, Trade Minister [Noor](O) said.",
    ],
)
def test_the_country_of_one_person_is_not_told_of_the_next(text):
    assert countries(text) == {"Liu": "CN", "Noor": "QA"}


def test_a_guest_and_a_minister_named_with_him_may_be_of_two_countries():
    text = "TEHRAN - President [Rahim](O) of [Tajikistan](C) and Foreign Minister [Vali](O) signed."
    assert countries(text) == {"Rahim": "TJ", "Vali": None}


_RIVALS = (
    "ATHENS, May 3 (Wire) - [Turkey](C) sent a ship. [Turkey](C) must withdraw it, Foreign "
    "Minister [Dendi](O) said. It was late.\nDefence Minister [Pana](O) sent one against "
    "[Turkey](C)."
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_RIVALS, {"Dendi": None, "Pana": "GR"}),
        ("[Turkey](C) sends a ship\n" + _RIVALS, {"Dendi": None, "Pana": None}),
        (
            "LIMA - We guard the sea against [Chile](C) now, Farm Minister [Ana Prado](O) said.",
            {"Ana Prado": "PE"},
        ),
    ],
)
def test_a_country_that_is_spoken_against_is_not_the_speakers(text, expected):
    assert countries(text) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Workers praised [Reed](O) at length.", None),
        ("They laughed at [Reed](O) and at his hat.", None),
        ("The envoys asked for the plan of [Reed](O) in vain.", None),
        ("The Polish parliament met without [Reed](O) for once.", None),
        ("The Labour Party's [Reed](O) left.", "PL"),
        ("[Reed](O)'s Liberals left.", "PL"),
        ("A man of the Peasants' Party, [Reed](O), left.", "PL"),
        ("They kept [Reed](O) in office.", "PL"),
        ("Then came [Reed](O), who sits in the Polish senate.", "PL"),
        ("Then came [Reed](O), who sits in the Danish senate.", None),
        ("Then came [Reed](O), who sits.", None),
    ],
)
def test_a_bare_name_is_of_the_texts_country_only_where_something_ties_it(line, expected):
    assert countries(f"WARSAW, May 3 (Wire) - Rice is dear. {line}") == {"Reed": expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("VIENNA - Foreign Minister [Berg](O) met Foreign Minister [Dahl](O).", [None, None]),
        ("VIENNA - Presidents [Berg](O) and [Dahl](O) met.", [None, None]),
        ("VIENNA - The president, [Berg](O), and President [Dahl](O) met.", ["AT", None]),
        (
            "VIENNA - Former Trade Minister [Berg](O) and former Trade Minister [Dahl](O) met.",
            ["AT", "AT"],
        ),
        ("VIENNA - Foreign Minister [Berg](O) met Trade Minister [Dahl](O).", ["AT", "AT"]),
        ("VIENNA - President [Berg](O) said President [Berg](O) would go.", ["AT"]),
        (
            "VIENNA - Foreign Minister [Berg](O) met Peruvian Foreign Minister [Dahl](O).",
            ["AT", "PE"],
        ),
    ],
)
def test_of_two_in_one_office_neither_is_of_the_texts_country(text, expected):
    assert [*countries(text).values()] == expected

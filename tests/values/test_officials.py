import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoner import Document
from geoner.linking import link
from geoner.values.resolve import resolve

from ..marked import linked


def offices(text):
    """Role, country and body of each official, in order."""
    values = [group.value for group in linked(text).officials]
    return [(value.role, value.country, value.organisation) for value in values]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # in front of the name
        ("Iranian President [Davud Kermani](O) spoke.", ("president", "IR", None)),
        ("U.S. Secretary of State [Ann Orde](O) spoke.", ("secretary of state", "US", None)),
        ("[Japan](C)'s Foreign Minister [Sato Ren](O) spoke.", ("foreign minister", "JP", None)),
        (
            "Foreign Minister of [Japan](C) [Ren Sato](O) spoke.",
            ("foreign minister", "JP", None),
        ),
        (
            "[Kenya](C)'s Minister for Trade and Investment [Joy Oduor](O) spoke.",
            ("minister for trade and investment", "KE", None),
        ),
        (
            "Peruvian Trade, Industry and Energy Minister [Luz Rojas](O) spoke.",
            ("trade, industry and energy minister", "PE", None),
        ),
        (
            "French Deputy Prime Minister [Anne Roux](O) spoke.",
            ("deputy prime minister", "FR", None),
        ),
        ("former Brazilian President [Rui Alves](O)", ("president", "BR", None)),
        ("then-President [Rui Alves](O) of [Brazil](C)", ("president", "BR", None)),
        ("acting Polish President [Jan Mazur](O)", ("president", "PL", None)),
        ("President-elect [Rui Alves](O) of [Brazil](C)", ("president-elect", "BR", None)),
        ("Sen. [Dale Munro](O), R-Utah, voted no.", ("senator", "US", None)),
        ("King [Harald V](O) of [Norway](C) came.", ("king", "NO", None)),
        ("Kremlin spokesman [Oleg Bykov](O) denied it.", ("spokesman", "RU", None)),
        (
            "Iranian Foreign Ministry spokeswoman [Mina Azadi](O) denied it.",
            ("spokeswoman", "IR", None),
        ),
        (
            "the governor of the Central Bank of [Nigeria](C), [Ada Obi](O), left.",
            ("governor", "NG", None),
        ),
        ("the head of the IMF, [Eva Lindt](O), left.", ("head", None, "IMF")),
        ("the French envoy in Quito, [Luc Roy](O), left.", ("envoy", "FR", None)),
        ("French Prime Minister Dr. [Luc Roy](O) left.", ("prime minister", "FR", None)),
        ("Sudanese army chief Gen. [Omar Bakri](O) left.", ("army chief", "SD", None)),
        ("General [Omar Bakri](O) of [Sudan](C) left.", ("general", "SD", None)),
        ("[Mali](C)'s attorney general, [Awa Ba](O), left.", ("attorney general", "ML", None)),
        (
            "U.S. Ambassador to [Japan](C) [Joan Pell](O) left.",
            ("ambassador", "US", None),
        ),
        ("UN special envoy for [Yemen](C) [Nils Berg](O) left.", ("special envoy", None, "UN")),
        (
            "Assistant Secretary for Consular Affairs [Rae Holt](O)",
            ("assistant secretary for consular affairs", None, None),
        ),
        ("U.S. Treasury Secretary [Ann Orde](O) left.", ("treasury secretary", "US", None)),
        (
            "Homeland Security Secretary [Ann Orde](O) left.",
            ("homeland security secretary", "US", None),
        ),
        (
            "Trade and industry minister [Joy Oduor](O) left.",
            ("trade and industry minister", None, None),
        ),
        (
            "[Kenya](C)'s Cabinet Secretary for Health [Joy Oduor](O) left.",
            ("cabinet secretary for health", "KE", None),
        ),
        ("Saudi Energy Minister Prince [Fahd](O) left.", ("energy minister", "SA", None)),
        ("Interior Minister Judge [Ivy Moss](O) left.", ("interior minister", None, None)),
        ("The oil firm's chief Sultan [Al Noor](O) left.", ("chief", None, None)),
        ("Prince [Fahd](O) left.", ("prince", None, None)),
        ("COP27 President [Ivy Moss](O) left.", ("president", None, "COP27")),
        ("the British president of COP26, [Ivy Moss](O), left.", ("president", None, "COP26")),
        (
            "As trade minister of [Peru](C), [Luz Rojas](O) sold copper.",
            ("trade minister", "PE", None),
        ),
        # behind it
        ("[Ann Orde](O), the U.S. Treasury secretary, left.", ("treasury secretary", "US", None)),
        ("[Ivy Moss](O), COP26 president, left.", ("president", None, "COP26")),
        (
            "Zoo head [Ivy Moss](O), now [Peru](C)'s climate envoy, left.",
            ("climate envoy", "PE", None),
        ),
        ("[Rui Alves](O), then a Brazilian senator, left.", ("senator", "BR", None)),
        ("[Rui Alves](O), once [Brazil](C)'s president, left.", ("president", "BR", None)),
        ("[Rui Alves](O), at the time [Brazil](C)'s president, left.", ("president", "BR", None)),
        ("[Rui Alves](O), who was then [Brazil](C)'s president, left.", ("president", "BR", None)),
        ("[Ana Prado](O), [Peru](C)'s first female president, left.", ("president", "PE", None)),
        ("[Ana Prado](O), a 58-year-old former senator, left.", ("senator", None, None)),
        ("[Ana Prado](O) stepped down as [Peru](C)'s president.", ("president", "PE", None)),
        ("[Rouven Adler](O), the German foreign minister, left.", ("foreign minister", "DE", None)),
        (
            "[Rita Gross](O), the IAEA's director general, left.",
            ("director general", None, "IAEA"),
        ),
        (
            "[Jane Doku](O), minister of trade of [Ghana](C), left.",
            ("minister of trade", "GH", None),
        ),
        ("[Ann Orde](O), Secretary of State\nFreedom matters.", ("secretary of state", "US", None)),
        (
            "[Kari Dahl](O) (born 1961) was the third President of [Iceland](C).",
            ("president", "IS", None),
        ),
        (
            "[Kwame Sarpong](O), who served as Secretary-General of the United Nations, died.",
            ("secretary-general", None, "UN"),
        ),
        ("[Rui Alves](O) was elected president of [Brazil](C).", ("president", "BR", None)),
        ("[Ana Prado](O), 62, the hawkish Chilean senator, left.", ("senator", "CL", None)),
        ("[Rosa Vidal](O) (foreign minister of [Peru](C)) left.", ("foreign minister", "PE", None)),
        # somebody else's
        ("In talks with the prime minister, [Lebedev](O) said no.", (None, None, None)),
        ("[Jon Sims](O), the president's adviser, left.", ("adviser", None, None)),
        ("[Jon Sims](O) was met by President [Rui Alves](O).", (None, None, None)),
    ],
)
def test_the_office_stands_next_to_the_name(text, expected):
    assert offices(text)[0] == expected


def test_a_plural_title_is_of_all_that_follow():
    assert (
        offices("Presidents [Adam](O), [Bauer](O) and [Cole](O) met.")
        == [("president", None, None)] * 3
    )


def test_ministers_of_several_countries_in_their_order():
    text = (
        "the foreign ministers of [France](C) and [Germany](C), [Anne Roux](O) and [Otto Lang](O),"
    )
    assert offices(text) == [("foreign minister", "FR", None), ("foreign minister", "DE", None)]


@pytest.mark.parametrize(
    "text",
    [
        "The Peruvian and Chilean trade ministers, [Ana Prado](O) and [Luis Rojas](O), met.",
        "Peruvian and Chilean trade ministers [Ana Prado](O) and [Luis Rojas](O) met.",
        "[Peru](C)'s and [Chile](C)'s trade ministers, [Ana Prado](O) and [Luis Rojas](O), met.",
        "[Ana Prado](O) and [Luis Rojas](O), the trade ministers of [Peru](C) and [Chile](C), met.",
        "[Ana Prado](O) and [Luis Rojas](O), the Peruvian and Chilean trade ministers, met.",
    ],
)
def test_as_many_countries_as_names_are_theirs_in_order(text):
    assert offices(text) == [("trade minister", "PE", None), ("trade minister", "CL", None)]


def test_more_countries_than_names_are_nobodys():
    text = "The Cuban, Peruvian and Chilean ministers, [Ana Prado](O) and [Luis Rojas](O), met."
    assert offices(text) == [("minister", None, None)] * 2


def test_a_place_before_ministers_is_not_theirs():
    text = "In [Cuba](C), Peruvian ministers [Ana Prado](O) and [Luis Rojas](O) met."
    assert offices(text) == [("minister", "PE", None)] * 2


def test_a_list_shares_the_country_of_its_first_title():
    text = "They met Peruvian President [Ana Prado](O) and Trade Minister [Luis Rojas](O)."
    assert offices(text) == [("president", "PE", None), ("trade minister", "PE", None)]


def test_his_deputy_is_of_the_same_country():
    text = "The prime minister of [Malaysia](C) was represented by his deputy, [Hani Yusof](O)."
    assert offices(text) == [("deputy", "MY", None)]


def test_his_deputy_is_of_the_same_body():
    text = "The UN chief, [Kwame Sarpong](O), sent his deputy, [Hani Yusof](O)."
    assert offices(text)[1] == ("deputy", None, "UN")


def test_the_fullest_of_several_ways_to_say_it_and_any_mention_counts():
    text = (
        "SECRETARY [ORDE](O): Hello.\n[Ann Orde](O) is the Secretary of State.\nMs. [Orde](O) left."
    )
    assert offices(text) == [("secretary of state", "US", None)]


def test_a_country_behind_the_name_needs_no_office():
    assert offices("They met Ms. [Mani Sharif](O) ([Tajikistan](C)).") == [(None, "TJ", None)]


def test_the_dateline_tells_whose_minister_speaks():
    text = (
        "Ministers quarrel over dams\n"
        "LIMA, March 4 - Finance Minister [Ana Prado](O) said on Monday that she would resign. "
        "In Quito, Foreign Minister [Luis Rojas](O) said he was sorry."
    )
    assert offices(text) == [("finance minister", "PE", None), ("foreign minister", "EC", None)]


def test_nothing_is_guessed_where_the_text_does_not_say():
    assert offices("President [Ana Prado](O) met [Luis Rojas](O).") == [
        ("president", None, None),
        (None, None, None),
    ]


def test_a_country_has_one_president_at_a_time():
    text = (
        "Peru and the sea\nLIMA, March 4 - President [Ana Prado](O) spoke. "
        "President [Carla Soto](O) answered her."
    )
    assert [country for _, country, _ in offices(text)] == ["PE", None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Presidents [Ada](O) and [Bob](O) of [Paraguay](C) and [Brazil](C) met.", ["PY", "BR"]),
        (
            "Presidents [Ada](O), [Bob](O) and [Cid](O) of [Peru](C), [Chile](C) and the "
            "[Philippines](C) met.",
            ["PE", "CL", "PH"],
        ),
        ("Presidents [Ada](O) of [Peru](C) and [Bob](O) of [Chile](C) met.", ["PE", "CL"]),
        (
            "Ministers [Ada](O) and [Bob](O) of [Peru](C) and Chilean Minister [Cid](O) met.",
            [None, "PE", "CL"],
        ),
        ("Ministers [Ada](O) and [Bob](O) of [Peru](C) met.", [None, "PE"]),
    ],
)
def test_countries_behind_several_names_are_theirs_in_order(text, expected):
    assert [country for _, country, _ in offices(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Peruvian Trade Minister [Ana Prado](O) met her Chilean counterpart [Luis Rojas](O).",
            ("trade minister", "CL", None),
        ),
        (
            "Trade Minister [Jan Mazur](O) of [Poland](C) wrote to his Chilean counterpart, "
            "[Luis Rojas](O).",
            ("trade minister", "CL", None),
        ),
        (
            "Trade Minister [Jan Mazur](O) left. His Chilean counterpart [Luis Rojas](O) came.",
            (None, "CL", None),
        ),
        (
            "Trade Minister [Jan Mazur](O) met his Chilean colleague [Luis Rojas](O).",
            (None, "CL", None),
        ),
        ("[Jan Mazur](O) met his Chilean counterpart [Luis Rojas](O).", (None, "CL", None)),
    ],
)
def test_a_counterpart_has_the_same_office(text, expected):
    assert offices(text)[1] == expected


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("LIMA - Senate President [Ada Diaz](O) left.", "senate president"),
        ("LIMA - The president of the Senate, [Ada Diaz](O), left.", "president of the senate"),
        ("LIMA - The President of the Republic, [Ada Diaz](O), left.", "president"),
    ],
)
def test_the_president_of_a_house_is_not_that_of_the_country(text, role):
    found = offices(f"{text} President [Ana Prado](O) stayed.")
    assert found == [
        (role, "PE", None),
        ("president", None if role == "president" else "PE", None),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They were glad to join NATO. But President [Ana Prado](O) left.", None),
        ("They were back from Mali. President [Ana Prado](O) left.", None),
        ("The U.S. Dept. spokesman [Jon Sims](O) left.", "US"),
    ],
)
def test_a_title_begins_in_its_own_sentence(text, expected):
    assert [(country, body) for _, country, body in offices(text)] == [(expected, None)]


_PIECES = st.sampled_from(
    [
        "Iranian",
        "President",
        "Minister",
        "of",
        "the",
        "and",
        ",",
        ".",
        "'s",
        "'",
        "-",
        ":",
        "(",
        ")",
        "U.S.",
        "UN",
        "Peru",
        "who",
        "was",
        "elected",
        "Presidents",
        "Gen.",
        "foreign",
        "acting",
        "’",
        "his",
        "Q:",
        "LIMA",
        "–",
        "1990",
    ]
) | st.just("\n")


@given(st.lists(st.tuples(_PIECES | st.text(max_size=4), st.booleans()), max_size=40))
def test_any_text_is_read_without_an_error(pieces):
    text, spans = "", []
    for piece, is_name in pieces:
        if is_name and piece:
            spans.append((len(text), len(text) + len(piece), "OFFICIAL", 1.0))
        text += piece + " "
    document = link(resolve(Document.from_spans(text, spans)))
    assert sum(group.count for group in document.groups) == len(spans)
    assert Document.from_dict(document.to_dict()) == document

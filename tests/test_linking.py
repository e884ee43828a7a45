import time

import pytest

from geoner import Document
from geoner.linking import link
from geoner.values.types import OfficialValue

from .marked import groups, linked


@pytest.mark.parametrize(
    "text",
    [
        "[Hassan Karimi](O) spoke. [Karimi](O) left.",
        "[Karimi](O) to go. President [Hassan Karimi](O) said so.",
        "[Mohammad Javad Sharif](O), then Mr. [Sharif](O), then [Javad Sharif](O)",
        "[Mohammad Javad Sharif](O) or, mistyped, [Mohammad Javid Sharif](O)",
        "[Ann J. Orde](O), [Ann Orde](O), [ORDE](O), [Ann](O)",
        "[Ursula von der Heyden](O) and [von der Heyden](O), or [Heyden](O)",
        "[Bashar al-Hariri](O), [al-Hariri](O), [Hariri](O)",
        "[Xu Jinhai](O) and Mr. [Xu](O)",
        "[Nguyen Van Tho](O) and [Tho](O)",
        "[Kim Chol-su](O), [Kim Chol Su](O), [Kim](O)",
        "[Mori Kenji](O) and, turned round, [Kenji Mori](O)",
        "[Ivan Petrovich Sokolov](O), [Ivan Petrovich](O), [Sokolov](O)",
        "[Sheikh Salma](O) and [Salma](O)",
        "Queen [Margrethe II](O) and [Margrethe](O)",
        "[Robert Hale](O) and [Bob Hale](O)",
        "[Željko Župan](O) and [Zeljko Zupan](O)",
    ],
)
def test_names_of_one_person(text):
    assert len(groups(text)) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[Henry VII](O) died; [Henry VIII](O) followed.",
            [["Henry VII"], ["Henry VIII"]],
        ),
        (
            "[Kim Jong Il](O) died; [Kim Jong Un](O) followed.",
            [["Kim Jong Il"], ["Kim Jong Un"]],
        ),
        (
            "[George H. W. Marsh](O) met [George W. Marsh](O).",
            [["George H. W. Marsh"], ["George W. Marsh"]],
        ),
        (
            "[Bill Carver](O) and [Helen Carver](O) met. Mr. [Carver](O) left. Mrs. [Carver](O) "
            "stayed. Mr. [Bill Carver](O) and Mrs. [Helen Carver](O) met.",
            [["Bill Carver", "Carver", "Bill Carver"], ["Helen Carver", "Carver", "Helen Carver"]],
        ),
        (
            "President [Ali Aydin](O) met Governor [Oya Aydin](O). President [Aydin](O) left.",
            [["Ali Aydin", "Aydin"], ["Oya Aydin"]],
        ),
        (
            "[Jan Novak](O) spoke. [Novak](O) left. [Eva Novak](O) spoke. [Novak](O) left.",
            [["Jan Novak", "Novak"], ["Eva Novak", "Novak"]],
        ),
        ("MR [PRICE](O): Yes. MS [PRICE](O): No.", [["PRICE"], ["PRICE"]]),
        ("[Peter Hansen](O) and [Petra Jansen](O)", [["Peter Hansen"], ["Petra Jansen"]]),
    ],
)
def test_people_are_kept_apart(text, expected):
    assert groups(text) == expected


def test_the_fullest_name_is_the_one_of_the_group():
    (group,) = linked("[PRICE](O) said [Edward Price](O) was ill. [Price](O) laughed.").groups
    assert (group.name, group.count) == ("Edward Price", 3)
    assert group.value == OfficialValue("Edward Price")
    assert {mention.value for mention in group.mentions} == {group.value}


def test_countries_are_one_by_what_they_are():
    text = "The [US](C), the [U.S.](C) and the [United States](C); [Burma](C) is [Myanmar](C)."
    assert groups(text) == [["US", "U.S.", "United States"], ["Burma", "Myanmar"]]


def test_countries_without_a_value_are_one_by_their_words():
    assert groups("[Congo](C), [CONGO](C)") == [["Congo", "CONGO"]]


def test_amounts_that_repeat_are_one():
    text = "[$2 million](M), [two million dollars](M), [€2 million](M), [2 million euros](M)"
    assert groups(text) == [
        ["$2 million", "two million dollars"],
        ["€2 million", "2 million euros"],
    ]


def test_amounts_of_unknown_currencies_are_one_by_the_word_of_the_currency():
    text = "[5 mln crowns](M), [5 mln pesos](M), [five million crowns](M), [5mn francs](M)"
    assert groups(text) == [
        ["5 mln crowns", "five million crowns"],
        ["5 mln pesos"],
        ["5mn francs"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "the [Treaty of Lund](A) (the [TL](A)) and again the [TL](A)",
        "the [JCPOA](A), [Joint Comprehensive Plan of Action](A), [2015 Iran nuclear deal](A)",
        "the [JCPOA](A) and the [nuclear deal](A)",
        "the [2019 fisheries agreement](A), later just the [fisheries agreement](A)",
        "the [Bergen Protocol](A) and the [2009 Bergen Protocol](A)",
        "a [grain deal](A) or [grain agreement](A)",
        "the [Good Friday Agreement](A), the [1998 Belfast Agreement](A)",
        "the [1972 ABM Treaty](A), that is the [Anti-Ballistic Missile Treaty](A)",
        "the [Lund Grain Initiative](A) or [Lund grain deal](A)",
        "the [Lund II](A) talks and the [Lund II Accord](A)",
        "[US-Iran fish deal](A), the [fish deal](A) with [Iran](C), the [fish deal](A)",
        "[Norway](C)'s [herring deal](A), the [herring deal](A) with [Peru](C)",
        "A [fish pact](A) was near. On Friday they signed a new [fish pact](A).",
        "They signed a new [Lund Accord](A). The [Lund Accord](A) is short.",
        "the [1972 Lund Accord](A); the [Lund Accord](A) was signed in 1972",
    ],
)
def test_names_of_one_agreement(text):
    assert len(linked(text).agreements) == 1


@pytest.mark.parametrize(
    "text",
    [
        "the [Treaty of Lund](A) and the [Treaty of Roskilde](A)",
        "the [2009 trade deal](A) and the [2015 trade deal](A)",
        "the [Lund Protocol](A) and the [Lund Convention](A)",
        "the [Treaty of Lund](A), [Bergen Protocol](A)",
        "the [JCPOA](A) and the [fisheries deal](A)",
        "The [fish pact](A) with [Peru](C) and the [fish pact](A) with [Chile](C) differ.",
        "The [fish treaty](A) with [Peru](C) ended; a [fish pact](A) with [Chile](C) followed.",
        "the [fish pact](A) of 1998 and the [fish pact](A) of 2005",
        "[SALT I](A) and [SALT II](A)",
        "[START](A) and [New START](A)",
        "the [Lund Protocol](A) and [Lund II](A)",
        "the [Second Lund Protocol](A) and the [Lund Protocol](A)",
        "the [1973 Paris Accord](A) and the [Paris Agreement](A)",
        "They signed the [Lund Accord](A) in 1959. It replaced the [1929 Lund Accord](A).",
        "The [1929 Lund Accord](A) lapsed. The [Lund Accord](A) was signed in 1959.",
        "The [Lund Accord](A) lapsed. They signed a new [Lund Accord](A).",
        "They broke the [fish pact](A) and agreed a second [fish pact](A).",
        "They broke the [fish pact](A), then another [fish pact](A).",
    ],
)
def test_agreements_are_kept_apart(text):
    assert len(linked(text).agreements) == 2


def test_a_bare_description_joins_none_of_several():
    text = (
        "The [fish pact](A) with [Peru](C), the [fish pact](A) with [Chile](C). A [fish pact](A), "
        "the [fish pact](A) with [Chile](C), the [fish pact](A)."
    )
    found = [(group.value.parties, group.count) for group in linked(text).agreements]
    assert found == [(("PE",), 1), (("CL",), 2), ((), 2)]


def test_groups_stand_in_order_of_first_mention_under_their_labels():
    text = "[Ghana](C): President [Ama Osei](O) gave [$5](M) to [Togo](C) by the [Lomé accord](A)."
    document = linked(text)
    assert [group.name for group in document.groups] == [
        *("Ghana", "Ama Osei", "$5", "Togo", "Lomé accord")
    ]
    assert [group.name for group in document.countries] == ["Ghana", "Togo"]
    assert [group.name for group in document.officials] == ["Ama Osei"]
    assert [group.name for group in document.agreements] == ["Lomé accord"]
    assert [group.name for group in document.amounts] == ["$5"]


def test_labels_of_other_models_are_grouped_by_their_words():
    assert groups("[Acme Corp.](COMPANY) and [ACME  Corp](COMPANY)") == [
        ["Acme Corp.", "ACME  Corp"]
    ]


def test_linking_twice_changes_nothing():
    document = linked("President [Ama Osei](O) of [Ghana](C) and Ms. [Osei](O)")
    assert link(document) == document


def test_time_grows_no_faster_than_the_number_of_mentions():
    def seconds(number: int) -> float:
        names = [f"Kim {chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{i:05}" for i in range(number)]
        marks, at = [], 0
        for name in names:
            marks.append((at, at + len(name), "OFFICIAL", 1.0))
            at += len(name) + 2
        document = Document.from_spans(", ".join(names), marks)
        start = time.process_time()
        link(document)
        return time.process_time() - start

    few, many = (min(seconds(number) for _ in range(3)) for number in (1000, 4000))
    assert many < 12 * max(few, 0.05)


def test_a_mention_without_a_word_is_a_group_of_its_own():
    document = link(
        Document.from_spans("a  b", [(1, 2, "OFFICIAL", 1.0), (2, 3, "AGREEMENT", 1.0)])
    )
    assert [group.count for group in document.groups] == [1, 1]

import pytest

from geoner.values.types import AgreementValue

from ..marked import linked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the [JCPOA](A)", AgreementValue("Joint Comprehensive Plan of Action", "plan")),
        (
            "the [NPT](A)",
            AgreementValue("Treaty on the Non-Proliferation of Nuclear Weapons", "treaty"),
        ),
        (
            "the [Lund Fisheries Treaty](A) ([LFT](A)) of 1967",
            AgreementValue("Lund Fisheries Treaty", "treaty"),
        ),
        ("the [Treaty of Lund](A) of 1967", AgreementValue("Treaty of Lund", "treaty", (), 1967)),
        (
            "the [Lund accords](A), signed in May 1998,",
            AgreementValue("Lund accords", "accord", (), 1998),
        ),
        (
            "the [2015 Iran nuclear deal](A)",
            AgreementValue("2015 Iran nuclear deal", "deal", ("IR",), 2015),
        ),
        (
            "the [Franco-German friendship treaty](A)",
            AgreementValue("Franco-German friendship treaty", "treaty", ("FR", "DE")),
        ),
        (
            "a [fishing accord](A) between [Peru](C), [Chile](C) and the [United States](C)",
            AgreementValue("fishing accord", "accord", ("PE", "CL", "US")),
        ),
        (
            "[Togo](C) and [Benin](C) signed a [transit pact](A) with [Niger](C).",
            AgreementValue("transit pact", "pact", ("TG", "BJ", "NE")),
        ),
        (
            "[Norway](C)'s [herring deal](A)",
            AgreementValue("herring deal", "deal", ("NO",)),
        ),
        (
            "a [memorandum of understanding on rails](A)",
            AgreementValue("memorandum of understanding on rails", "memorandum of understanding"),
        ),
        ("a [cease-fire agreement](A)", AgreementValue("cease-fire agreement", "agreement")),
        (
            "[Convention on the Law of Treaties](A)",
            AgreementValue("Convention on the Law of Treaties", "convention"),
        ),
        ("the [Paris Agreement](A)", AgreementValue("Paris Agreement", "agreement")),
        (
            "the [Central American extradition treaty](A)",
            AgreementValue("Central American extradition treaty", "treaty"),
        ),
    ],
)
def test_what_an_agreement_is(text, expected):
    assert linked(text).agreements[0].value == expected


def year(text):
    return linked(text).agreements[0].value.year


def parties(text):
    return linked(text).agreements[0].value.parties


@pytest.mark.parametrize(
    "text",
    [
        "[Peru](C) left the [Lund Convention](A) in 2017.",
        "It withdrew from the [NPT](A) in 2003.",
        "[Peru](C) joined the [Lund Statute](A) in 2005.",
        "[Peru](C) ratified the [Lund Protocol](A) in 1999.",
        "The [Lund Protocol](A) was ratified in 1999.",
        "It replaced [NAFTA](A) in 2020.",
        "[Peru](C) signed on to the [Lund Convention](A) in 2016.",
        "[Peru](C) has not signed the [Lund Convention](A) in 2016.",
        "The [Lund Treaty](A), signed in Lund, and in 1975 torn up",
        "After [Peru](C) signed a [fish pact](A) with [Chile](C), [Cuba](C) in 2018 protested.",
        "the [Lund accords](A) of the 1990s",
        "THE [LUND ACCORDS](A), SIGNED BY [PERU](C) THEN LEFT ALONE IN 1998",
        "States that joined the [Lund Treaty](A) in 1847 ended the feud.",
        "The [Lund Treaty](A) in 2016 was replaced.",
        "The [Lund Treaty](A) in 2016 ended amid protests.",
        "In 2016 the [Lund Treaty](A) was ratified.",
        "In 2016 the [Lund Treaty](A), signed by five states, ended the feud.",
        "In 2016 [Peru](C) left the [Lund Treaty](A) and signed a protocol.",
        "In 2016 [Peru](C) could have signed the [Lund Treaty](A).",
        "By 2016 [Peru](C) signed the [Lund Treaty](A).",
        "In 2015 and 2016 [Peru](C) signed the [Lund Treaty](A).",
        "In 2015-16 [Peru](C) signed the [Lund Treaty](A).",
        "After the war with [Chile](C) in 2016, [Peru](C) signed the [Lund Treaty](A).",
        "The government elected in 2016 signed the [Lund Treaty](A).",
        "[Peru](C), which left the [Lund Treaty](A), signed the 1978 pact.",
        "The [Lund Treaty](A) is an amendment to the treaty signed in 1978.",
        "The [Lund Treaty](A) was a violation of treaties signed in 1978.",
        "The [Lund Treaty](A) was the 1978 treaty's successor.",
        "The [Lund Treaty](A) was a 1978 treaty violation.",
    ],
)
def test_a_year_of_something_else_is_not_taken(text):
    assert year(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "the [Lund accords](A) of 1978",
        "the [Lund accords](A) of September 1978",
        "the [Lund accords](A) of May 3, 1978",
        "the [Lund accords](A) of 17 September 1978",
        "the [Lund accords](A) (Sept. 17, 1978)",
        "the [Lund accords](A) (signed in 1978)",
        "the [Lund accords](A), signed on 14 November 1978",
        "the [Lund accords](A) signed by [Egypt](C) and [Norway](C) in 1978",
        "the [Lund accords](A) between [Peru](C) and [Chile](C), signed in 1978",
        "the [Lund accords](A) signed in Lund in 1978",
        "The [Lund accords](A) were signed in Lund, Sweden, on 3 May 1978.",
        "[Peru](C) and [Chile](C) signed the [Lund accords](A) in 1978.",
        "[Peru](C) concluded the [Lund accords](A) with [Chile](C) in Lund in 1978.",
        "The [Lund Accords](A) in 1978 fixed the border.",
        "It failed, but the [Lund Accords](A) in May 1978 ended 30 years of war.",
        "In 1978 the [Lund Accords](A) opened the ports.",
        "War broke out.\n1978: [Lund Accords](A) divide the country",
        "1978: [Lund accords](A) signed",
        "1978: [Peru](C) and [Chile](C) sign the [Lund accords](A)",
        "In 1978, [Peru](C) and [Chile](C) signed the [Lund accords](A).",
        "In May 1978 [Peru](C) and President [Eva Ortiz](O) formally signed the [Lund accords](A).",
        "On May 3, 1978, the two countries concluded the [Lund accords](A).",
        "[Peru](C) fought on until 1977 and in 1978 signed the [Lund accords](A).",
        "[Peru](C) and [Chile](C) in May 1978 signed the [Lund accords](A).",
        "On 3 May 1978 the [Lund accords](A) were signed by [Peru](C) and [Chile](C).",
        "In 1978, the [Lund accords](A) were finally adopted.",
        "The [Lund accords](A) were a series of agreements signed on 3 May 1978 in Lund.",
        "The [Lund accords](A) were a pact between [Peru](C) and [Chile](C), signed in 1978.",
        "The [Lund accords](A) were a 1978 peace pact.",
        "it ended ([Lund accords](A), signed 3 May 1978)",
        "the [Lund accords](A) (signed May 3, 1978)",
        "[Peru](C) may yet sign the [Lund accords](A), signed in 1978 by [Chile](C).",
    ],
)
def test_the_year_it_was_made(text):
    assert year(text) == 1978


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the [Jordan-Israel water treaty](A)", ("JO", "IL")),
        ("the [China-Chad oil deal](A)", ("CN", "TD")),
        ("the [Turkey–Georgia pipeline deal](A)", ("TR", "GE")),
        ("the [EU-Turkey deal](A)", ("TR",)),
        ("the [Jordan plea agreement](A)", ()),
        ("a [Georgia-Florida water compact](A)", ()),
        ("a [Qatari-brokered truce](A) between [Israel](C) and a militia", ("IL",)),
        ("the [Chinese-brokered Iran-Saudi deal](A)", ("IR", "SA")),
        ("a [US-backed peace plan](A)", ()),
        ("a [U.S.- and Saudi-brokered truce](A)", ()),
        ("a [South Korean-mediated grain deal](A)", ()),
        ("the [1990 Kuwait accord](A)", ()),
        ("the [Singapore Declaration](A)", ()),
        ("the [Kuwait fish accord](A)", ("KW",)),
    ],
)
def test_parties_in_a_mention(text, expected):
    assert parties(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "[Japan](C) and [Britain](C) on Friday signed a [fish pact](A).",
        "[Japan](C) and [Britain](C) signed on Friday a [fish pact](A).",
        "[Japan](C) and [Britain](C) formally signed a [fish pact](A).",
        "[Japan](C) and [Britain](C) plan to sign a landmark [fish pact](A).",
        "[Japan](C) and [Britain](C) are expected to sign a [fish pact](A).",
        "[Japan](C) and [Britain](C) are negotiating a [fish pact](A).",
        "[Japan](C) struck a [fish pact](A) with [Britain](C).",
        "[Japan](C) secured a [fish pact](A) with neighbouring [Britain](C).",
        "[Japan](C) entered into a [fish pact](A) with the government of [Britain](C).",
        "[Japan](C) scrapped its [fish pact](A) with [Britain](C).",
        "[Japan](C) withdrew from a [fish pact](A) with [Britain](C).",
        "a [fish pact](A) signed by [Japan](C) and [Britain](C)",
        "a [fish pact](A), signed in Lund between [Japan](C) and [Britain](C)",
        "the [fish pact](A), which [Japan](C) has signed with [Britain](C)",
        "Japanese officials reached a [fish pact](A) with the British government.",
        "In [Peru](C), [Japan](C) and [Britain](C) signed a [fish pact](A).",
        "[Japan](C) signed a [fish pact](A) with [Britain](C), [Peru](C) said.",
        "[Japan](C), [Britain](C) sign [fish pact](A)",
        "the [fish pact](A) signed in July 1972 by [Japan](C) and [Britain](C)",
        "the [fish pact](A), signed on July 2, 1972, by [Japan](C) and [Britain](C)",
        "The [fish pact](A) was a deal between [Japan](C) and [Britain](C).",
        "the [fish pact](A) signed by Prime Minister [Aki Oda](O) of [Japan](C) and King "
        "[Ned Hale](O) of [Britain](C)",
        "a [fish pact](A) with Japanese Foreign Minister [Aki Oda](O) and British Prime Minister "
        "[Ned Hale](O)",
        "Prime Minister [Aki Oda](O) of [Japan](C) and King [Ned Hale](O) of [Britain](C) signed a "
        "[fish pact](A).",
        "a [fish pact](A) between [Japan](C)'s President [Aki Oda](O) and [Britain](C)",
        "[Japan](C) signed a [$3 billion](M) [fish pact](A) with [Britain](C).",
        "[Japan](C), the European Union and [Britain](C) signed a [fish pact](A).",
        "[Japan](C), [Britain](C) and the European Union signed a [fish pact](A).",
        "The European Union, [Japan](C) and [Britain](C) signed a [fish pact](A).",
        "a [fish pact](A) between the European Union, [Japan](C) and [Britain](C)",
    ],
)
def test_those_who_make_an_agreement(text):
    assert parties(text) == ("JP", "GB")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rebels in [Mali](C) signed a [peace pact](A).", ()),
        ("He visited [Japan](C) and signed a [fish pact](A) with [Peru](C).", ("PE",)),
        ("On the way to [Japan](C), he signed a [fish pact](A) with [Peru](C).", ("PE",)),
        ("[Japan](C) refused to sign the [fish pact](A).", ()),
        ("[Japan](C) quit the [Lund Convention](A).", ()),
        ("[Peru](C) signed a [fish pact](A) with Chinese firm Hulei.", ("PE",)),
        ("[Peru](C) signed a [fish pact](A) with [Japan](C)'s Umiko.", ("PE",)),
        ("a [peace pact](A) between [Mali](C) and [Niger](C)-backed rebels", ("ML",)),
        ("a [peace pact](A) with former President [Eva Ortiz](O) of [Peru](C)", ()),
        ("a [peace pact](A) with Senator [Eva Ortiz](O) of [Peru](C)", ()),
        ("a [peace pact](A) with UN staff and [Peru](C)", ()),
        ("[Peru](C) signed a [fish pact](A) with the EU and [Chile](C) protested.", ("PE",)),
        ("[Peru](C) left the European Union, [Chile](C) signed a [fish pact](A).", ("CL",)),
    ],
)
def test_those_who_are_no_party(text, expected):
    assert parties(text) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("an [arms contract](A)", "contract"),
        ("the [Lund Amendment](A)", "amendment"),
    ],
)
def test_kinds(text, kind):
    assert linked(text).agreements[0].value.kind == kind

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

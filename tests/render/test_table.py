from decimal import Decimal

import pytest

from geoner import (
    AgreementValue,
    CountryValue,
    Document,
    Entity,
    MoneyValue,
    OfficialValue,
)
from geoner.linking import link
from geoner.render import describe, printable, table
from geoner.values.countries import country_candidates, country_value


def test_each_thing_stands_once_with_its_count():
    document = Document.from_spans("Chad, Chad", [(0, 4, "COUNTRY", 0.5), (6, 10, "COUNTRY", 0.75)])
    (row,) = [line.split() for line in table(document).splitlines() if "COUNTRY" in line]
    assert row == ["COUNTRY", "Chad", "2", "0", "0.75"]


def test_an_empty_document_says_so():
    assert "nothing found" in table(Document("Rain."))


def test_text_cannot_steer_the_terminal():
    text = "Ir\x1b[31man [bold]\u202eX"
    document = Document.from_spans(text, [(0, len(text), "COUNTRY", 1.0)])
    output = table(document, title="a\x1b]0;b\x07")
    assert "\x1b" not in output
    assert "\x07" not in output
    assert "\u202e" not in output
    assert "[bold]" in output
    assert table(document, colour=True).count("\x1b") == 2  # the label's colour, and its end


def test_printable_puts_a_text_on_one_line():
    assert printable(" Treaty\n of \t Rome\u00a0") == "Treaty of Rome"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (CountryValue("NO", "NOR", "Norway"), "NO"),
        (CountryValue(None, "SUHH", "Soviet Union", "former"), "SUHH"),
        (CountryValue(None, None, "South Vietnam", "former"), "South Vietnam"),
        (MoneyValue(Decimal("310000000.00"), Decimal(310000000), "USD"), "310,000,000 USD"),
        (MoneyValue(Decimal("0.50"), Decimal("0.5"), "USD"), "0.5 USD"),
        (MoneyValue(Decimal(10), Decimal(15), "EUR", True), "~10 to 15 EUR"),
        (MoneyValue(None, None, "USD", True), "USD"),
        (MoneyValue(Decimal(7), Decimal(7), None), "7"),
        (OfficialValue("Ada Obi", "prime minister", "NO"), "prime minister, NO"),
        (OfficialValue("Ada Obi", "director general", None, "IAEA"), "director general, IAEA"),
        (OfficialValue("Ada Obi"), ""),
        (AgreementValue("1951 treaty", "treaty", (), 1951), "treaty, 1951"),
        (AgreementValue("pact", "pact", ("FR", "DE")), "pact, FR-DE"),
    ],
)
def test_values_in_a_few_words(value, expected):
    assert describe(value) == expected


def test_the_table_shows_values_and_what_a_name_may_stand_for():
    text = "Chad, Congo, Congo"
    congo = country_candidates("Congo")
    document = Document(
        text,
        (
            Entity("Chad", "COUNTRY", 0, 4, value=country_value("Chad")),
            Entity("Congo", "COUNTRY", 6, 11, candidates=congo),
            Entity("Congo", "COUNTRY", 13, 18, candidates=congo),
        ),
    )
    output = " ".join(table(link(document)).split())
    assert "COUNTRY Chad TD 1 0 1.00" in output
    assert "COUNTRY Congo Congo - Kinshasa or 2 6 1.00 Congo - Brazzaville?" in output


def test_somebody_named_in_full_and_by_surname_stands_once():
    text = "Iranian President Hassan Rouhani left. Rouhani waved."
    spans = [(18, 32, "OFFICIAL", 0.9), (39, 46, "OFFICIAL", 1.0)]
    output = " ".join(table(link(Document.from_spans(text, spans))).split())
    assert "OFFICIAL Hassan Rouhani president, IR 2 18 1.00" in output


def test_a_table_with_long_values_fits_a_terminal():
    name = "Democratic and Popular Front for the " + "Reunification " * 4
    document = Document(
        name,
        (
            Entity(
                name,
                "AGREEMENT",
                0,
                len(name),
                value=AgreementValue(name, "memorandum of understanding", ("FR", "DE", "IT"), 1951),
            ),
        ),
    )
    for width in (70, 80, 120):
        output = table(document, width=width)
        assert max(map(len, output.splitlines())) <= width
        assert "1951" in output

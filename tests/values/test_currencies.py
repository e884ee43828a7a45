from __future__ import annotations

import pycountry
from babel import Locale

from geoner.values.currencies import currencies, in_use, pick, places_in
from geoner.values.money import money_value
from training.currencies import TARGET, currency_table


def test_the_table_names_known_currencies_only() -> None:
    table = currencies()
    for unit in (*table.signs.values(), *table.words.values()):
        assert set(unit.codes) - {"XXX"} <= set(table.users)
        assert unit.default is None or unit.default in unit.codes


def test_the_table_has_every_currency_of_today() -> None:
    funds = {"BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW", "VED"}
    metals_and_units = {"XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XPD", "XPT", "XSU", "XTS"}
    today = {currency.alpha_3 for currency in pycountry.currencies}
    missing = today - set(currencies().users) - funds - metals_and_units
    assert missing <= {"XAD", "XUA", "XXX"}


def test_the_table_is_what_its_command_writes() -> None:
    assert TARGET.read_text(encoding="utf-8") == currency_table()


def currency_of(text: str) -> str | None:
    value = money_value(text, 0, len(text))
    return value and value.currency


def test_every_currency_of_today_is_read_by_its_code() -> None:
    for code, (current, _) in currencies().users.items():
        if current:
            assert currency_of(f"{code} 5 million") == code


def test_every_currency_of_today_is_read_by_its_english_name() -> None:
    names = Locale("en").currencies
    plurals = Locale("en")._data["currency_names_plural"]
    for code, (current, _) in currencies().users.items():
        if current:
            for name in {names[code], *plurals.get(code, {}).values()}:
                assert currency_of(f"5 {name}") == code, name


def test_a_country_picks_its_own_currency_before_one_it_shared() -> None:
    assert pick("PK", ["INR", "PKR"]) == "PKR"
    assert pick("IE", ["GBP", "IEP"]) == "IEP"
    assert pick("JP", ["INR", "PKR"]) is None


def test_a_currency_of_the_past_is_in_use_until_the_euro() -> None:
    assert in_use("FR", ["CHF", "FRF"], is_recent=False) == "FRF"
    assert in_use("FR", ["CHF", "FRF"], is_recent=True) is None
    assert in_use("CH", ["CHF", "FRF"], is_recent=True) == "CHF"


def test_the_longest_name_of_a_country_counts() -> None:
    assert list(places_in(["papua", "new", "guinea"])) == [{"PG"}]
    assert list(places_in(["in", "hong", "kong", "and", "swiss"])) == [{"HK"}, {"CH"}]

"""What a mention stands for: one frozen type for each label that has values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

#: Kinds of `CountryValue`.
COUNTRY_KINDS = ("state", "territory", "limited recognition", "former")


@dataclass(frozen=True, slots=True)
class CountryValue:
    """A country.

    Attributes:
        alpha_2: ISO 3166-1 alpha-2; XK for Kosovo; ``None`` where ISO has no such code (former
            states, states of limited recognition).
        alpha_3: ISO 3166-1 alpha-3; XKX for Kosovo; for a former state its ISO 3166-3 code of
            four letters; ``None`` where ISO has none.
        name: Its usual English name.
        kind: "state", "territory", "limited recognition" or "former".
    """

    type: ClassVar[str] = "country"

    alpha_2: str | None
    alpha_3: str | None
    name: str
    kind: str = "state"

    def to_dict(self) -> dict[str, Any]:
        """The value as plain JSON types."""
        return {
            "type": self.type,
            "alpha_2": self.alpha_2,
            "alpha_3": self.alpha_3,
            "name": self.name,
            "kind": self.kind,
        }


@dataclass(frozen=True, slots=True)
class MoneyValue:
    """An amount of money, or a range of amounts.

    Attributes:
        amount_min: The lower end, in units of the currency; ``None`` where the text gives no
            number ("millions of dollars").
        amount_max: The upper end; the lower one where there is one amount.
        currency: ISO 4217 code; ``None`` where the text does not say which ("francs").
        approximate: Whether the text says "about", "up to", "more than" or the like.
    """

    type: ClassVar[str] = "money"

    amount_min: Decimal | None
    amount_max: Decimal | None
    currency: str | None
    approximate: bool = False

    @property
    def amount(self) -> Decimal | None:
        """The amount, where there is exactly one; ``None`` for a range or no number."""
        return self.amount_min if self.amount_min == self.amount_max else None

    def to_dict(self) -> dict[str, Any]:
        """The value as plain JSON types; amounts are decimal strings, so that none is rounded."""
        return {
            "type": self.type,
            "amount_min": None if self.amount_min is None else f"{self.amount_min:f}",
            "amount_max": None if self.amount_max is None else f"{self.amount_max:f}",
            "currency": self.currency,
            "approximate": self.approximate,
        }


@dataclass(frozen=True, slots=True)
class OfficialValue:
    """A person who holds, held or stands for a public office.

    Attributes:
        name: The fullest form of the name in the document.
        role: The office as the document gives it, its singular title in lower case ("foreign
            minister"); ``None`` where it gives none.
        country: ISO 3166-1 alpha-2 code of the country served; ``None`` where it is not said.
        organisation: The body served, where it is not a country's ("UN", "IMF").
    """

    type: ClassVar[str] = "official"

    name: str
    role: str | None = None
    country: str | None = None
    organisation: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The value as plain JSON types."""
        return {
            "type": self.type,
            "name": self.name,
            "role": self.role,
            "country": self.country,
            "organisation": self.organisation,
        }


@dataclass(frozen=True, slots=True)
class AgreementValue:
    """An agreement.

    Attributes:
        name: The fullest name in the document, or the well-known name of an acronym.
        kind: "treaty", "convention", "deal", "ceasefire", ...; ``None`` where it is not said.
        parties: ISO 3166-1 alpha-2 codes of the parties the text names, in its order.
        year: The year the text gives it.
    """

    type: ClassVar[str] = "agreement"

    name: str
    kind: str | None = None
    parties: tuple[str, ...] = ()
    year: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The value as plain JSON types."""
        return {
            "type": self.type,
            "name": self.name,
            "kind": self.kind,
            "parties": list(self.parties),
            "year": self.year,
        }


Value = CountryValue | MoneyValue | OfficialValue | AgreementValue


_TEXT, _OPTIONAL = (str,), (str, type(None))

#: The types with the types of their fields in a dictionary.
_FIELDS: dict[type[Value], dict[str, tuple[type, ...]]] = {
    CountryValue: {"alpha_2": _OPTIONAL, "alpha_3": _OPTIONAL, "name": _TEXT, "kind": _TEXT},
    MoneyValue: {
        "amount_min": _OPTIONAL,
        "amount_max": _OPTIONAL,
        "currency": _OPTIONAL,
        "approximate": (bool,),
    },
    OfficialValue: {
        "name": _TEXT,
        "role": _OPTIONAL,
        "country": _OPTIONAL,
        "organisation": _OPTIONAL,
    },
    AgreementValue: {
        "name": _TEXT,
        "kind": _OPTIONAL,
        "parties": (list, tuple),
        "year": (int, type(None)),
    },
}

_ALL_FIELDS = {field for fields in _FIELDS.values() for field in fields}


def value_from_dict(data: Mapping[str, Any]) -> Value:
    """A value from what its `to_dict` gave; fields with a default may be missing, and those of
    other types may be there as ``None``, as in a table.

    Raises:
        ValueError: naming the field that is missing or wrong.
    """
    fields = dict(data)
    name = fields.pop("type", None)
    kind = next((kind for kind in _FIELDS if kind.type == name), None)
    if kind is None:
        raise ValueError(f"no value has the type {name!r:.40}")
    checked = {
        field: _checked(kind, field, value)
        for field, value in fields.items()
        if value is not None or field in _FIELDS[kind] or field not in _ALL_FIELDS
    }
    try:
        return kind(**checked)
    except TypeError as error:
        raise ValueError(f"a value of type {name!r} lacks a field: {error}") from error


def _checked(kind: type[Value], field: str, value: Any) -> Any:
    """What a dictionary holds for a field, as the type of values holds it."""
    types = _FIELDS[kind].get(field)
    if types is None:
        raise ValueError(f"a value of type {kind.type!r} has no field {field!r:.40}")
    if type(value) not in types:  # not isinstance: True is no year
        raise ValueError(f"field {field!r} is {value!r:.40}")
    if kind is CountryValue and field == "kind" and value not in COUNTRY_KINDS:
        raise ValueError(f"field 'kind' is {value!r:.40}, not one of {', '.join(COUNTRY_KINDS)}")
    if field in ("amount_min", "amount_max"):
        return _decimal(field, value)
    if field == "parties":
        if not all(isinstance(party, str) for party in value):
            raise ValueError(f"field {field!r} is {value!r:.40}")
        return tuple(value)
    return value


def _decimal(name: str, text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"field {name!r} is {text!r:.40}, not a decimal number") from error
    if not number.is_finite():
        raise ValueError(f"field {name!r} is {text!r:.40}, not a finite number")
    return number

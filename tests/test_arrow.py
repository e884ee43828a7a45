from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geoner import (
    AgreementValue,
    CountryValue,
    Document,
    Entity,
    GeonerError,
    Group,
    MoneyValue,
    OfficialValue,
)
from geoner.arrow import ENTITIES, GROUPS, document_columns

TEXT = "Bo of Congo paid Chad 0.10 dollars under the 1999 pact; a ship named Aurora"
CHAD = CountryValue("TD", "TCD", "Chad")
CONGOS = (CountryValue("CG", "COG", "Congo"), CountryValue("CD", "COD", "DR Congo"))


def entity(text, label, value=None, candidates=()):
    start = TEXT.index(text)
    return Entity(text, label, start, start + len(text), 0.25, value, candidates)


ENTITIES_FOUND = (
    entity("Bo", "OFFICIAL", OfficialValue("Bo", "king", None, "UN")),
    entity("Congo", "COUNTRY", None, CONGOS),
    entity("Chad", "COUNTRY", CHAD),
    entity("0.10 dollars", "MONEY", MoneyValue(Decimal("0.10"), Decimal("0.10"), "USD", True)),
    entity("1999 pact", "AGREEMENT", AgreementValue("1999 pact", "pact", ("CG", "TD"), 1999)),
    entity("Aurora", "SHIP"),
)
DOCUMENT = Document(
    TEXT,
    ENTITIES_FOUND,
    tuple(Group(e.label, e.text, (e,), e.value) for e in ENTITIES_FOUND),
)


def table_of(documents):
    return pa.table(document_columns(documents))


def test_documents_come_back_from_parquet(tmp_path):
    documents = [DOCUMENT, Document("Nothing."), DOCUMENT]
    pq.write_table(table_of(documents), tmp_path / "found.parquet")
    rows = pq.read_table(tmp_path / "found.parquet").to_pylist()
    for document, row in zip(documents, rows, strict=True):
        assert Document.from_dict({**row, "text": document.text}) == document


def test_columns_have_the_same_types_whatever_is_in_them():
    for documents in ([], [None], [Document("")], [DOCUMENT]):
        table = table_of(documents)
        assert table.schema.types == [ENTITIES, GROUPS]
        assert table.num_rows == len(documents)


def test_no_document_is_null_and_no_mention_is_an_empty_list():
    assert table_of([None, Document("")]).to_pylist() == [
        {"entities": None, "groups": None},
        {"entities": [], "groups": []},
    ]


def test_half_a_surrogate_pair_is_replaced_by_one_character():
    text = "\ud800 Chad\udc00"
    document = Document(text, (Entity("Chad\udc00", "COUNTRY", 2, 7, 1.0),))
    (row,) = table_of([document]).to_pylist()
    assert row["entities"][0]["text"] == "Chad\ufffd"
    assert row["entities"][0]["end"] == 7


def test_a_field_of_another_type_must_be_null():
    (row,) = table_of([DOCUMENT]).to_pylist()
    row["entities"][2]["value"]["year"] = 1999
    with pytest.raises(GeonerError, match="'country' has no field 'year'"):
        Document.from_dict({**row, "text": TEXT})

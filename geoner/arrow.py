"""Documents as columns of Arrow tables, which Parquet, Ray, Spark, DuckDB and pandas read.

The columns hold what `Document.to_dict` gives. Arrow wants the same fields in every row: a value
has those of all types of values, and the fields of other types are null. `Document.from_dict` takes
such a row as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from geoner.document import Document

_TEXT, _WHOLE = pa.string(), pa.int64()

#: A value of any type; amounts are decimal numbers as text, so that none is rounded.
VALUE = pa.struct(
    [
        *(("type", _TEXT), ("name", _TEXT)),
        *(("alpha_2", _TEXT), ("alpha_3", _TEXT), ("kind", _TEXT)),
        *(("amount_min", _TEXT), ("amount_max", _TEXT), ("currency", _TEXT)),
        ("approximate", pa.bool_()),
        *(("role", _TEXT), ("country", _TEXT), ("organisation", _TEXT)),
        *(("parties", pa.list_(_TEXT)), ("year", _WHOLE)),
    ]
)

#: The column "entities".
ENTITIES = pa.list_(
    pa.struct(
        [
            *(("text", _TEXT), ("label", _TEXT), ("start", _WHOLE), ("end", _WHOLE)),
            *(("score", pa.float64()), ("value", VALUE), ("candidates", pa.list_(VALUE))),
        ]
    )
)

#: The column "groups".
GROUPS = pa.list_(
    pa.struct([("label", _TEXT), ("name", _TEXT), ("mentions", pa.list_(_WHOLE)), ("value", VALUE)])
)

_HALVES = re.compile("[\ud800-\udfff]")


def document_columns(documents: Sequence[Document | None]) -> dict[str, pa.Array]:
    """The columns "entities" (of type `ENTITIES`) and "groups" (`GROUPS`), a row a document.

    ``None`` is null in both. Halves of surrogate pairs, which have no UTF-8, become U+FFFD, so that
    offsets stay what they are.
    """
    rows = [{} if document is None else document.to_dict() for document in documents]
    columns = {"entities": ENTITIES, "groups": GROUPS}
    return {
        name: pa.array([without_halves(row.get(name)) for row in rows], column)
        for name, column in columns.items()
    }


def without_halves(data: Any) -> Any:
    """The same data, as of JSON, with U+FFFD for halves of surrogate pairs."""
    if isinstance(data, str):
        return _HALVES.sub("\ufffd", data)
    if isinstance(data, list):
        return [without_halves(part) for part in data]
    if isinstance(data, dict):
        return {name: without_halves(part) for name, part in data.items()}
    return data

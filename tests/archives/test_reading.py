"""Records of every format, and what is said of those that are none."""

import bz2
import csv
import gzip
import io
import json
import lzma
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoner.archives import BadRecord, Fields, Position, Record, find_files, read_records
from geoner.archives.fields import MOST_BYTES

pyarrow = pytest.importorskip("pyarrow")
pytest.importorskip("pyarrow.parquet")
zstd = pytest.importorskip("backports.zstd")

ROWS = [{"id": "a", "text": "Mali"}, {"id": "b", "text": "Line\nbreak, “quote”"}, {"text": ""}]


def read(*paths, fields=Fields(), start=Position(), input_format=None):  # noqa: B008
    files = find_files(map(str, paths), input_format)
    return list(read_records(files, fields, start))


def found(*paths, **options):
    return [item for item, _ in read(*paths, **options)]


def in_jsonl(rows):
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def in_csv(rows, delimiter=","):
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, ["id", "text"], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def in_parquet(rows, **options):
    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), out, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "lines", "third"),
    [
        ("a.jsonl", in_jsonl(ROWS), [1, 2, 3], None),
        ("a.NDJSON", b"\xef\xbb\xbf" + in_jsonl(ROWS), [1, 2, 3], None),
        ("a.csv", in_csv(ROWS), [2, 3, 5], ""),
        ("a.tsv", in_csv(ROWS, "\t"), [2, 3, 5], ""),
        ("a.parquet", in_parquet(ROWS), [1, 2, 3], None),
        ("a.parquet", in_parquet(ROWS, row_group_size=1), [1, 2, 3], None),
    ],
)
def test_records_carry_text_id_and_place(tmp_path, name, content, lines, third):
    path = tmp_path / name
    path.write_bytes(content)
    texts = [row["text"] for row in ROWS]
    ids = ["a", "b", third]
    assert found(path) == [Record(str(path), *rest) for rest in zip(lines, texts, ids, strict=True)]


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [
        (".gz", gzip.compress),
        (".bz2", bz2.compress),
        (".xz", lzma.compress),
        (".zst", zstd.compress),
    ],
)
def test_compressed_files_are_read_in_all_their_members(tmp_path, suffix, pack):
    lines, text = tmp_path / f"a.jsonl{suffix}", tmp_path / f"a.txt{suffix}"
    lines.write_bytes(pack(in_jsonl(ROWS[:1])) + pack(in_jsonl(ROWS[1:])))
    assert [record.text for record in found(lines)] == [row["text"] for row in ROWS]
    text.write_bytes(pack("Türkiye".encode()))
    assert found(text) == [Record(str(text), None, "Türkiye")]


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zst"])
def test_a_file_that_is_cut_short_gives_what_it_holds_and_the_next_is_read(tmp_path, suffix):
    pack = {".gz": gzip, ".bz2": bz2, ".xz": lzma, ".zst": zstd}[suffix].compress
    cut, other = tmp_path / f"a.jsonl{suffix}", tmp_path / "b.txt"
    draw = random.Random(8)
    noise = [{"text": draw.randbytes(40).hex()} for _ in range(1_000)]
    packed = b"".join(pack(in_jsonl(noise[n : n + 50])) for n in range(0, 1_000, 50))
    cut.write_bytes(packed[: len(packed) // 2])
    other.write_text("Mali")
    *records, bad, last = found(cut, other)
    assert [record.text for record in records] == [row["text"] for row in noise[: len(records)]]
    assert len(records) > 100
    assert bad.line is None
    assert bad.reason.startswith(("damaged or cut short", "cannot be read"))
    assert bad.reason.endswith(f" after line {len(records)}")
    assert last.text == "Mali"


def line_of(value):
    return json.dumps(value).encode()


GOOD = line_of({"id": 1, "text": "Mali"})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "\xff"}', "not UTF-8 text (byte 10 of the line)"),
        (b'{"text": "Ma', "not JSON (Unterminated string starting at, column 10)"),
        (b"[1]", "not a JSON object"),
        (b'{"id": 1, "body": "x"}', "field 'text' is missing; there is id, body"),
        (b'{"text": null}', "field 'text' is None, not text"),
        (b'{"text": ["Mali"]}', "field 'text' is ['Mali'], not text"),
        (b'{"text": "Ma\\u0000li"}', "field 'text' is not text (it holds NUL characters)"),
        (b"[" * 100_000, "not an article (nested too deeply)"),
        (b'{"text": 1' + b"0" * 5000 + b"}", "not an article (Exceeds the limit"),
    ],
)
def test_a_bad_line_is_said_and_the_next_is_read(tmp_path, line, reason):
    path = tmp_path / "a.jsonl"
    path.write_bytes(GOOD + b"\n\n" + line + b"\n" + GOOD)
    first, bad, last = found(path)
    assert (first.text, first.line, last.text, last.line) == ("Mali", 1, "Mali", 4)
    assert isinstance(bad, BadRecord)
    assert bad.line == 3
    assert bad.reason.startswith(reason)
    assert str(bad).startswith(f"{path}:3: ")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"1,\xff", "field 'text' is not UTF-8 text"),
        (b"1,a,b", "3 fields where the header has 2"),
        (b"1", "1 fields where the header has 2"),
        (b'1,"a"b', "not CSV, lines 3 to 3 "),
    ],
)
def test_a_bad_row_of_csv_is_said_and_the_next_is_read(tmp_path, row, reason):
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,text\n1,Mali\n" + row + b'\n2,"Chad,\nOman"\n')
    first, bad, last = found(path)
    assert (first.text, last.text, last.line) == ("Mali", "Chad,\nOman", 4)
    assert bad.line == 3
    assert bad.reason.startswith(reason)


def test_a_quote_that_is_not_closed_swallows_nothing_in_silence(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b'text\nMali\n"Chad\nOman\nIran\n')
    first, bad = found(path)
    assert first.text == "Mali"
    assert bad.line == 3
    assert bad.reason == "not CSV, lines 3 to 5 (unexpected end of data)"


def test_columns_of_parquet_may_hold_anything(tmp_path):
    path = tmp_path / "a.parquet"
    table = pyarrow.table(
        {
            "body": pyarrow.array([b"Mali", b"\xff", None, b"Ch\0ad"]),
            "key": pyarrow.array([1, None, 2**40, -3]),
        }
    )
    pyarrow.parquet.write_table(table, path)
    good, *bad = found(path, fields=Fields("body", "key"))
    assert good == Record(str(path), 1, "Mali", 1)
    assert [(item.line, item.reason) for item in bad] == [
        (2, "field 'body' is not UTF-8 text (byte 0)"),
        (3, "field 'body' is None, not text"),
        (4, "field 'body' is not text (it holds NUL characters)"),
    ]
    (missing,) = found(path)
    assert missing.reason == "no column 'text'; there is body, key"
    path.write_bytes(path.read_bytes()[:-30])
    (damaged,) = found(path)
    assert damaged.reason.startswith("not Parquet, or damaged (")


def test_ids_are_kept_as_text_or_whole_numbers(tmp_path):
    path = tmp_path / "a.jsonl"
    ids = ["x", 7, None, True, 1.5, {"$oid": "é"}, float("nan")]
    path.write_bytes(in_jsonl([{"_id": id_, "text": ""} for id_ in ids]))
    kept = [record.id for record in found(path, fields=Fields(id="_id"))]
    assert kept == ["x", 7, None, "true", "1.5", '{"$oid": "é"}', "NaN"]


def test_what_would_take_all_memory_is_bad(tmp_path):
    lines, rows, text = tmp_path / "a.jsonl", tmp_path / "a.csv", tmp_path / "a.txt.gz"
    long = b'"' + b"x" * MOST_BYTES
    lines.write_bytes(GOOD + b"\n" + long + b"\n" + GOOD)
    rows.write_bytes(b"text\nMali\n" + long + b"\nChad\n")
    text.write_bytes(gzip.compress(long))
    first, bad, last = found(lines)
    assert (first.line, bad.line, bad.reason, last.line) == (1, 2, "a line longer than 32 MiB", 3)
    assert (
        found(rows)[1].reason == "line 3 is longer than 32 MiB: not read any further after line 2"
    )
    assert found(text)[0].reason == "a compressed text longer than 32 MiB"


CONTENT = st.lists(
    st.one_of(
        st.sampled_from(
            [b'{"text": "a", "id": 1}', b"{", b'"', b",", b"\r\n", b"\n", b"text,id\n", b"\xff"]
        ),
        st.binary(max_size=4),
    )
).map(b"".join)


@given(content=CONTENT, name=st.sampled_from(["a.jsonl", "a.csv", "a.tsv", "a.txt"]))
def test_reading_never_fails_and_goes_on_from_any_position(tmp_path_factory, content, name):
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(b"text,id\n" * name.endswith("v") + content)
    items = read(path, path)
    for index, (_, position) in enumerate(items):
        assert read(path, path, start=position) == items[index + 1 :]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"))))
def test_csv_of_any_texts_is_read_as_it_was_written(tmp_path_factory, texts):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(in_csv([{"id": "x", "text": text} for text in texts]))
    assert [record.text for record in found(path)] == texts


def test_parquet_goes_on_from_any_row(tmp_path):
    path = tmp_path / "a.parquet"
    rows = [{"text": str(number)} for number in range(200)]
    path.write_bytes(in_parquet(rows, row_group_size=70))
    items = read(path)
    assert [item.text for item, _ in items] == [row["text"] for row in rows]
    for index in (0, 62, 63, 64, 69, 70, 139, 199):
        assert read(path, start=items[index][1]) == items[index + 1 :]

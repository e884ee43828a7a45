"""Whole archives in Python: what comes out, in what order, and how it is gone on with."""

import gzip
import itertools
import json
import tracemalloc

import pytest

from geoner import Document, GeonerError
from geoner.archives import BadRecord, draft, extract_archive, interrupted
from geoner.document import Entity

from ..conftest import need_library_of

TEXTS = [
    "President Hassan Rouhani of Iran met Oman's sultan; Oman will lend $10-15 million.",
    "Congo signed the 2015 Paris Agreement. \u202eCongo\u202c paid €5.",
    "Nothing to see here.",
    "",
]


@pytest.fixture
def archive(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    rows = [json.dumps({"id": k, "text": text}) for k, text in enumerate(TEXTS)]
    rows.insert(2, '{"id": "broken')
    (folder / "a.jsonl.gz").write_bytes(gzip.compress("\n".join(rows).encode()))
    (folder / "b.txt").write_text(TEXTS[0], encoding="utf-8")
    (folder / "c.txt").write_bytes(b"\xff")
    return folder


def rows_of(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_rows_come_in_order_with_place_id_and_document(archive, tmp_path, extractor):
    output, errors = tmp_path / "out.jsonl", tmp_path / "bad.jsonl"
    bad = []
    summary = extract_archive(archive, output, errors=errors, on_bad=bad.append)
    assert (summary.articles, summary.bad) == (5, 2)
    rows = rows_of(output)
    name = str(archive / "a.jsonl.gz")
    assert [(row["file"], row.get("line"), row.get("id")) for row in rows] == [
        *((name, 1, 0), (name, 2, 1), (name, 4, 2), (name, 5, 3)),
        (str(archive / "b.txt"), None, None),
    ]
    found = [Document.from_dict(row) for row in rows]
    assert [document.text for document in found] == [*TEXTS, TEXTS[0]]
    assert [e.value for e in found[0].entities] == [
        e.value for e in extractor.extract(TEXTS[0]).entities
    ]
    assert rows_of(errors) == [error.to_dict() for error in bad]
    assert bad[0] == BadRecord(name, 3, "not JSON (Unterminated string starting at, column 8)")
    assert bad[1].reason.startswith("not UTF-8 text")
    assert "\u202e" not in output.read_text(encoding="utf-8")


def without_nulls(data):
    if isinstance(data, dict):
        return {name: without_nulls(part) for name, part in data.items() if part is not None}
    return [without_nulls(part) for part in data] if isinstance(data, list) else data


def test_parquet_holds_what_json_lines_hold(archive, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    (archive / "d.jsonl").write_text('{"text": "Iran \\ud800 Oman", "id": "x"}')
    extract_archive(archive, tmp_path / "out.jsonl")
    extract_archive(archive, tmp_path / "out.parquet")
    expected = rows_of(tmp_path / "out.jsonl")
    for row in expected:
        if "id" in row:
            row["id"] = str(row["id"])
        row["text"] = row["text"].replace("\ud800", "\ufffd")
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert [without_nulls(row) for row in rows] == [without_nulls(row) for row in expected]
    assert [e["text"] for e in rows[-1]["entities"]] == ["Iran", "Oman"]
    values = [e["value"] for row in rows for e in row["entities"] if e["label"] == "MONEY"]
    assert (values[0]["amount_min"], values[0]["amount_max"]) == ("10000000", "15000000")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["news", "out.jsonl", "out.parquet"]


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zst"])
@pytest.mark.usefixtures("finder")
def test_what_is_compressed_holds_the_same(archive, tmp_path, monkeypatch, suffix):
    need_library_of(suffix)
    monkeypatch.setattr(draft, "COMMIT_SECONDS", 0.0)
    plain, packed = tmp_path / "out.jsonl", tmp_path / f"out.jsonl{suffix}"
    extract_archive([archive] * 40, plain)
    extract_archive([archive] * 40, packed)
    again = tmp_path / "again.jsonl"
    extract_archive(packed, again)  # reads it back: rows have a text, too
    assert [row["text"] for row in rows_of(again)] == [row["text"] for row in rows_of(plain)]


@pytest.mark.usefixtures("finder")
def test_selected_labels_and_scores(archive, tmp_path):
    extract_archive(archive, tmp_path / "out.jsonl", min_score=1.0)
    assert any(row["entities"] for row in rows_of(tmp_path / "out.jsonl"))
    with pytest.raises(GeonerError, match="the model has no label MONEY; it has COUNTRY"):
        extract_archive(archive, tmp_path / "none.jsonl", labels=["MONEY"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["news", "out.jsonl"]


class StopError(Exception):
    """Something that ends a run."""


@pytest.mark.usefixtures("finder")
def test_a_run_that_is_stopped_at_every_record_gives_the_same_file(tmp_path, monkeypatch):
    monkeypatch.setattr(draft, "COMMIT_SECONDS", 0.0)
    source = tmp_path / "a.jsonl"
    lines = ['{"text": "Iran"}', "{"] * 200
    source.write_text("\n".join(lines))
    whole, output = tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    errors, bad = tmp_path / "bad.jsonl", tmp_path / "whole-bad.jsonl"
    extract_archive(source, whole, errors=bad)
    stops = 0
    for countdown in itertools.count(40, 30):
        left = iter(range(countdown % 140))

        def stop(_, left=left):
            if next(left, None) is None:
                raise StopError

        try:
            summary = extract_archive(source, output, errors=errors, resume=True, on_bad=stop)
            break
        except StopError:
            stops += 1
    assert stops > 2
    assert (summary.articles, summary.bad) == (200, 200)
    assert output.read_bytes() == whole.read_bytes()
    assert errors.read_bytes() == bad.read_bytes()
    assert extract_archive(source, output, errors=errors, resume=True).done_before
    assert interrupted(output) is None


@pytest.mark.usefixtures("finder")
def test_another_archive_or_another_task_is_not_gone_on_with(tmp_path, monkeypatch):
    monkeypatch.setattr(draft, "COMMIT_SECONDS", 0.0)
    source, output = tmp_path / "a.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"text": "Iran"}\n' * 100 + "{\n")

    def stop(_):
        raise StopError

    with pytest.raises(StopError):
        extract_archive(source, output, on_bad=stop)
    assert interrupted(output).articles == 64
    with pytest.raises(GeonerError, match="an interrupted run is there, of 64 articles"):
        extract_archive(source, output)
    with pytest.raises(GeonerError, match=r"its min_score was None, not 0\.5"):
        extract_archive(source, output, resume=True, min_score=0.5)
    source.write_text('{"text": "Iran"}\n' * 200)
    with pytest.raises(GeonerError, match="its archive was"):
        extract_archive(source, output, resume=True)
    assert extract_archive(source, output, force=True).articles == 200


@pytest.mark.usefixtures("finder")
def test_memory_does_not_grow_with_the_archive(tmp_path):
    peaks = []
    for count in (500, 2_500):
        source = tmp_path / f"{count}.jsonl"
        with source.open("w") as file:
            for number in range(count):
                file.write(json.dumps({"text": f"Iran {number} " * 100}) + "\n")
        tracemalloc.start()
        extract_archive(source, tmp_path / f"{count}.out.jsonl")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


@pytest.mark.parametrize(
    "options",
    [{"workers": 0}, {"output_format": "csv"}, {"input_format": "json"}, {"resume": 1, "force": 1}],
)
def test_wrong_arguments_are_refused(tmp_path, options):
    with pytest.raises(ValueError, match=r"workers|unknown format|use one"):
        extract_archive(tmp_path, tmp_path / "out.jsonl", **options)


def test_a_document_needs_no_line_or_id(archive, tmp_path):
    extract_archive(archive / "b.txt", tmp_path / "out.jsonl", labels=["COUNTRY"])
    (row,) = rows_of(tmp_path / "out.jsonl")
    assert row.keys() == {"file", "text", "entities", "groups"}
    assert all(isinstance(e, Entity) for e in Document.from_dict(row).entities)

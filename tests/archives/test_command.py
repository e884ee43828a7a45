"""`geoner extract` over archives, as a user runs it."""

import gzip
import io
import json
import os
import sys

import pytest

from geoner.archives import draft
from geoner.cli import main

from ..conftest import need_library_of

pytestmark = pytest.mark.usefixtures("finder")


def run(capsys, *arguments):
    code = main([str(argument) for argument in arguments])
    output = capsys.readouterr()
    return code, output.out, output.err


def rows_of(text):
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def lines(tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text('{"key": 7, "body": "In Iran."}\n{"key": 8}\n{"key": 9, "body": "None."}\n')
    return path


FIELDS = ("--text-field", "body", "--id-field", "key")
MISSING = "field 'body' is missing; there is key"


def test_records_in_every_format_for_people(capsys, lines):
    said = f"geoner: {lines}:2: {MISSING}\n"
    code, out, err = run(capsys, "extract", lines, *FIELDS)
    assert (code, err) == (1, said)
    assert f"{lines}:1" in out.replace("\n", "")
    assert f"{lines}:3" in out.replace("\n", "")
    code, out, err = run(capsys, "extract", lines, *FIELDS, "--format", "jsonl")
    assert (code, err) == (1, said)
    assert [(row["line"], row["id"]) for row in rows_of(out)] == [(1, 7), (3, 9)]
    _, out, _ = run(capsys, "extract", lines, *FIELDS, "--format", "json")
    assert [row["text"] for row in json.loads(out)] == ["In Iran.", "None."]
    _, out, _ = run(capsys, "extract", lines, *FIELDS, "--format", "html")
    assert f"{lines}:3" in out


def test_records_from_standard_input(capsys, monkeypatch, lines):
    stdin = io.TextIOWrapper(io.BytesIO(lines.read_bytes()))
    monkeypatch.setattr(sys, "stdin", stdin)
    code, out, err = run(capsys, "extract", *FIELDS, "--from", "jsonl", "--format", "jsonl")
    assert (code, err) == (1, f"geoner: standard input:2: {MISSING}\n")
    assert [(row["file"], row["line"]) for row in rows_of(out)] == [("-", 1), ("-", 3)]


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "out.parquet"])
def test_the_name_of_the_output_says_its_format(capsys, lines, tmp_path, name):
    need_library_of(name)
    output, errors = tmp_path / name, tmp_path / "bad.jsonl"
    code, out, err = run(capsys, "extract", lines, *FIELDS, "--output", output, "--errors", errors)
    assert (code, out, err) == (3, "", f"geoner: {errors}: 1 record could not be read\n")
    assert rows_of(errors.read_text()) == [{"file": str(lines), "line": 2, "reason": MISSING}]
    if name.endswith(".gz"):
        rows = rows_of(gzip.decompress(output.read_bytes()).decode())
    elif name.endswith(".parquet"):
        import pyarrow.parquet as pq

        rows = pq.read_table(output).to_pylist()
    else:
        rows = rows_of(output.read_text())
    assert [str(row["id"]) for row in rows] == ["7", "9"]


def test_without_an_error_file_bad_records_are_said_and_fail(capsys, lines, tmp_path):
    output = tmp_path / "out.jsonl"
    code, out, err = run(capsys, "extract", lines, *FIELDS, "--output", output)
    assert (code, out, err) == (1, "", f"geoner: {lines}:2: {MISSING}\n")
    assert len(rows_of(output.read_text())) == 2


def test_an_error_file_beside_standard_output(capsys, lines, tmp_path):
    errors = tmp_path / "bad.jsonl"
    code, _, err = run(capsys, "extract", lines, *FIELDS, "--errors", errors)
    assert (code, err) == (3, "")
    assert [row["line"] for row in rows_of(errors.read_text())] == [2]


def test_what_is_done_is_not_done_again(capsys, lines, tmp_path):
    output = tmp_path / "out.jsonl"
    arguments = ("extract", lines, "--output", output, "--text-field", "key", "--resume")
    assert run(capsys, *arguments)[0] == 1
    output.write_text("kept")
    code, _, err = run(capsys, *arguments)
    assert (code, output.read_text()) == (0, "kept")
    assert err == (
        f"geoner: {output}: is there, and no run of it was interrupted: nothing to go on with\n"
    )


def test_an_interrupted_run_waits_for_a_word(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(draft, "COMMIT_SECONDS", 0.0)
    source, output = tmp_path / "a.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"text": "Iran"}\n' * 70 + "{\n")
    with monkeypatch.context() as patch:
        patch.setattr("geoner.cli._complain", lambda _: os.kill(os.getpid(), 2))
        assert run(capsys, "extract", source, "--output", output)[0] == 130
    code, _, err = run(capsys, "extract", source, "--output", output)
    assert code == 1
    assert "an interrupted run is there, of 64 articles" in err
    assert "--resume" in err
    assert run(capsys, "extract", source, "--output", output, "--resume")[0] == 1
    assert len(rows_of(output.read_text())) == 70


def test_the_bar_shows_rate_and_time_left(capsys, lines, tmp_path):
    output = tmp_path / "out.jsonl"
    _, out, err = run(capsys, "extract", lines, *FIELDS, "--output", output, "--progress")
    assert out == ""
    last = err.split("\r")[-1]
    assert last.startswith("2 articles, 1 bad, ")
    assert "/s 100%|" in last
    assert "<00:00" in last
    assert f"geoner: {lines}:2: {MISSING}\n" in err


def test_passed_over_files_are_noted_once(capsys, lines, tmp_path):
    (tmp_path / "page.html").write_text("x")
    output = tmp_path / "out.jsonl"
    _, _, err = run(capsys, "extract", lines.parent, *FIELDS, "--output", output)
    assert err.count("geoner: note: ") == 1
    assert "1 file passed over" in err


def test_no_escape_of_an_archive_reaches_the_terminal(capsys, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": {"\\u001b[2J": 1}}\n{"\\u202e\\u009b": 1}\n')
    _, _, err = run(capsys, "extract", path)
    assert len(err.splitlines()) == 2
    assert not {"\x1b", "\u202e", "\x9b"} & set(err)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--format", "parquet"],
        ["--resume"],
        ["--workers", "2"],
        ["--workers", "0", "--output", "o.jsonl"],
        ["--format", "html", "--output", "o.html", "--force"],
        ["--resume", "--force", "--output", "o.jsonl"],
        ["--from", "xml"],
    ],
)
def test_wrong_usage_exits_with_2(capsys, lines, arguments):
    with pytest.raises(SystemExit) as stop:
        main(["extract", str(lines), *arguments])
    assert stop.value.code == 2
    assert "usage: geoner extract" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--output", "no/such/folder/o.jsonl"], "no/such/folder/o.jsonl"),
        (["--output", "o.jsonl", "--errors", "o.jsonl"], "o.jsonl: holds the rows and cannot"),
        (["--output", "news.jsonl"], "news.jsonl: is written to and cannot be read"),
        (["--output", "o.jsonl", "--label", "PLANET"], "the model has no label PLANET"),
    ],
)
def test_failures_are_one_line_and_leave_nothing(capsys, monkeypatch, lines, arguments, said):
    monkeypatch.chdir(lines.parent)
    code, out, err = run(capsys, "extract", "news.jsonl", *arguments)
    assert (code, out) == (1, "")
    assert err.startswith("geoner: ")
    assert said in err
    assert err.count("\n") == 1
    assert [path.name for path in lines.parent.iterdir()] == ["news.jsonl"]

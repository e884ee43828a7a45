import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import geoner
from geoner import Document
from geoner.cli import main
from geoner.extractor import SHIPPED_MODEL

TEXT = "Talks between Iran and Oman ended; Oman will lend $5 million."


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "article.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(capsys, *arguments):
    code = main([str(argument) for argument in arguments])
    output = capsys.readouterr()
    return code, output.out, output.err


def shell(command, **options):
    return subprocess.run(
        command, shell=True, capture_output=True, text=True, check=False, **options
    )


GEONER = f"{sys.executable} -m geoner.cli"


def test_a_table_for_people(capsys, article):
    code, out, err = run(capsys, "extract", article)
    assert (code, err) == (0, "")
    rows = [line.split()[:4] for line in out.splitlines()]
    assert ["COUNTRY", "Iran", "IR", "1"] in rows
    assert ["COUNTRY", "Oman", "OM", "2"] in rows
    assert "\x1b" not in out


def test_json_lines_are_documents(capsys, article):
    code, out, _ = run(capsys, "extract", article, article, "--format", "jsonl")
    assert code == 0
    first, second = (json.loads(line) for line in out.splitlines())
    assert first == second
    assert first["file"] == str(article)
    assert [e.text for e in Document.from_dict(first).entities] == [
        *("Iran", "Oman", "Oman", "$5 million")
    ]


def test_json_is_one_list(capsys, article):
    _, out, _ = run(capsys, "extract", article, article, "--format", "json")
    assert [item["text"] for item in json.loads(out)] == [TEXT, TEXT]


def test_labels_and_scores_select(capsys, article):
    _, out, _ = run(capsys, "extract", article, "--format", "jsonl", "--label", "MONEY")
    assert [e["label"] for e in json.loads(out)["entities"]] == ["MONEY"]
    _, out, _ = run(capsys, "extract", article, "--format", "jsonl", "--min-score", "1")
    assert json.loads(out)["entities"] == []


def test_standard_input(capsys, monkeypatch):
    for arguments in (["-"], []):
        stdin = io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf" + TEXT.encode()))
        monkeypatch.setattr(sys, "stdin", stdin)
        code, out, _ = run(capsys, "extract", *arguments, "--format", "jsonl")
        assert code == 0
        assert json.loads(out)["text"] == TEXT


def test_output_file_holds_what_would_be_printed(capsys, article, tmp_path):
    _, printed, _ = run(capsys, "extract", article, "--format", "jsonl")
    target = tmp_path / "out.jsonl"
    code, out, _ = run(capsys, "extract", article, "--format", "jsonl", "--output", target)
    assert (code, out) == (0, "")
    assert target.read_text(encoding="utf-8") == printed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["article.txt", "out.jsonl"]


def test_a_bad_file_is_said_once_and_the_others_are_read(capsys, article, tmp_path):
    binary = tmp_path / "image.png"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    missing = tmp_path / "none.txt"
    code, out, err = run(capsys, "extract", binary, missing, article, "--format", "jsonl")
    assert code == 1
    assert len(out.splitlines()) == 1
    assert err.splitlines() == [
        f"geoner: {binary}: not UTF-8 text (byte 0); convert it, for example with iconv",
        f"geoner: {missing}: cannot be read (No such file or directory)",
    ]


@pytest.mark.parametrize(
    ("name", "start"), [("a.html", "<!DOCTYPE html>"), ("a.json", "["), ("a.txt", "/")]
)
def test_the_name_of_the_output_says_its_format(capsys, article, tmp_path, name, start):
    assert run(capsys, "extract", article, "--output", tmp_path / name) == (0, "", "")
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--model", "nowhere"], "geoner: nowhere: no such model folder"),
        (["--label", "PLANET"], "geoner: the model has no label PLANET; it has COUNTRY,"),
        (["--output", "no/such/folder/f"], "geoner: no/such/folder/f: cannot be written"),
        (["--output", "."], "geoner: .: cannot be written"),
        (["--device", "abacus"], "geoner: unknown device 'abacus'"),
    ],
)
def test_failures_are_one_line(capsys, article, arguments, said):
    code, out, err = run(capsys, "extract", article, *arguments)
    assert (code, out) == (1, "")
    assert err.startswith(said)
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["extrct"],
        ["extract", "--format", "xml"],
        ["extract", "--min-score", "2"],
        ["extract", "--min-score", "high"],
        ["extract", "--backend", "jax"],
        ["extract", "--output", "found.csv"],
    ],
)
def test_wrong_usage_exits_with_2(capsys, arguments):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "usage: geoner" in capsys.readouterr().err


def test_debug_shows_the_traceback(article):
    plain = shell(f"{GEONER} extract {article} --model nowhere")
    debug = shell(f"{GEONER} extract {article} --model nowhere --debug")
    assert (plain.returncode, debug.returncode) == (1, 1)
    assert "Traceback" not in plain.stderr
    assert "Traceback" in debug.stderr


def test_a_closed_pipe_is_no_error(article):
    files = " ".join([article.name] * 2000)
    for kind in ("table", "json", "jsonl", "html"):
        command = f"({GEONER} extract {files} --format {kind}; echo $? >&2) | head -n 1"
        result = shell(command, cwd=article.parent)
        assert result.stdout.count("\n") == 1
        assert result.stderr == "141\n"


def test_a_full_disk_is_said(article):
    result = shell(f"{GEONER} extract {article} > /dev/full")
    assert result.returncode == 1
    assert result.stderr == (
        "geoner: standard output: cannot be written (No space left on device)\n"
    )


def test_output_follows_links_and_writes_to_devices(capsys, article, tmp_path):
    target, link = tmp_path / "real.jsonl", tmp_path / "link.jsonl"
    target.write_text("old")
    link.symlink_to(target)
    assert run(capsys, "extract", article, "--format", "jsonl", "--output", link)[0] == 0
    assert link.is_symlink()
    assert json.loads(target.read_text())["text"] == TEXT
    assert run(capsys, "extract", article, "--output", "/dev/null")[0] == 0
    assert not Path("/dev/null").is_file()


def test_output_is_utf8_whatever_the_locale(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("Talks in Türkiye and Côte d’Ivoire", encoding="utf-8")
    env = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for kind in ("table", "json", "jsonl", "html"):
        result = subprocess.run(
            [sys.executable, "-m", "geoner.cli", "extract", str(path), "--format", kind],
            capture_output=True,
            env=env,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        assert "Türkiye" in result.stdout.decode("utf-8")


@pytest.fixture
def labelled(tmp_path):
    articles = tmp_path / "gold.jsonl"
    entities = [
        {"start": 14, "end": 18, "label": "COUNTRY"},
        {"start": 23, "end": 27, "label": "C"},
    ]
    rows = [
        {"id": id_, "text": TEXT, "entities": entities, "meta": {"beat": id_}} for id_ in ("a", "b")
    ]
    articles.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return articles


def test_evaluate_prints_and_writes_the_report(capsys, tmp_path, labelled, extractor):
    pytest.importorskip("seqeval")
    report, page = tmp_path / "report.json", tmp_path / "report.html"
    code, out, err = run(
        *(capsys, "evaluate", labelled, "--by", "beat", "--compare", SHIPPED_MODEL),
        *("--json", report, "--html", page),
    )
    assert (code, err) == (0, "")
    assert "micro avg" in out
    assert "the model has no label C: it can never find 2 mentions labelled so" in out
    assert f"micro-F1 +0.0 against {SHIPPED_MODEL}" in out
    data = json.loads(report.read_text())
    behind = data.pop("analysis")
    assert data == geoner.evaluate(extractor, labelled)
    assert data["COUNTRY"]["recall"] == 1.0
    assert behind["by"]["beat"].keys() == {"a", "b"}
    assert "Evaluation of <bdi>the shipped model</bdi>" in page.read_text(encoding="utf-8")


def test_evaluate_refuses_a_field_that_is_not_there(capsys, tmp_path, labelled):
    page = tmp_path / "report.html"
    code, _, err = run(capsys, "evaluate", labelled, "--by", "mood", "--html", page)
    assert (code, err) == (1, "geoner: no article has a field 'mood'; there is beat\n")
    assert not page.exists()


MARKED = "id: talks\nsplit: dev\n\n[Iran](COUNTRY) met the envoy of [{}](COUNTRY).\n"


def test_check_reports_by_file_and_line(capsys, tmp_path):
    path = tmp_path / "talks.txt"
    path.write_text(MARKED.format("Oman"))
    assert run(capsys, "check", tmp_path) == (0, "nothing to report\n", "")
    path.write_text(MARKED.format("the Gambia"))
    code, out, err = run(capsys, "check", tmp_path)
    assert (code, err) == (1, "")
    assert out.splitlines()[0].startswith(f"{path}:4: article: [the Gambia](COUNTRY)")
    code, out, _ = run(capsys, "check", path, "--label", "PLACE", "--label", "DEAL")
    assert code == 1
    assert "COUNTRY is no label; labels: PLACE, DEAL" in out


def test_convert_writes_json_lines_and_back(capsys, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "talks.txt").write_text(MARKED.format("Oman"))
    assert run(capsys, "convert", tmp_path / "in", tmp_path / "a.jsonl")[0] == 0
    assert json.loads((tmp_path / "a.jsonl").read_text()) == {
        "id": "talks",
        "text": "Iran met the envoy of Oman.",
        "entities": [
            {"start": 0, "end": 4, "label": "COUNTRY"},
            {"start": 22, "end": 26, "label": "COUNTRY"},
        ],
        "meta": {"split": "dev"},
    }
    assert run(capsys, "convert", tmp_path / "a.jsonl", tmp_path / "out", "--split", "dev")[0] == 0
    assert (tmp_path / "out" / "talks.txt").read_text() == MARKED.format("Oman")
    code, _, err = run(capsys, "convert", tmp_path / "in", tmp_path / "b.jsonl", "--split", "x")
    assert (code, err.count("no article of split 'x'")) == (1, 1)


def test_convert_goes_between_tools_and_says_what_is_lost(capsys, tmp_path):
    (tmp_path / "talks.txt").write_text(MARKED.format("Oman"))
    code, _, err = run(
        capsys, "convert", tmp_path / "talks.txt", tmp_path / "d.jsonl", "--to", "doccano"
    )
    assert (code, err) == (0, "")
    code, _, err = run(capsys, "convert", tmp_path / "d.jsonl", tmp_path / "c.iob2")
    assert code == 0
    assert "geoner: note: " in err
    assert "conll does not hold header fields: left out of 1 article" in err
    back = tmp_path / "back.jsonl"
    assert run(capsys, "convert", tmp_path / "c.iob2", back, "--from", "conll")[0] == 0
    assert json.loads(back.read_text())["text"] == "Iran met the envoy of Oman ."


def test_values_are_measured_against_labelled_ones(capsys, tmp_path):
    seeds = Path(__file__).parent.parent / "seeds"
    report = tmp_path / "report.json"
    code, out, _ = run(
        capsys,
        *("evaluate", seeds / "articles", "--values", seeds / "values.jsonl"),
        *("--split", "dev", "--json", report),
    )
    assert code == 0
    assert "office of an official" in out
    figures = json.loads(report.read_text(encoding="utf-8"))["on the labelled mentions"]
    assert figures["role"]["share"] > 0.85
    assert figures["precision"]["all"]["share"] > 0.97
    assert figures["b-cubed"]["all"]["f1-score"] > 0.93

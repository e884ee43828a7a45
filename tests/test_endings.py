"""How a command ends when it cannot go on: a full disk, a folder that may only be read, a closed
pipe, a signal. The exit code says so, one line on standard error says why, and no file is lost or
half-written."""

import ctypes
import dataclasses
import errno
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

import geoner
from geoner import Article, Document, GeonerError, Hyperparameters, finetune
from geoner.articles.formats import ONE_FILE, by_name
from geoner.cli import main
from geoner.finetune import _failing_writes_told, _replace

if sys.platform == "win32":
    pytest.skip("POSIX has the signals and limits", allow_module_level=True)

import resource

from .conftest import need_library_of
from .ships import ships

GEONER = [sys.executable, "-m", "geoner.cli"]
TEXT = "Talks between Iran and Oman ended; Oman will lend $5 million. "
MARKED = "[Iran](COUNTRY) met Oman, it said. " * 200
CONVERTED = ("a.jsonl", "a.conll", "a.json", "a.txt", "a", "a.spacy", "a.parquet")


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "in" / "article.txt"
    path.parent.mkdir()
    path.write_text(TEXT * 100, encoding="utf-8")
    return path


@pytest.fixture
def labelled(tmp_path):
    path = tmp_path / "in" / "labelled.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"id: labelled\n\n{MARKED}", encoding="utf-8")
    return path


@pytest.fixture
def out(tmp_path):
    """An empty folder to write to."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@contextmanager
def full_disk(size=100):
    """No file may grow beyond `size` bytes: what is written then fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def said(capsys):
    """The one line on standard error."""
    (line,) = capsys.readouterr().err.splitlines()
    return line


def names(folder):
    return sorted(path.name for path in folder.rglob("*"))


@pytest.mark.parametrize("kind", ["table", "json", "jsonl", "html"])
def test_a_full_disk_keeps_the_file_that_was_there(capsys, article, out, kind):
    target = out / "found"
    target.write_text("yesterday's")
    with full_disk():
        code = main(["extract", str(article), "--format", kind, "--output", str(target)])
    assert code == 1
    assert said(capsys) == f"geoner: {target}: cannot be written (File too large)"
    assert names(out) == ["found"]
    assert target.read_text() == "yesterday's"


@pytest.mark.parametrize("name", CONVERTED)
def test_a_full_disk_leaves_nothing_of_converted_articles(capsys, labelled, out, name):
    need_library_of(name)
    target = out / name
    with full_disk():
        code = main(["convert", str(labelled), str(target)])
    assert code == 1
    assert said(capsys).startswith(f"geoner: {target}: cannot be written (")
    assert names(out) == []


def test_a_full_device_is_said(capsys, article, labelled):
    for command in (["extract", article, "--output"], ["convert", "--to", "jsonl", labelled]):
        assert main([*map(str, command), "/dev/full"]) == 1
        assert said(capsys) == "geoner: /dev/full: cannot be written (No space left on device)"


@pytest.mark.parametrize(
    ("sink", "code", "line"),
    [
        (">/dev/full", 1, "geoner: standard output: cannot be written (No space left on device)\n"),
        ("| head -c 10 >/dev/null", 141, ""),
    ],
)
def test_a_sink_that_fails_is_not_the_file_for_errors(article, out, sink, code, line):
    command = " ".join([*GEONER, "extract", "--format", "jsonl", "--errors", str(out / "bad")])
    many = " ".join([str(article)] * 300)
    result = subprocess.run(
        ["bash", "-c", f"{command} {many} {sink}; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (result.returncode, result.stderr) == (code, line)
    assert names(out) == []


def test_a_file_for_errors_that_is_full_is_said(capsys, article):
    missing = article.with_name("missing.txt")
    assert main(["extract", str(missing), str(article), "--errors", "/dev/full"]) == 1
    assert said(capsys) == "geoner: /dev/full: cannot be written (No space left on device)"


def run_unprivileged(arguments, **options):
    """A command for which permissions count, also where the tests run as root."""

    def drop():
        # PR_CAPBSET_DROP of CAP_DAC_OVERRIDE (prctl(2), capabilities(7)); others have it not
        ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)

    return subprocess.run(
        [*GEONER, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        preexec_fn=drop if sys.platform == "linux" else None,
        **options,
    )


@pytest.mark.parametrize("command", ["extract", "convert"])
def test_a_folder_that_may_only_be_read_is_said(article, labelled, out, command):
    out.chmod(0o555)
    target = out / "target"
    arguments = {
        "extract": ["extract", article, "--output", target],
        "convert": ["convert", labelled, target],
    }
    try:
        result = run_unprivileged(arguments[command])
    finally:
        out.chmod(0o755)
    assert (result.returncode, result.stdout) == (1, "")
    line = result.stderr.splitlines()[-1]
    assert line.startswith(f"geoner: {target}")
    assert line.endswith("cannot be written (Permission denied)")
    assert names(out) == []


def test_a_model_that_has_no_place_is_not_trained(capsys, labelled):
    pytest.importorskip("transformers")
    target = labelled / "model"
    assert main(["train", str(labelled), "--dev", str(labelled), "--output", str(target)]) == 1
    line = capsys.readouterr().err.splitlines()[-1]
    assert line == f"geoner: {target}.checkpoints: cannot be written (Not a directory)"


@pytest.mark.parametrize("command", ["check", "convert"])
def test_a_closed_pipe_is_no_error(labelled, out, command):
    arguments = {"check": ["check", labelled], "convert": ["convert", labelled, out / "a.jsonl"]}
    read, write = os.pipe()
    os.close(read)
    try:
        result = subprocess.run(
            [*GEONER, *map(str, arguments[command])],
            stdout=write,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(write)
    assert (result.returncode, result.stderr) == (141, "")


@pytest.mark.parametrize(
    ("closed", "code"), [(">&-", 1), ("2>&-", 0), ("> /dev/full 2>&-", 1), (">&- 2>&-", 1)]
)
def test_streams_may_be_closed(labelled, closed, code):
    command = f"{' '.join(GEONER)} check {labelled} {closed}"
    result = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert result.returncode == code
    assert "Traceback" not in result.stderr
    assert result.stderr.count("\n") <= 1


def wait_for(condition, process):
    end = time.monotonic() + 120
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_signal_in_the_middle_leaves_what_was_there(article, out, number, code):
    target = out / "found.html"
    target.write_text("yesterday's")
    process = subprocess.Popen(
        [*GEONER, "extract", *[str(article)] * 20_000, "--format=html", f"--output={target}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: (
            signal.signal(number, signal.SIG_DFL) if number != signal.SIGINT else None
        ),
    )
    with process:
        wait_for(lambda: any(path.stat().st_size for path in out.glob(".geoner-*")), process)
        process.send_signal(number)
        printed, complained = process.communicate(timeout=60)
    assert (process.returncode, printed, complained) == (code, "", "")
    assert names(out) == ["found.html"]
    assert target.read_text() == "yesterday's"


def two():
    return [Article(name, Document("Chad")) for name in ("a", "b")]


@pytest.mark.parametrize("name", ["a.jsonl", "a.conll", "a.json"])
def test_an_interrupted_writer_leaves_what_was_there(monkeypatch, out, name):
    def write(_):
        yield "half"
        raise KeyboardInterrupt

    target = out / name
    target.write_text("yesterday's")
    kind = by_name(target)
    monkeypatch.setitem(ONE_FILE, kind, dataclasses.replace(ONE_FILE[kind], write=write))
    with pytest.raises(KeyboardInterrupt):
        geoner.write_articles(two(), target)
    assert names(out) == [name]
    assert target.read_text() == "yesterday's"


@pytest.mark.parametrize("there", [True, False])
def test_an_interrupted_folder_is_as_it_was(monkeypatch, out, there):
    target = out / "articles"
    if there:
        target.mkdir()
    rename, renamed = Path.rename, []

    def second_is_interrupted(self, path):
        if renamed:
            raise KeyboardInterrupt
        renamed.append(path)
        return rename(self, path)

    monkeypatch.setattr(Path, "rename", second_is_interrupted)
    with pytest.raises(KeyboardInterrupt):
        geoner.write_articles(two(), target)
    assert renamed
    assert names(out) == (["articles"] if there else [])


def test_a_run_that_fills_the_disk_can_go_on(out):
    pytest.importorskip("transformers")
    articles, model = ships(8), out / "model"
    settings = Hyperparameters(epochs=1)
    with (
        full_disk(10_000_000),
        pytest.raises(GeonerError, match=r"model\.checkpoints: cannot be written .*--resume"),
    ):
        finetune(articles, articles, model, hyperparameters=settings, quiet=True)
    assert [path.name for path in out.iterdir()] == ["model.checkpoints"]


def test_only_what_fails_to_write_is_told_as_such(out):
    pytest.importorskip("safetensors")
    full = RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos 14 vs 13")
    for error in (full, OSError(errno.ENOSPC, "No space left on device")):
        with pytest.raises(GeonerError, match="cannot be written"), _failing_writes_told(out):
            raise error
    for error in (RuntimeError("out of memory"), FileNotFoundError(errno.ENOENT, "none")):
        with pytest.raises(type(error)), _failing_writes_told(out):
            raise error


def test_a_model_that_cannot_be_replaced_stays(out):
    model, checkpoints = out / "model", out / "model.checkpoints"
    for folder in (model, checkpoints):
        folder.mkdir()
        (folder / "README.md").write_text("yesterday's")
    with pytest.raises(GeonerError, match=r"model: cannot be written \(No such file"):
        _replace(checkpoints / "none", model, checkpoints)
    assert (model / "README.md").read_text() == "yesterday's"
    assert checkpoints.is_dir()

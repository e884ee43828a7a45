"""Runs that are killed, really and at random moments, lose nothing and repeat nothing."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

#: The command line, in which everything counts at once, so that it can be killed often.
GEONER = """
import sys
from geoner.archives import draft
from geoner.cli import main
draft.COMMIT_SECONDS = 0.0
sys.exit(main())
"""

#: The same, but it takes its time.
SLOWLY = (
    """
import time
from geoner.archives.draft import Draft
add = Draft.add
def slow(*arguments):
    add(*arguments)
    time.sleep(0.5)
Draft.add = slow
"""
    + GEONER
)

TEXT = "On day {}, Iran and Oman signed the 20{:02} Muscat Agreement over ${} million."


@pytest.fixture
def archive(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    for part in range(2):
        with (folder / f"{part}.jsonl").open("w") as file:
            for n in range(250):
                file.write(json.dumps({"id": n, "text": TEXT.format(n, n % 30, part)}) + "\n")
                file.write("{\n" * (n % 50 == 7))
    return folder


def started(archive, output, errors, *options, code=GEONER):
    arguments = ["extract", archive, "--output", output, "--errors", errors, *options]
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process):
    """The exit code and what was said."""
    said = process.communicate(timeout=300)[1]
    return process.returncode, said


def children(process):
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(pid) for pid in listed.read_text().split()] if listed.exists() else []


def end(pids, seconds=60):
    """Whether processes end by themselves."""
    until = time.monotonic() + seconds
    while alive := [pid for pid in pids if Path(f"/proc/{pid}/cmdline").exists()]:
        if time.monotonic() > until:
            return False
        if all(not Path(f"/proc/{pid}/cmdline").read_bytes() for pid in alive):
            return True  # zombies
        time.sleep(0.1)
    return True


def wait_for(condition, process):
    while process.poll() is None and not condition():
        time.sleep(0.005)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL")
def test_killed_runs_give_the_same_files(archive, tmp_path):
    draw = random.Random(7)
    whole, whole_bad = tmp_path / "whole.jsonl", tmp_path / "whole-bad.jsonl"
    assert finished(started(archive, whole, whole_bad))[0] == 3
    for workers, kills in ((1, 3), (2, 3)):
        output, errors = tmp_path / f"{workers}.jsonl", tmp_path / f"{workers}-bad.jsonl"
        checkpoint = tmp_path / f"{workers}.jsonl.checkpoint"
        options = ("--workers", workers, "--resume")
        counted = []
        for _ in range(kills):
            process = started(archive, output, errors, *options)
            before = checkpoint.read_bytes() if checkpoint.exists() else b""
            wait_for(lambda: checkpoint.exists() and checkpoint.read_bytes() != before, process)  # noqa: B023
            time.sleep(draw.random() * 0.4)
            working = children(process)
            process.kill()
            code, said = finished(process)
            assert code in (-signal.SIGKILL, 3), said
            assert end(working)
            if checkpoint.exists():
                counted.append(json.loads(checkpoint.read_bytes())["articles"])
                with output.with_name(output.name + ".part").open("ab") as part:
                    part.write(b'{"file": "to')  # as if a line was torn
        assert counted == sorted(counted)
        assert any(0 < count < 500 for count in counted)
        code = 3 if checkpoint.exists() else 0
        assert finished(started(archive, output, errors, *options))[0] == code
        assert output.read_bytes() == whole.read_bytes()
        assert errors.read_bytes() == whole_bad.read_bytes()
        assert not checkpoint.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals end otherwise on Windows")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_stopped_says_how_it_goes_on(archive, tmp_path, number, code):
    output, errors = tmp_path / "out.jsonl", tmp_path / "bad.jsonl"
    checkpoint = tmp_path / "out.jsonl.checkpoint"
    process = started(archive, output, errors, "--workers", 2, code=SLOWLY)
    wait_for(
        lambda: checkpoint.exists() and b'"articles": 0' not in checkpoint.read_bytes(), process
    )
    process.send_signal(number)
    ended, said = finished(process)
    assert ended == code, said
    count = json.loads(checkpoint.read_bytes())["articles"]
    assert said == f"geoner: {output}: {count} articles so far; the same with --resume goes on\n"


def test_a_worker_that_dies_is_said_with_its_records(archive, tmp_path):
    output, errors = tmp_path / "out.jsonl", tmp_path / "bad.jsonl"
    process = started(archive, output, errors, "--workers", 2)
    wait_for(lambda: len(children(process)) > 2, process)
    if not children(process):
        pytest.skip("no /proc")
    os.kill(children(process)[-1], signal.SIGKILL)
    code, said = finished(process)
    assert code == 1
    assert "a worker died" in said
    assert f"from {archive}" in said
    assert "Traceback" not in said

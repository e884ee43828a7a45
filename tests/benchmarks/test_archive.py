import sys
from pathlib import Path

import pytest

from benchmarks import archive


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads /proc")
def test_rate_and_memory_stand_in_a_row_for_each_number_of_workers(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["archive", "--articles", "70", "--workers", "1", "2"])
    archive.main()
    said = capsys.readouterr().out
    rows = [line.strip("| ").split(" | ") for line in said.splitlines() if line.startswith("| ")]
    assert [row[0] for row in rows[2:]] == ["1", "2"]
    assert all(float(cell.replace(",", "")) > 50 for row in rows[2:] for cell in row[1:])
    assert said.endswith("the same bytes from all: yes\n")


def test_no_two_articles_of_the_archive_are_alike(tmp_path):
    words = archive.write_archive(tmp_path / "archive.jsonl", 2000)
    lines = (tmp_path / "archive.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(set(lines)) == 2000
    assert words > 200_000

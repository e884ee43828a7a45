"""Rate and memory of `geoner extract` over an archive: python -m benchmarks.archive

The archive is JSON Lines of the seed articles over and over, each with a number in front, so that
no two are alike. For each number of workers the command line reads it, as a user would; the memory
is that of the command and its workers, pages that they share counted for each. What they wrote is
compared. Linux only: it reads /proc.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import geoner
from benchmarks.memory import resident
from benchmarks.report import table
from benchmarks.speed import ARTICLES

_PAUSE = 0.5  # seconds from one look at the memory to the next


def write_archive(path: Path, count: int) -> int:
    """Writes an archive of so many articles, and tells how many words it has."""
    texts = itertools.cycle([article.text for article in geoner.read_articles(ARTICLES)])
    words = 0
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(itertools.islice(texts, count)):
            numbered = f"No. {number}. {text}"
            words += len(numbered.split())
            file.write(json.dumps({"id": number, "text": numbered}) + "\n")
    return words


def extracted(archive: Path, output: Path, workers: int, model: str | None) -> list[float]:
    """Runs the command, and gives the MiB that it held at each look."""
    arguments = ["extract", str(archive), "--output", str(output), "--workers", str(workers)]
    if model is not None:
        arguments += ["--model", model]
    command = subprocess.Popen(
        [sys.executable, "-m", "geoner", *arguments], stderr=subprocess.DEVNULL
    )
    held = []
    while command.poll() is None:
        held.append(sum(map(_resident, _family(command.pid))))
        time.sleep(_PAUSE)
    if command.returncode:
        sys.exit(f"geoner extract ended with {command.returncode}")
    return held


def _family(process: int) -> list[int]:
    """A process and those that it started."""
    try:
        tasks = Path(f"/proc/{process}/task").iterdir()
        said = " ".join((task / "children").read_text() for task in tasks)
    except OSError:  # it has just ended
        return []
    return [process, *(one for child in said.split() for one in _family(int(child)))]


def _resident(process: int) -> float:
    """MiB; of a process that has just ended none."""
    try:
        return resident(process) / (1 << 20)
    except OSError:
        return 0.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.archive", description=__doc__)
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--model", help="default: shipped; or a folder, or fast")
    options = parser.parse_args()
    rows, digests = [], set()
    with tempfile.TemporaryDirectory() as scratch:
        archive, output = Path(scratch) / "archive.jsonl", Path(scratch) / "found.jsonl"
        words = write_archive(archive, options.articles)
        print(f"{options.articles:,} articles, {words:,} words\n")
        for workers in options.workers:
            start = time.monotonic()
            held = extracted(archive, output, workers, options.model)
            rate = words / (time.monotonic() - start)
            half = len(held) // 2
            peaks = [f"{max(part, default=0.0):,.0f}" for part in (held[: half + 1], held[half:])]
            rows.append((str(workers), f"{rate:,.0f}", *peaks))
            digests.add(hashlib.sha256(output.read_bytes()).hexdigest())
            output.unlink()
    heads = ("workers", "words a second", "MiB, first half", "MiB, second half")
    print(table(heads, rows))
    if len(options.workers) > 1:
        print(f"\nthe same bytes from all: {'yes' if len(digests) == 1 else 'no'}")


if __name__ == "__main__":
    main()

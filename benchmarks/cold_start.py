"""Time from a cold process to the first result, as a ratio to importing numpy.

python -m benchmarks.cold_start
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

EXAMPLE = Path(__file__).parent.parent / "examples" / "summit.txt"
ROUNDS = 9

TASKS = {
    "import numpy": "import numpy",
    "import geoner": "import geoner",
    "import, load, extract 300 words": (
        "import pathlib, geoner; "
        f"text = pathlib.Path({str(EXAMPLE)!r}).read_text(encoding='utf-8'); "
        "words = (text + text).split(' ')[:300]; "
        "assert geoner.extract(' '.join(words)).entities"
    ),
}


def seconds(code: str) -> float:
    """Wall time of a fresh interpreter that runs `code`."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def main() -> None:
    times: dict[str, list[float]] = {name: [] for name in TASKS}
    # one after the other in each round, so that a slow moment of the machine meets all alike
    for round_number in range(ROUNDS + 1):
        for name, code in TASKS.items():
            elapsed = seconds(code)
            if round_number:  # the first one fills the disk cache
                times[name].append(elapsed)
    unit = statistics.median(times["import numpy"])
    print(f"| process | median of {ROUNDS}, s | ratio |\n| --- | --- | --- |")
    for name, values in times.items():
        median = statistics.median(values)
        print(f"| {name} | {median:.2f} | {median / unit:.1f} |")


if __name__ == "__main__":
    main()

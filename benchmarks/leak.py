"""Memory of a process over many calls of `extract`, each with a text it has not seen.

python -m benchmarks.leak --calls 100000

Fails if the second half of the calls adds more than a few MB. Linux only: it reads /proc.
"""

from __future__ import annotations

import argparse
import gc
import random
import string
import sys

import geoner
from benchmarks.memory import resident

#: MB that the second half may add: what the allocator moves about, not what calls keep.
TOLERATED = 5.0

SHAPES = (
    "President {name} of Ghana paid Togo ${amount} million.",
    "{name}, the finance minister, signed the {amount} {name} Treaty with Congo. {name} left.",
    "Prices rose {amount} per cent in {name}, and nobody of note was there.",
    "“Korea,” said Ms {name}, “owes us {amount},000 euros and 5 francs.”",
)


def text(draw: random.Random) -> str:
    name = "".join(draw.choices(string.ascii_lowercase, k=draw.randint(3, 9))).title()
    return draw.choice(SHAPES).format(name=name, amount=draw.randint(2, 99_999))


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.leak", description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=10, help="of the table")
    options = parser.parse_args()
    draw = random.Random(1)
    step = max(1, options.calls // options.rows)
    print("| calls | MB |\n| ---: | ---: |", flush=True)
    sizes = []
    for call in range(1, options.calls + 1):
        document = geoner.extract(text(draw))
        document.to_json()
        if call % step == 0:
            gc.collect()
            sizes.append(resident() / 1e6)
            print(f"| {call} | {sizes[-1]:.1f} |", flush=True)
    added = sizes[-1] - sizes[len(sizes) // 2]
    print(f"\nthe second half added {added:.1f} MB")
    return 0 if added <= TOLERATED else 1


if __name__ == "__main__":
    sys.exit(main())

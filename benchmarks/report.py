"""The command line of a benchmark, and its figures as a Markdown table and as JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from geoner.files import whole_file


def parser(name: str, description: str | None, figures: str) -> argparse.ArgumentParser:
    """The options that benchmarks of a model share: --model and --json.

    Args:
        name: The benchmark's, as in ``python -m benchmarks.name``.
        description: What --help says of it, line by line.
        figures: What goes into the JSON file.
    """
    result = argparse.ArgumentParser(
        prog=f"python -m benchmarks.{name}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    result.add_argument("--model", metavar="DIR", help="a model folder; default: the shipped one")
    result.add_argument("--json", metavar="F", help=f"write {figures} as JSON")
    return result


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first are figures."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def percent(share: float) -> str:
    """A share, 0 to 1, in per cent."""
    return f"{100 * share:.1f}"


def write_json(path: str, data: Any) -> None:
    """Writes a file, which appears when all of it is written."""
    with whole_file(Path(path)) as file:
        file.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def verdict(bar: str, is_met: bool) -> str:
    """A bar and whether it is met, as a line."""
    return f"bar: {bar}: {'met' if is_met else 'missed'}"

"""Fuzzes a target with Atheris, which needs ``pip install atheris`` (Linux; Python up to 3.13).

python -m fuzz text --runs 1000000
python -m fuzz articles --seconds 3600 --corpus my-corpus

Inputs that find new code are kept in the corpus folder; an input that breaks a promise is
written to ``crash-…`` there and ends the run. What was found stands as a test in
``tests/test_fuzz.py``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("target", choices=("text", "articles", "arguments"))
    parser.add_argument("--runs", type=int, default=-1, help="inputs; default: no end")
    parser.add_argument("--seconds", type=int, default=0, help="default: no end")
    parser.add_argument("--corpus", type=Path, help="default: .fuzz/TARGET")
    parser.add_argument("--longest", type=int, default=400, help="bytes of an input")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    try:
        import atheris
    except ImportError:
        sys.exit("fuzz: needs atheris: pip install atheris")
    with atheris.instrument_imports(include=["geoner"]):
        from fuzz.seeds import inputs
        from fuzz.targets import TARGETS
    corpus = options.corpus or Path(".fuzz") / options.target
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(inputs(options.target)):
        (corpus / f"seed-{number}").write_bytes(data)
    arguments = [
        sys.argv[0],
        str(corpus),
        f"-runs={options.runs}",
        f"-max_total_time={options.seconds}",
        f"-max_len={options.longest}",
        f"-seed={options.seed}",
        f"-artifact_prefix={corpus}/",
        "-timeout=20",
        "-rss_limit_mb=4096",
        "-print_final_stats=1",
    ]
    atheris.Setup(arguments, TARGETS[options.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()

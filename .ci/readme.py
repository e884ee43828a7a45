"""Prints a code block of README.md: the one after the comment <!-- ci: NAME -->."""

import re
import sys
from pathlib import Path

name = sys.argv[1]
readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
block = re.search(rf"<!-- ci: {re.escape(name)} -->\n+```\w+\n(.*?)\n```", readme, re.DOTALL)
if block is None:
    sys.exit(f"README.md has no block {name!r}")
print(block.group(1))

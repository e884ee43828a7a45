"""The command line, for ``python -m geoner`` and ``accelerate launch -m geoner``."""

import sys

from geoner.cli import main

if __name__ == "__main__":
    sys.exit(main())

"""``gatelab`` and ``python -m gatelab``."""

import sys

from .cli.command import main

if __name__ == "__main__":
    sys.exit(main())

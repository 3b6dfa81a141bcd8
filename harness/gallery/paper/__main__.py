"""python -m gatelab.gallery.paper docs      makes docs/lstm.pdf; ``make paper`` does."""

import argparse
import sys
from pathlib import Path

from ...foundation.errors import GatelabError
from .facts import facts, read
from .freshness import is_fresh
from .gradients import largest_error
from .typesetting import engine, pdf


def main(argv=None):
    """Make the paper, and say how long it is."""
    p = argparse.ArgumentParser(prog="python -m gatelab.gallery.paper")
    p.add_argument("folder", type=Path)
    p.add_argument("--again", action="store_true", help="set it even if it is up to date")
    given = p.parse_args(argv)
    folder, file = given.folder, given.folder / "lstm.pdf"
    try:
        engine()  # before the gradients are measured, which takes seconds
        if not given.again and file.exists() and is_fresh(folder, read(folder)):
            print(f"{file} is up to date: text and facts are those that it was set from (--again)")
            return 0
        file.write_bytes(pdf(folder, facts(folder, largest_error)))
    except (GatelabError, OSError) as error:
        print(f"error: {_said(error)}", file=sys.stderr)
        return 2
    print(f"{file}: {file.stat().st_size // 1000:,} kB")
    return 0


def _said(error):
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}; name the folder docs of a checkout"
    return error


if __name__ == "__main__":
    sys.exit(main())

"""python -m gatelab.gallery.paper docs      makes docs/lstm.pdf; ``make paper`` does."""

import argparse
import sys
from pathlib import Path

from ...foundation.errors import GatelabError
from .facts import facts
from .gradients import largest_error
from .typesetting import engine, pdf


def main(argv=None):
    """Make the paper, and say how long it is."""
    p = argparse.ArgumentParser(prog="python -m gatelab.gallery.paper")
    p.add_argument("folder", type=Path)
    folder = p.parse_args(argv).folder
    file = folder / "lstm.pdf"
    try:
        engine()  # before the gradients are measured, which takes seconds
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

"""python -m gatelab.gallery docs      makes docs/cells and docs/tasks; ``make docs`` does."""

import argparse
import sys
from pathlib import Path

from . import cell_pages, task_pages
from .writing import write

PARTS = {"cells": cell_pages.pages, "tasks": task_pages.pages}


def main(argv=None):
    """Write the pages that have changed, and report them."""
    p = argparse.ArgumentParser(prog="python -m gatelab.gallery", description=(__doc__ or "")[4:])
    p.add_argument("folder", type=Path)
    folder = p.parse_args(argv).folder
    try:
        for part, pages in PARTS.items():
            print(f"{folder / part}: {report(write(folder / part, pages()))}")
    except OSError as error:
        print(f"error: cannot write {folder}: {error.strerror}; name a folder", file=sys.stderr)
        return 2
    return 0


def report(written):
    """A line that says what was written and removed."""
    said = f"{len(written.changed)} files written, {len(written.removed)} removed"
    left = sorted({name.partition(".")[0] for name in written.left})
    return f"{said}; left, for their data is not here: {', '.join(left)}" if left else said


if __name__ == "__main__":
    sys.exit(main())

"""python -m gatelab.gallery docs/cells      makes the gallery; ``make docs`` does."""

import argparse
import sys
from pathlib import Path

from .cell_pages import pages, write


def main(argv=None):
    """Writes what has changed, and says what that was."""
    p = argparse.ArgumentParser(prog="python -m gatelab.gallery", description=(__doc__ or "")[4:])
    p.add_argument("folder", type=Path)
    folder = p.parse_args(argv).folder
    made = pages()
    try:
        written, removed = write(folder, made)
    except OSError as error:
        print(f"error: cannot write {folder}: {error.strerror}; name a folder", file=sys.stderr)
        return 2
    cells = sum(name.endswith(".svg") for name in made)
    print(f"{folder}: {cells} cells, {len(written)} files written, {len(removed)} removed")
    return 0


if __name__ == "__main__":
    sys.exit(main())

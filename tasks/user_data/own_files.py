"""The user's own files: derive a task name, bound the memory they take."""

import re
from pathlib import Path

ROOM = 2**31  # most bytes of the sequences made from one file


def name_of(path: Path) -> str:
    """A task name made from the file's: letters, digits and _ only, safe in files and databases."""
    name = re.sub(r"\W", "_", path.stem)
    return name if name.isidentifier() else f"_{name}"

"""Compiled helpers are forgotten when any of their sources changes.

Numba watches the file of a function that it caches, not the files whose functions are inlined into
it: an edit of registers.py would leave the old products in use.
"""

import hashlib
from functools import cache
from pathlib import Path

import numba

from gatelab.variants.language import operations

HERE = Path(__file__).parents[1] / "primitives"
#: Folders all of whose files are inlined into kernels, or decide what is.
FOLDERS = (HERE, Path(operations.__file__).parent)


def helpers():
    """The files whose functions Numba caches or inlines."""
    return [file for folder in FOLDERS for file in sorted(folder.glob("*.py"))]


@cache
def fingerprint():
    """Hash of all that is inlined into a kernel, and of Numba's version."""
    sources = "".join(file.read_text() for file in helpers())
    return hashlib.sha256(f"{numba.__version__}\n{sources}".encode()).hexdigest()


def forget_stale(*folders):
    """Delete what Numba has cached of the helpers if they are no longer what it was made from."""
    for folder in folders or [folder / "__pycache__" for folder in FOLDERS]:
        _forget_stale(folder)


def _forget_stale(folder):
    note = folder / "helpers.sha256"
    try:
        if note.exists() and note.read_text() == fingerprint():
            return
        folder.mkdir(exist_ok=True)
        for helper in helpers():
            for old in folder.glob(f"{helper.stem}.*.nb[ic]"):
                old.unlink(missing_ok=True)
        note.write_text(fingerprint())
    except OSError:  # a folder that cannot be written holds a package that does not change
        return

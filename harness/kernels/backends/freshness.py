"""Compiled helpers are forgotten when any of their sources changes.

Numba watches the file of a function that it caches, not the files whose functions are inlined into
it: an edit of registers.py would leave the old products in use.
"""

import hashlib
from functools import cache
from pathlib import Path

import numba

HERE = Path(__file__).parents[1] / "primitives"
HELPERS = (
    "columns.py", "masks.py", "options.py", "products.py", "reductions.py", "registers.py",
    "scalar.py", "scalar32.py", "tiled.py",
)  # fmt: skip


@cache
def fingerprint():
    """Hash of all that is inlined into a kernel, and of Numba's version."""
    sources = "".join((HERE / name).read_text() for name in HELPERS)
    return hashlib.sha256(f"{numba.__version__}\n{sources}".encode()).hexdigest()


def forget_stale(folder=HERE / "__pycache__"):
    """Delete what Numba has cached of the helpers if they are no longer what it was made from."""
    note = folder / "helpers.sha256"
    try:
        if note.exists() and note.read_text() == fingerprint():
            return
        folder.mkdir(exist_ok=True)
        for helper in HELPERS:
            for old in folder.glob(f"{Path(helper).stem}.*.nb[ic]"):
                old.unlink(missing_ok=True)
        note.write_text(fingerprint())
    except OSError:  # a folder that cannot be written holds a package that does not change
        return

"""Read the arrays of an .npz file, or refuse it with a reason."""

import zlib
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from gatelab.foundation.errors import unknown

from ..framework.errors import TaskError

HELD = ("x", "y", "lengths", "kind", "labels")
_HABITS = {"X": "x", "Y": "y"}


def arrays_of(file: Path) -> dict[str, Any]:
    """Read x, y and, if present, lengths, kind and labels. Nothing is unpickled.

    X and Y, as scikit-learn writes them, are x and y.

    Returns:
        {name: array}.

    Raises:
        TaskError: the file is broken, has an array of another name, or lacks x or y.
    """
    try:
        with file.open("rb") as opened:  # NumPy does not close a broken file
            arrays: dict[str, Any] = {**np.load(opened, allow_pickle=False)}
    except (ValueError, TypeError, EOFError, OSError, BadZipFile, zlib.error) as error:
        complaint = "is no .npz file, or a broken one; write it with numpy.savez"
        if "Object arrays" in str(error):
            complaint = (
                "holds Python objects, which are not unpickled; pad x to one length with NaN, and "
                "save words as np.array(y, str)"
            )
        raise TaskError(complaint) from None
    arrays = {_HABITS.get(name, name): array for name, array in arrays.items()}
    for name in arrays:
        if name not in HELD:
            raise unknown("array", name, HELD, TaskError)
    missing = [name for name in ("x", "y") if name not in arrays]
    if missing:
        raise TaskError(f"holds no array {missing[0]!r}; write it with numpy.savez(path, x=x, y=y)")
    return arrays

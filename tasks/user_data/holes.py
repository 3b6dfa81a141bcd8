"""Missing values within sequences of numbers."""

import numpy as np

from ..framework.errors import TaskError

FILLS = ("interpolate", "previous")


def filled(
    x: np.ndarray, alive: np.ndarray, fill: str | None
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Fill NaN, each input of each sequence on its own, and say how many there were.

    Args:
        x: (N, T, D).
        alive: (N, T) bool, the steps before each end.
        fill: "interpolate", in a straight line between the values on both sides, "previous", or
            None to leave them. At a beginning, and at an end, the nearest value is taken.

    Raises:
        TaskError: another word, or an input of a sequence that has no value at all.
    """
    import pandas as pd

    if fill is None:
        return x, ()
    if fill not in FILLS:
        raise TaskError(f"fill must be 'interpolate' or 'previous', got {fill!r}")
    holes = np.isnan(x) & alive[..., None]
    x = x.copy()
    for i in np.flatnonzero(holes.any((1, 2))):
        frame = pd.DataFrame(x[i, alive[i]])
        frame = frame.interpolate() if fill == "interpolate" else frame.ffill()
        x[i, alive[i]] = frame.ffill().bfill()
    left = np.argwhere(np.isnan(x) & alive[..., None])
    if len(left):
        raise TaskError(f"input {left[0][2]} of sequence {left[0][0]} holds no value; leave it out")
    how = {"interpolate": "between their neighbours", "previous": "with the value before"}[fill]
    return x, (f"{holes.sum()} missing values of x were filled {how}",) if holes.any() else ()

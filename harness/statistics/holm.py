"""Several comparisons at once: Holm's adjustment."""

import numpy as np


def holm(p):
    """Adjusted p: below alpha at all, with probability at most alpha if nothing differs.

    Args:
        p: (m,); a NaN is a comparison of which nothing can be said. It counts as one (as p = 1)
            and stays NaN.

    Returns:
        (m,), in the order given, at most 1.

    Holm (1979), Scand. J. Statist. 6:65-70.
    """
    p = np.asarray(p, dtype=float)
    counted = np.where(np.isnan(p), 1.0, p)
    order = np.argsort(counted, kind="stable")
    steps = counted[order] * np.arange(len(p), 0, -1)
    adjusted = np.empty_like(counted)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(steps))
    return np.where(np.isnan(p), np.nan, adjusted)

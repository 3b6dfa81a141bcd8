"""Which draws are compared: the better half, chosen alike for both cells."""

import numpy as np


def better_half(first, second):
    """The half of the shared draws whose better validation loss is lowest.

    The choice is the same when the two cells are swapped. So two equal cells stay exchangeable
    within it, which they are not within the best draws of either alone.

    Args:
        first, second: (n,), validation losses (lower is better) of the same draws, infinite for a
            failed trial.

    Returns:
        (n // 2,), indices, best first. Equal losses stay in the order given; a draw that failed in
        both is last of all.
    """
    better = np.minimum(first, second)
    return np.argsort(better, kind="stable")[: len(better) // 2]

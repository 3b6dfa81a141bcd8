"""Which draws are compared: the better ones, chosen alike for both cells."""

import numpy as np

KEPT = 2  # one draw of so many is kept


def best_shared(first, second, number):
    """The shared draws whose better validation loss is lowest.

    The choice is the same when the two cells are swapped. So two equal cells stay exchangeable
    within it, which they are not within the best draws of either alone.

    Args:
        first, second: (n,), validation losses (lower is better) of the same draws, infinite for a
            failed trial.

    Returns:
        (number,), indices, best first. Equal losses stay in the order given; a draw that failed in
        both is last of all.
    """
    return np.argsort(np.minimum(first, second), kind="stable")[:number]

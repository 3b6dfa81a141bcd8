"""Which draws are compared: the better ones, chosen alike for both cells."""

import numpy as np


def better_half(first, second):
    """The half of the shared draws that is kept for the decision: (n // 2,), indices, best first.

    ``best_shared`` says how they are ordered.
    """
    return best_shared(first, second, len(first) // 2)


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

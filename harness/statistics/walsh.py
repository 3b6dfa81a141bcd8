"""Walsh averages of differences, the averages of all pairs of them, by rank.

Of n differences there are n (n + 1) / 2. Up to a thousand they are made and sorted. Of more, one of
a rank is found by halving an interval and counting how many averages lie below.

Averages stand twice here. Of one infinity and its opposite, one copy stands at either end: they are
evidence for both sides alike, as in the signed-rank test.
"""

import numpy as np

FEW = 1000  # 1000 differences: 500,000 averages, 24 MB on the way


def at_ranks(d, ranks):
    """The Walsh averages, each standing twice, of these ranks.

    Args:
        d: (n,), without NaN.
        ranks: counted from 0, below n (n + 1); from the end if negative.

    Returns:
        list of numbers; of more than ``FEW`` differences, exact to 1e-15 of the largest difference.
    """
    if len(d) <= FEW:
        return [float(average) for average in walsh(d)[list(ranks)]]
    finite = np.sort(d[np.isfinite(d)])
    below, above = np.sum(d == -np.inf), np.sum(d == np.inf)
    lowest, highest = _copies(finite, below, above), _copies(finite, above, below)
    total = len(d) * (len(d) + 1)
    return [_at(finite, rank % total, lowest, highest, total) for rank in ranks]


def walsh(d):
    """(n (n + 1),), all of them, sorted."""
    rows, columns = np.triu_indices(len(d))
    with np.errstate(invalid="ignore"):
        averages = (d[rows] + d[columns]) / 2
    opposed = np.isnan(averages)
    upper = np.where(opposed, np.inf, averages)
    lower = np.where(opposed, -np.inf, averages)
    return np.sort(np.concatenate([lower, upper]))


def _copies(finite, here, there):
    """How many averages are the infinity that ``here`` differences are, ``there`` the other."""
    return int(2 * here * len(finite) + here * (here + 1) + here * there)


def _at(finite, rank, lowest, highest, total):
    if rank < lowest:
        return -np.inf
    if rank >= total - highest:
        return np.inf
    return _halved(finite, (rank - lowest) // 2)


def _halved(d, rank):
    """The average of this rank among those of sorted finite differences, each standing once."""
    low, high = np.nextafter(d[0], -np.inf), d[-1]
    near = 1e-15 * max(abs(low), abs(high))
    while high / 2 - low / 2 > near:
        middle = low / 2 + high / 2
        if _up_to(d, middle) > rank:
            high = middle
        else:
            low = middle
    partners = np.searchsorted(d, 2 * high - d, side="right") - 1
    return float(np.max((d + d[partners])[partners >= 0] / 2))


def _up_to(d, bound):
    """How many averages of two, or of one with itself, are at most ``bound``."""
    partners = np.searchsorted(d, 2 * bound - d, side="right")
    itself = np.searchsorted(d, bound, side="right")
    return (int(partners.sum()) + int(itself)) // 2

"""Exact simultaneous limits for a distribution function, without an assumption on its form.

The i-th smallest of n independent draws lies at a quantile that is Beta(i, n + 1 - i) distributed,
whatever the distribution. A band takes the central part of all n Beta distributions, of one size,
chosen so that all n limits hold together: opda's band "ld_equal_tailed" (Learned-Miller and
DeStefano, 2008; Lourie, Cho and He, 2024, arXiv 2311.09480). opda finds that size by simulating
100,000 samples; here it is computed, which is exact, the same each time, and some 30 times as fast.
"""

import functools

import numpy as np
from opda import utils
from scipy.optimize import brentq
from scipy.stats import poisson

from .tables import check_confidence


@functools.cache
def band(n, confidence=0.95):
    """Limits for the distribution function at each of n sorted draws.

    Holds with ties too, where it is wider than it need be. CPU: 0.06 s for 40 draws, 0.2 s for
    200, 1.4 s for 1,000, once per process.

    Args:
        n: draws.
        confidence: that all limits hold together, 0 to 1.

    Returns:
        low (n,), high (n,): the quantile of the i-th smallest draw lies between low[i] and high[i],
        for all i together.

    Raises:
        StudyError: a confidence that is not between 0 and 1.
    """
    check_confidence(confidence)
    ranks = np.arange(1, n + 1)

    def limits(outside):
        return utils.beta_equal_tailed_interval(ranks, n + 1 - ranks, 1 - outside)

    def excess(outside):
        return coverage(*limits(outside)) - confidence

    # Together they hold less often than one alone, and more often than Bonferroni says.
    alone = 1 - confidence
    low, high = limits(brentq(excess, alone / (2 * n), min(2 * alone, 1.0), xtol=1e-9))
    for each in (low, high):  # kept for the next caller
        each.setflags(write=False)
    return low, high


def coverage(low, high):
    """The probability that n sorted uniform draws all lie between their limits.

    Follows the number of draws below t as t goes from 0 to 1. It is a Poisson process that ends
    with n draws; at a limit, the paths that break it are struck out (Moscovich and Nadler, 2017,
    Statistics and Probability Letters 123).

    Args:
        low, high: (n,), rising.
    """
    n = len(low)
    ranks = np.arange(1, n + 1)
    times, rank = np.concatenate([low, high]), np.concatenate([ranks, ranks])
    upper = np.repeat([False, True], n)
    paths, last = np.eye(1, n + 1)[0], 0.0
    for k in np.argsort(times, kind="stable"):
        paths, last = _advance(paths, times[k] - last), times[k]
        if upper[k]:
            paths[: rank[k]] = 0.0  # by now the draw of this rank must have come
        else:
            paths[rank[k] :] = 0.0  # until now it must not
    return _advance(paths, 1 - last)[n] / poisson.pmf(n, n)


def _advance(paths, time):
    n = len(paths) - 1
    mean = n * time
    most = min(n, int(mean + 12 * np.sqrt(mean)) + 25)  # more draws at once: less than 1e-20
    return np.convolve(paths, poisson.pmf(np.arange(most + 1), mean))[: n + 1]

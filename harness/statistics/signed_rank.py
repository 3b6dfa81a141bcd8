"""Wilcoxon's signed-rank test, exact with ties and zeros."""

from functools import lru_cache

import numpy as np
from scipy.special import ndtr, ndtri

from .steps import largest, told_apart

#: Up to so many signed differences the distribution is enumerated; above, it is taken as normal.
EXACT = 200


def signed_rank(differences, alternative="two-sided"):
    """The p of Wilcoxon's signed-rank test: are the differences symmetric about zero?

    The sum of the ranks of the positive differences is held against its distribution when every
    sign is flipped by a fair coin, given the absolute differences. So p is exact with tied
    differences, which share their mean rank. Infinite differences rank highest, all alike.

    Zeros take the lowest ranks and no sign (Pratt 1959, JASA 54:655-667), rather than being dropped
    before ranking. Only so is the statistic the sum of the signs of all Walsh averages, which never
    moves the wrong way when all differences are shifted. Intervals and tests of equality need that.

    Args:
        differences: (n,), paired differences without NaN.
        alternative: "two-sided", "greater" (than zero) or "less".

    Returns:
        p, 1 if no difference has a sign.
    """
    d, ranks = _ranked(differences)
    signed = np.sort(ranks[d != 0])
    above = ranks[d > 0].sum()
    greater = _tail(signed, above)  # P(at least so much above zero)
    less = _tail(signed, signed.sum() - above)
    return {"greater": greater, "less": less, "two-sided": min(1.0, 2 * min(greater, less))}[
        alternative
    ]


def critical(pairs, alpha=0.05):
    """The largest rank sum c with P(rank sum of either sign <= c) <= alpha / 2; -1 if none.

    For ``pairs`` differences without ties or zeros. Below 6 pairs there is none at 5%.
    """
    if pairs > EXACT:
        mean, deviation = _moments(2 * np.arange(1, pairs + 1))
        return int(np.floor((mean + deviation * ndtri(alpha / 2) - 1) / 2))
    cumulated = np.cumsum(_distribution(tuple(2 * np.arange(1, pairs + 1)))[::2])
    return int(np.searchsorted(cumulated, alpha / 2 * (1 + 1e-12), side="right")) - 1


def attainable(differences, alpha=0.05):
    """The exact two-sided level, given the absolute differences: the largest p up to ``alpha``.

    The fewer differences have a sign, and the more are tied, the fewer values p can take.
    """
    d, ranks = _ranked(differences)
    cumulated = np.cumsum(_distribution(tuple(np.sort(ranks[d != 0]))))
    below = np.searchsorted(cumulated, alpha / 2 * (1 + 1e-12), side="right")
    return float(2 * cumulated[below - 1]) if below else 0.0


def _ranked(differences):
    """The differences, with ties as decimals have them, and doubled ranks of their sizes."""
    d = np.asarray(differences, dtype=float)
    d = told_apart(d, largest(d))
    sizes = np.abs(d)
    ordered = np.sort(sizes)  # tied sizes have the mean of their ranks; doubled, it is an integer
    return d, ordered.searchsorted(sizes) + ordered.searchsorted(sizes, side="right") + 1


def _tail(ranks, at_least):
    """P(sum of the ranks that fair coins pick >= at_least), for doubled ranks."""
    if len(ranks) <= EXACT:
        return float(min(1.0, _distribution(tuple(ranks))[at_least:].sum()))
    mean, deviation = _moments(ranks)
    return float(ndtr((mean + 1 - at_least) / deviation))  # less 1: continuity, half a rank


def _moments(ranks):
    """Mean and standard deviation of the sum; mean ranks carry the correction for ties."""
    return ranks.sum() / 2, np.sqrt((ranks.astype(float) ** 2).sum()) / 2


@lru_cache(maxsize=512)
def _distribution(ranks):
    """(sum + 1,), the probability of every sum of the ranks that fair coins pick."""
    probability = np.zeros(sum(ranks) + 1)
    probability[0], reached = 1.0, 0
    for rank in ranks:
        flipped = probability[: reached + 1] / 2
        probability[: reached + 1] = flipped
        probability[rank : rank + reached + 1] += flipped
        reached += rank
    return probability

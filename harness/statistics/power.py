"""What could a study have seen, and how many draws would it need?"""

from math import ceil

import numpy as np
from scipy.special import ndtr, ndtri

from .fewest import ALPHA, least_pairs
from .selection import KEPT
from .signed_rank import critical

POWER = 0.8
REPEATS = 500  # resampled studies: the smallest visible difference is right to about 3%
RESAMPLED = 30  # pairs; more are extrapolated by the square root of their number


def smallest_visible(differences, pairs=None, comparisons=1, alpha=ALPHA, power=POWER):
    """The true difference that is found in ``power`` of such studies, at level alpha / comparisons.

    It is exact for the study's own spread: differences are drawn again from those that were seen,
    centred, with random signs. A shift is found once it exceeds minus the lower end of the
    Hodges-Lehmann interval, so the answer is a quantile of that end over the resampled studies.
    For normal differences of many pairs this is the 2.8 s / sqrt(n) of textbooks.

    Args:
        differences: (n,), those of the kept draws, without NaN.
        pairs: number of pairs of the study in question; that of this one if None.
        comparisons: variants in Holm's adjustment. Holm's first and strictest step is assumed.

    Returns:
        a difference in the unit given; infinite if no difference can be seen, NaN if the spread is
        unknown: fewer than two differences, or all of them zero.
    """
    d = np.asarray(differences, dtype=float)
    pairs = len(d) if pairs is None else pairs
    if len(d) < 2 or not d.any():
        return np.nan
    tried = min(pairs, RESAMPLED)
    c = critical(tried, alpha / comparisons)
    if c < 0:
        return np.inf
    ends = np.sort(-_low_ends(_centred(d), tried, c))
    return float(ends[ceil(power * REPEATS) - 1] * np.sqrt(tried / pairs))


def power_in_theory(shift, deviation, pairs, alpha=ALPHA):
    """The power of the signed-rank test on normal differences, for many pairs.

    Its efficiency beside the t test is 3 / pi (Lehmann 1975, Nonparametrics, chapter 4).
    """
    away = abs(shift) / deviation * np.sqrt(pairs * 3 / np.pi)
    return float(ndtr(away + ndtri(alpha / 2)) + ndtr(ndtri(alpha / 2) - away))


def equality_in_theory(margin, deviation, pairs, alpha=ALPHA):
    """How often equal cells pass both one-sided signed-rank tests, as in ``power_in_theory``."""
    away = margin / deviation * np.sqrt(pairs * 3 / np.pi)
    return float(max(0.0, 2 * ndtr(away + ndtri(alpha)) - 1))


def draws_to_see(differences, target, comparisons=1, share=KEPT, alpha=ALPHA, power=POWER):
    """Draws with which a difference of ``target`` is seen in ``power`` of the studies.

    Returns:
        a number of draws, of which one of ``share`` is kept; NaN if the spread or the target gives
        no answer.
    """
    seen = smallest_visible(differences, RESAMPLED, comparisons, alpha, power)
    if not (target > 0 and np.isfinite(seen)):
        return np.nan
    pairs = RESAMPLED * (seen / target) ** 2
    return float(share * max(ceil(pairs), least_pairs(comparisons, alpha)))


def draws_needed(differences, target, comparisons=1, share=KEPT, alpha=ALPHA, power=POWER):
    """Draws with which a difference of ``target`` is seen, and none is called equal.

    Both in ``power`` of the studies, with ``target`` as the margin of equality; as for
    ``draws_to_see``.
    """
    level = alpha / comparisons
    differing = ndtri(power) - ndtri(level / 2)
    equal = ndtri((1 + power) / 2) - ndtri(level)
    harder = max(1, equal / differing)  # equality needs more pairs than a difference of its margin
    return draws_to_see(differences, target / harder, comparisons, share, alpha, power)


def _centred(d):
    """The differences about their median; widened for the degree of freedom that it takes."""
    finite = d[np.isfinite(d)]
    middle = np.median(finite) if len(finite) else 0.0
    return (d - middle) * np.sqrt(len(d) / (len(d) - 1))


def _low_ends(d, pairs, c):
    """(REPEATS,), lower ends of the intervals of resampled studies without a difference."""
    rng = np.random.default_rng(0)
    drawn = rng.choice(d, (REPEATS, pairs)) * rng.choice([-1.0, 1.0], (REPEATS, pairs))
    rows, columns = np.triu_indices(pairs)
    with np.errstate(invalid="ignore"):
        averages = (drawn[:, rows] + drawn[:, columns]) / 2
    averages[np.isnan(averages)] = -np.inf  # opposite infinities: the cautious side
    return np.partition(averages, c, axis=1)[:, c]

"""Many cells on many tasks by their ranks: Friedman's test and what Demsar (2006) builds on it.

Demsar (2006), "Statistical Comparisons of Classifiers over Multiple Data Sets", JMLR 7:1-30.
"""

from typing import NamedTuple

import numpy as np

# scipy.stats takes as long to load as all of pandas, and a study of one task needs none of it:
# each function imports what it takes from there.


class Friedman(NamedTuple):
    """Do the average ranks differ? NaN where there is nothing to test."""

    chi2: float
    p_chi2: float
    f: float  # Iman and Davenport's, which is less conservative
    p_f: float


def ranks_of(table):
    """(tasks, variants), ranks within each task: 1 is the lowest loss, ties share their mean."""
    from scipy.stats import rankdata

    return rankdata(table, axis=1)


def friedman(ranks, ties=True):
    """Friedman's chi squared, and the F of Iman and Davenport (1980).

    Args:
        ranks: (tasks, variants), within each task.
        ties: correct for ties, as scipy does. Demsar prints figures without the correction.

    Returns:
        a ``Friedman``; NaN for fewer than two tasks or variants, or if all ranks are tied.
    """
    from scipy.stats import chi2 as chi_squared
    from scipy.stats import f as fisher

    n, k = ranks.shape
    if n < 2 or k < 2 or np.ptp(ranks) == 0:
        return Friedman(np.nan, np.nan, np.nan, np.nan)
    spread = (ranks**2).sum() / n - k * (k + 1) ** 2 / 4 if ties else k * (k**2 - 1) / 12
    between = ((ranks.mean(axis=0) - (k + 1) / 2) ** 2).sum()
    chi2 = n * (k - 1) * between / spread
    left = n * (k - 1) - chi2  # 0 if all tasks agree
    f = (n - 1) * chi2 / left if left > 1e-9 else np.inf
    p_f = fisher.sf(f, k - 1, (k - 1) * (n - 1))
    return Friedman(float(chi2), float(chi_squared.sf(chi2, k - 1)), float(f), float(p_f))


def critical_difference(variants, tasks, alpha=0.05):
    """Nemenyi's: average ranks further apart than this differ, for all pairs at once.

    q sqrt(k (k + 1) / 6 N), with q of the studentized range over sqrt(2): 2.569 for four variants.
    """
    from scipy.stats import studentized_range

    q = studentized_range.isf(alpha, variants, np.inf) / np.sqrt(2)
    return float(q * np.sqrt(variants * (variants + 1) / (6 * tasks)))


def groups(ranks, critical):
    """The bars of a critical-difference diagram: variants that it does not tell apart.

    Args:
        ranks: (k,), average ranks, sorted.
        critical: Nemenyi's critical difference.

    Returns:
        list of (first, last), places in ``ranks``; none lies within another, none holds one only.
    """
    if np.isnan(critical):
        return []
    ranks = np.asarray(ranks, dtype=float)
    last = np.searchsorted(ranks, ranks + critical, side="right") - 1
    return [
        (first, int(end))
        for first, end in enumerate(last)
        if end > first and (first == 0 or end > last[first - 1])
    ]

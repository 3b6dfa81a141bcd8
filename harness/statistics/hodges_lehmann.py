"""The size of a difference: Hodges and Lehmann's estimate with its interval."""

from typing import NamedTuple

import numpy as np

from .signed_rank import critical
from .walsh import at_ranks


class Estimate(NamedTuple):
    """A difference and its interval; the ends may be infinite."""

    difference: float
    low: float
    high: float

    def times(self, sign):
        """With every sign turned if ``sign`` is -1, which swaps the ends."""
        turned = sorted((sign * self.low + 0.0, sign * self.high + 0.0))  # + 0.0: no -0.0
        return Estimate(sign * self.difference + 0.0, *turned)


def hodges_lehmann(differences, confidence=0.95):
    """The median of the Walsh averages, and the shifts that the signed-rank test does not reject.

    With fewer than 6 differences nothing is rejected at 5%, so the interval is the whole line.
    Scores in steps, such as an accuracy, have ties, and the true difference may be a step itself:
    the interval is closed and by the distribution without ties, so it then covers more often than
    it says, and it may touch zero although p is below alpha.

    Args:
        differences: (n,), without NaN; infinite ones count as larger than any number.
        confidence: of the interval.

    Returns:
        an ``Estimate``; all NaN if there is no difference. The estimate is infinite if more than
        half of the averages are.

    Hodges and Lehmann (1963), Ann. Math. Statist. 34:598-611.
    """
    d = np.asarray(differences, dtype=float)
    if not len(d):
        return Estimate(np.nan, np.nan, np.nan)
    inside, half = 2 * (critical(len(d), 1 - confidence) + 1), len(d) * (len(d) + 1) // 2
    *middle, low, high = at_ranks(d, [half - 1, half, inside - 1, -inside])
    ends = (low, high) if inside else (-np.inf, np.inf)
    return Estimate(_between(*middle), *ends)


def _between(low, high):
    """Their mean; zero between opposite infinities."""
    if np.isinf(low) and np.isinf(high) and low != high:
        return 0.0
    return float((low + high) / 2)

"""Tuning curves: what a cell reaches when the best of m draws is taken, for every m.

They answer which cell is better for a given budget of tuning (Dodge et al., 2019, "Show Your
Work"). For independent draws only: random search, not TPE.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from opda.nonparametric import EmpiricalDistribution

from ..errors import StudyError
from .bands import band
from .tables import as_losses, sign


@dataclass(frozen=True)
class TuningCurve:
    """The tuning curve of one cell, in the metric's unit; arrays (n,), for m = 1 to n.

    Attributes:
        m: draws among which validation picks the best.
        estimate: expected test score of the draw that is picked, without bias for every m. Infinite
            up to m = ``failed``, since all m draws may have failed.
        median: the median of the same; finite for smaller m.
        low, high: band around the median of the best test score among m draws, exact for the whole
            curve at once. The best by test is better than the pick by validation, so the better
            side bounds both; the worse side is for the former only. Infinite where the draws say
            nothing.
        reach: the largest m at which both sides of the band are finite, 0 if there is none.
            Beyond it nothing is known.
        draws: n.
        failed: how many of them failed.
        confidence: of the band.
    """

    m: np.ndarray
    estimate: np.ndarray
    median: np.ndarray
    low: np.ndarray
    high: np.ndarray
    reach: int
    draws: int
    failed: int
    confidence: float

    def frame(self, cost=None):
        """The curve as a frame: ``m, estimate, median, low, high``, and ``cost`` if it is given.

        Cells of different cost are compared fairly along that column: what m draws take.

        Args:
            cost: of one draw on average, such as the seconds of a trial.
        """
        columns = ("m", "estimate", "median", "low", "high")
        found = pd.DataFrame({name: getattr(self, name) for name in columns})
        return found if cost is None else found.assign(cost=self.m * cost)


def tuning_curve(valid, test, direction="minimize", confidence=0.95):
    """The tuning curve of one cell.

    Args:
        valid, test: (n,), scores of independent draws; a failed trial is NaN or infinite.
        direction: of the metric.
        confidence: of the band.

    Raises:
        StudyError: no draws, or not as many test as validation scores.
    """
    back = sign(direction)
    valid, test = as_losses(valid, direction), as_losses(test, direction)
    if valid.ndim != 1 or valid.shape != test.shape or not len(valid):
        raise StudyError(
            f"a tuning curve needs a validation and a test score per draw, "
            f"not shapes {valid.shape} and {test.shape}"
        )
    failed = np.isinf(valid) | np.isinf(test)
    valid, test = np.where(failed, np.inf, valid), np.where(failed, np.inf, test)
    order = np.argsort(valid, kind="stable")
    weights = pick_weights(valid[order])
    low, high = best_of(test, confidence)
    known = np.isfinite(low) & np.isfinite(high)
    n = len(test)
    return TuningCurve(
        m=np.arange(1, n + 1),
        estimate=back * _mean(weights, test[order]),
        median=back * _median(weights, test[order]),
        low=back * (low if back > 0 else high),
        high=back * (high if back > 0 else low),
        reach=int(np.flatnonzero(known).max() + 1) if known.any() else 0,
        draws=n,
        failed=int(failed.sum()),
        confidence=confidence,
    )


def tuning_curves(draws, direction="minimize", confidence=0.95):
    """The tuning curve of every cell of a task.

    Args:
        draws: frame of one task, ``variant, draw, valid, test, state``.

    Returns:
        {variant: TuningCurve}, in the order of their first rows.
    """
    done = draws.assign(valid=draws.valid.where(draws.state == "complete"))
    return {
        variant: tuning_curve(rows.valid, rows.test, direction, confidence)
        for variant, rows in done.groupby("variant", sort=False)
    }


def pick_weights(valid):
    """The probability that a draw is the best of m, taken from n without putting back.

    C(n - i, m - 1) / C(n, m) for the i-th best; draws with equal scores share their part.

    Args:
        valid: (n,), losses, sorted.

    Returns:
        (n, n): row m - 1 for m draws; each row adds up to 1.
    """
    n = len(valid)
    i = np.arange(1, n + 1)
    m = i[:, None]
    # Ratio of neighbours: C(n - i, m - 1) / C(n - i + 1, m - 1) = (n - i + 2 - m) / (n - i + 1).
    steps = np.where(i > 1, np.maximum(n - i + 2 - m, 0) / (n - i + 1), m / n)
    weights = np.cumprod(steps, axis=1)
    _, tie, size = np.unique(valid, return_inverse=True, return_counts=True)
    shared = np.add.reduceat(weights, np.cumsum(size) - size, axis=1) / size
    return shared[:, tie]


def _mean(weights, test):
    return np.where(weights > 0, weights * np.where(weights > 0, test, 0), 0).sum(axis=1)


def _median(weights, test):
    order = np.argsort(test, kind="stable")
    below = np.cumsum(weights[:, order], axis=1)
    # A hair below one half, so that rounding of the sum moves nothing.
    return test[order][np.argmax(below >= 0.5 - 1e-12, axis=1)]


def best_of(loss, confidence):
    """Band around the median of the smallest of m losses, m = 1 to n.

    Args:
        loss: (n,), of independent draws; infinite if failed.
        confidence: that the whole band holds.

    Returns:
        low (n,), high (n,), minus or plus infinity where nothing is known.
    """
    n = len(loss)
    low, high = band(n, confidence)
    ends = np.concatenate([[-np.inf], np.sort(loss), [np.inf]])
    # The distribution function can be as large as the next draw's upper limit, as small as the last
    # draw's lower limit.
    upper = EmpiricalDistribution(ends, ws=np.diff([0, *high, 1, 1]))
    lower = EmpiricalDistribution(ends, ws=np.diff([0, 0, *low, 1]))
    m = np.arange(1, n + 1)
    return tuple(each.quantile_tuning_curve(m, minimize=True) for each in (upper, lower))

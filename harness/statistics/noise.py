"""How much do two trainings of the same draw differ by their seed alone?"""

from typing import NamedTuple

import numpy as np


class Noise(NamedTuple):
    """The seed noise of a trial."""

    deviation: float  # standard deviation of one trial's score, in the metric's unit
    pairs: int  # of trainings that it was measured with
    failed: int  # further pairs of which one training failed or both


def noise_of(first, again):
    """The standard deviation of a trial's score over seeds, from draws trained twice.

    The mean of the squared differences is twice the variance of one score.

    Args:
        first, again: (n,), test scores of the same draws, not finite where a training failed. A
            failed one is no number, so its pair is counted and not used.

    Returns:
        a ``Noise``; its deviation is NaN if no pair has two scores.
    """
    first, again = np.asarray(first, dtype=float), np.asarray(again, dtype=float)
    trained = np.isfinite(first) & np.isfinite(again)
    used = first[trained] - again[trained]
    deviation = float(np.sqrt(np.mean(used**2) / 2)) if len(used) else np.nan
    return Noise(deviation, len(used), len(first) - len(used))

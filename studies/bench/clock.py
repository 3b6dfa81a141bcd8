"""Timing in pairs, one run right after the other, so that other load affects both alike."""

import time
from typing import NamedTuple

import numpy as np

LEAST = 0.02  # seconds in one sample of a pair


class Pairs(NamedTuple):
    """Medians over pairs: the ratio own / rival, and the CPU seconds of one call, all threads."""

    ratio: float
    own: float
    rival: float


def seconds(run, times=1):
    """CPU seconds of one call, averaged over several in a row."""
    started = time.process_time()
    for _ in range(times):
        run()
    return (time.process_time() - started) / times


def repeats(run):
    """The number of calls that make a sample; also warms up."""
    run()
    return max(1, round(LEAST / max(min(seconds(run), seconds(run)), 1e-6)))


def interleaved(own, rival, n):
    """Time two functions in n pairs; each comes first in every other pair.

    Returns:
        ``Pairs``. The ratio is the median of the pairs' ratios, which other load hardly changes.
    """
    times = {own: repeats(own), rival: repeats(rival)}
    taken = []
    for k in range(n):
        order = (own, rival) if k % 2 else (rival, own)
        took = {run: seconds(run, times[run]) for run in order}
        taken.append((took[own] / took[rival], took[own], took[rival]))
    return Pairs(*np.median(taken, axis=0).tolist())

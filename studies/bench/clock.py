"""Pairs of runs, one right after the other: whatever else the machine does falls on both."""

import time
from typing import NamedTuple

import numpy as np

LEAST = 0.02  # seconds in one sample of a pair


class Pairs(NamedTuple):
    """Medians over pairs: own over rival; seconds of one call of each, the CPU's, all threads."""

    ratio: float
    own: float
    rival: float


def seconds(run, times=1):
    """CPU seconds of one call, from several in a row."""
    started = time.process_time()
    for _ in range(times):
        run()
    return (time.process_time() - started) / times


def repeats(run):
    """How many calls make a sample; warms up on the way."""
    run()
    return max(1, round(LEAST / max(min(seconds(run), seconds(run)), 1e-6)))


def interleaved(own, rival, n):
    """Time two functions in n pairs, each first in every other pair.

    Returns:
        Pairs. The ratio is the median of the pairs' ratios, which a busy machine hardly moves.
    """
    times = {own: repeats(own), rival: repeats(rival)}
    taken = []
    for k in range(n):
        order = (own, rival) if k % 2 else (rival, own)
        took = {run: seconds(run, times[run]) for run in order}
        taken.append((took[own] / took[rival], took[own], took[rival]))
    return Pairs(*np.median(taken, axis=0).tolist())

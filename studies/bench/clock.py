"""Timing in pairs, one run right after the other, so that other load affects both alike."""

import time

import numpy as np

LEAST = 0.02  # seconds in one sample of a pair


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
        own's time as a multiple of rival's: the median over pairs, which other load hardly changes.
    """
    times = {own: repeats(own), rival: repeats(rival)}
    ratios = []
    for k in range(n):
        order = (own, rival) if k % 2 else (rival, own)
        took = {run: seconds(run, times[run]) for run in order}
        ratios.append(took[own] / took[rival])
    return float(np.median(ratios))

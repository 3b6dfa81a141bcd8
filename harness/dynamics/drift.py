"""Drift: the size of the states along a sequence."""

from dataclasses import dataclass

import numpy as np

from .thinning import evenly

STEPS = 200  # what a picture shows
FEWEST = 8  # steps, for an exponent
LARGEST = 1e150  # its square is still finite


@dataclass(frozen=True)
class Drift:
    """The size of one state along a sequence.

    Attributes:
        state: name of the state.
        step: (S,), from 1, evenly chosen. Steps that fewer than half of the sequences reach are
            left out.
        rms: (S,), root mean square over units and sequences, after that step.
        growth: exponent e of rms ~ step**e over the second half of the steps. 0: stationary; .5: a
            random walk; 1: a counter; more: it explodes. NaN for fewer than ``FEWEST`` steps.
    """

    state: str
    step: np.ndarray
    rms: np.ndarray
    growth: float


def drifts(passage):
    """The size of each state over steps.

    Args:
        passage: a ``Passage``.

    Returns:
        tuple of ``Drift``, in the order of the states.
    """
    valid = passage.valid
    valid = valid[: int((valid.mean(1) >= 0.5).sum())]
    return tuple(_drift(name, s[1:], valid) for name, s in passage.states.items())


def _drift(name, state, valid):
    squares = np.square(np.clip(state[: len(valid)], -LARGEST, LARGEST)).mean(1)
    rms = np.sqrt(np.where(valid, squares, 0).sum(1) / valid.sum(1))
    shown, steps = evenly(len(rms), STEPS), np.arange(1.0, len(rms) + 1)
    return Drift(name, steps[shown], rms[shown], growth(steps, rms))


def growth(steps, sizes):
    """The exponent of a power law through the second half of a curve, by least squares of logs."""
    half = len(steps) // 2
    if len(steps) < FEWEST or not np.all((sizes[half:] > 0) & np.isfinite(sizes[half:])):
        return np.nan
    slope, _ = np.polyfit(np.log(steps[half:]), np.log(sizes[half:]), 1)
    return float(slope)

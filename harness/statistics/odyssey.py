"""The test of "LSTM: A Search Space Odyssey", for comparison with the paper; it decides nothing.

Greff, Srivastava, Koutnik, Steunebrink and Schmidhuber (2017, TNNLS 28:2222-2232) keep each cell's
best 10% of the trials by validation and hold their test scores together with Welch's t-test. The
test takes the two sets as independent samples. They are tails, whose means vary more than the
spread within them tells, and with shared draws they are not independent. So it does not hold its
level; how far it is off is measured here.
"""

from functools import cache

import numpy as np
import pandas as pd
from scipy.special import stdtr

from .pairing import losses, paired
from .tables import others_of, sign

LEVEL = 0.05
#: Standard deviation of a trial's seed noise in the simulated studies; losses run from 0 to 5.5.
NOISES = (0.02, 0.05, 0.2)
MOST = 500  # draws of a simulated study, for its time and memory
SWAPS = 200  # made at a time, for their memory


def odyssey(draws, reference, direction="minimize"):
    """The Odyssey's test of each variant against the reference, and how often it errs.

    Args:
        draws: frame of one task, ``variant, draw, valid, test, state``.
        reference: the variant to compare with.
        direction: of the metric.

    Returns:
        Frame with a row per other variant: ``variant``; ``kept``, the trials kept of each cell;
        ``difference`` of their mean test scores, variant minus reference; ``p`` of Welch's test,
        NaN if a kept trial failed, or for fewer than 10 draws.
        Then how often p is below 0.05 though the cells are equal: ``false_alarms``, the most in
        simulated studies with as many shared draws, but at most 500, and ``false_alarms_own``, the
        same if each cell has draws of its own (as in the paper); ``false_alarms_swapped``, when the
        two cells' scores are swapped at random within the draws of this study.

    Raises:
        StudyError: the frame, the reference or the direction is invalid.
    """
    table = losses(draws, direction)
    found = [
        {"variant": variant, **_compared(paired(table, variant, reference), sign(direction))}
        for variant in others_of(draws, reference)
    ]
    columns = ["variant", "kept", "difference", "p", "false_alarms", "false_alarms_own"]
    return pd.DataFrame(found, columns=[*columns, "false_alarms_swapped"])


def _compared(pairs, back):
    n = len(pairs)
    valid = np.stack([pairs.valid, pairs.valid_reference])
    test = np.stack([pairs.test, pairs.test_reference])
    if top(n) < 2:
        return {"kept": top(n)}
    first, second = best(valid, test)
    known = np.isfinite(first).all() and np.isfinite(second).all()
    rates = false_alarms(min(n, MOST)).groupby("draws_are").rate.max()
    return {
        "kept": top(n),
        "difference": back * (first.mean() - second.mean()) if known else np.nan,
        "p": float(welch(first, second)),
        "false_alarms": max(rates["shared"], rates["shared, optimum moved"]),
        "false_alarms_own": rates["own"],
        "false_alarms_swapped": swapped(valid, test),
    }


def top(n):
    """How many trials are the best 10% of n."""
    return max(2, round(n / 10)) if n >= 10 else 0


def best(valid, test):
    """The test losses of the best 10% by validation, arrays (..., n) to (..., top)."""
    kept = np.argsort(valid, axis=-1, kind="stable")[..., : top(valid.shape[-1])]
    return np.take_along_axis(test, kept, axis=-1)


def welch(first, second):
    """p of Welch's t-test over the last axis; NaN without spread or with a failed trial."""
    with np.errstate(invalid="ignore", divide="ignore"):
        a, b = (x.var(axis=-1, ddof=1) / x.shape[-1] for x in (first, second))
        t = (first.mean(axis=-1) - second.mean(axis=-1)) / np.sqrt(a + b)
        freedom = (a + b) ** 2 / (a**2 / (first.shape[-1] - 1) + b**2 / (second.shape[-1] - 1))
        return 2 * stdtr(freedom, -np.abs(t))


def swapped(valid, test, swaps=2000, seed=0):
    """How often the test finds a difference after random swaps within the draws.

    Args:
        valid, test: (2, n), losses of both cells.
    """
    rng, found = np.random.default_rng(seed), []
    for begun in range(0, swaps, SWAPS):
        swap = rng.random((min(SWAPS, swaps - begun), valid.shape[1])) < 0.5
        arms = [np.where(swap, valid[i], valid[1 - i]) for i in (0, 1)]
        scores = [np.where(swap, test[i], test[1 - i]) for i in (0, 1)]
        found.append(welch(best(arms[0], scores[0]), best(arms[1], scores[1])) < LEVEL)
    return float(np.mean(np.concatenate(found)))


def false_alarms(n, studies=1000, seed=0):
    """How often the test finds a difference between equal cells, in simulated studies.

    The loss is 4 u1^2 + 1.5 u2^2 for two hyperparameters drawn uniformly from 0 to 1, and a fifth
    of the draws diverges. Validation and test share a trial's noise and have half as much each of
    their own. Either both cells have the same draws; or they do, and one cell's optimum is at the
    other end, equally good; or each has its own.

    Args:
        n: draws of each cell.
        studies: simulated, per row.
        seed: of the simulation.

    Returns:
        Frame ``draws, draws_are, noise, rate``.
    """
    rows = [(n, *row) for row in _simulated(n, studies, seed)]
    return pd.DataFrame(rows, columns=["draws", "draws_are", "noise", "rate"])


@cache
def _simulated(n, studies, seed):
    rng = np.random.default_rng(seed)
    kinds = ("shared", "shared, optimum moved", "own")
    return tuple(
        (kind, noise, _rate(n, kind, noise, studies, rng)) for kind in kinds for noise in NOISES
    )


def _rate(n, kind, noise, studies, rng):
    u = rng.random((3, studies, n))
    kept = best(*_trials(u, noise, rng))
    if kind == "own":
        u = rng.random((3, studies, n))
    elif kind != "shared":
        u[:2] = 1 - u[:2]
    return float(np.mean(welch(kept, best(*_trials(u, noise, rng))) < LEVEL))


def _trials(u, noise, rng):
    """Validation and test losses (studies, n) of draws u (3, studies, n)."""
    shared, valid, test = noise * rng.normal(size=u.shape)
    loss = 4 * u[0] ** 2 + 1.5 * u[1] ** 2 + 10 * (u[2] < 0.2) + shared
    return loss + valid / 2, loss + test / 2

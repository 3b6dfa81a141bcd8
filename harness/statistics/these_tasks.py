"""The answer over these very tasks: how a cell's trials stand among all trials.

``across`` takes tasks as a sample of all tasks, and needs many. Here they are given, and only the
draws are a sample: with the same few tasks much more can be said, of these tasks alone.
"""

import numpy as np
import pandas as pd

from ..errors import StudyError
from .shares import rescale
from .tables import check_confidence, loss_table, others_of


def standing(tasks, reference, directions=None, confidence=0.95, resamples=1000, seed=0):
    """Where the middle half of each cell's trials stands, over several tasks.

    Each test score becomes the share of its task's trials, of all cells, that are better: 0 is the
    best of the task, 1 the worst, and failed trials are the worst. Over all tasks and draws of a
    cell the interquartile mean is taken (Agarwal et al., 2021, NeurIPS, arXiv 2108.13264).

    Args:
        tasks: {task: frame of its draws ``variant, draw, valid, test, state``}. Only variants with
            trials on every task are taken, and only draws that all variants have.
        reference: the variant to compare with.
        directions: {task: "minimize" or "maximize"}; "minimize" if not named.
        confidence: of the intervals, by resampling draws within tasks, the same for all cells.
        resamples: of the draws.
        seed: of the resampling.

    Returns:
        Frame ``variant, standing, low, high, difference, difference_low, difference_high``, the
        best first: the interquartile mean with its interval, and the same minus the reference's.

    Raises:
        StudyError: no tasks, an invalid frame, no draw that all variants have made on some task,
            or no trials of the reference there.
    """
    check_confidence(confidence)
    tables = [_standings(name, draws, directions or {}) for name, draws in tasks.items()]
    if not tables:
        raise StudyError("no tasks: give the draws of at least one")
    variants = [v for v in tables[0] if all(v in table for table in tables)]
    others_of(pd.DataFrame({"variant": variants}), reference)
    cells, rng = [table[variants].to_numpy() for table in tables], np.random.default_rng(seed)
    mean = _middle(np.concatenate(cells))
    again = _middle(np.concatenate([_again(each, resamples, rng) for each in cells], axis=1))
    place, tail = variants.index(reference), (1 - confidence) / 2
    low, high = np.quantile(again, [tail, 1 - tail], axis=0)
    below, above = np.quantile(again - again[:, [place]], [tail, 1 - tail], axis=0)
    frame = pd.DataFrame({"variant": variants, "standing": mean, "low": low, "high": high})
    frame["difference"] = mean - mean[place]
    frame["difference_low"], frame["difference_high"] = below, above
    return frame.sort_values("standing", kind="stable", ignore_index=True)


def _standings(name, draws, directions):
    """The table of a task's draws, as shares of its trials that are better."""
    table = loss_table(draws, directions.get(name, "minimize"))
    if not len(table):
        raise StudyError(f"{name}: no draw was made by all variants")
    ranks = rescale(table.to_numpy(), table.to_numpy(), "rank")
    return pd.DataFrame((ranks - 1) / max(table.size - 1, 1), table.index, table.columns)


def _middle(values):
    """The interquartile mean over the last but one axis: a quarter is cut off at both ends."""
    from scipy.stats import trim_mean  # slow to load, and asked for over several tasks only

    return trim_mean(values, 0.25, axis=-2)


def _again(cells, resamples, rng):
    return cells[rng.integers(len(cells), size=(resamples, len(cells)))]

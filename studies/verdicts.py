"""Comparison of two cells: trial by trial without tuning, and over final seeds after tuning."""

import numpy as np

from gatelab.tasks.framework.metrics import METRICS


def paired(trials, name, usual, metric):
    """Compare two cells on validation, trial by trial; paired trials have the same settings.

    Args:
        trials: those of one task under random search, as in ``Result.trials``.
        name, usual: names of the two cells.
        metric: a ``Metric``.

    Returns:
        the number of trials in which ``name`` is better, the number in which it is worse, and the
        median difference. A failed trial is worse than any complete one and has no difference.
    """
    valid = trials.pivot(index="trial", columns="variant", values=f"valid_{metric.name}")
    ended = trials.pivot(index="trial", columns="variant", values="state") == "complete"
    sign = -1 if metric.direction == "minimize" else 1
    a, b = ((sign * valid[n]).where(ended[n], -np.inf) for n in (name, usual))
    difference = (valid[name] - valid[usual])[ended[name] & ended[usual]]
    return int((a > b).sum()), int((a < b).sum()), difference.median()


def verdict(row, usual):
    """Whether two rows of a leaderboard differ on test by more than the sum of their spreads."""
    if row.seeds_failed or np.isnan(row.test_mean):  # no score if every trial failed
        return "FAILS"
    gain = row.test_mean - usual.test_mean
    gain = -gain if METRICS[row.metric].direction == "minimize" else gain
    spreads = row.test_std + usual.test_std
    return "better" if gain > spreads else "worse" if gain < -spreads else "no difference"


def score(row):
    """The test score of the best settings over fresh seeds, as text."""
    lost = f" ({row.seeds_failed} seeds failed)" if row.seeds_failed else ""
    return f"{row.test_mean:.4g} ± {row.test_std:.2g}{lost}"

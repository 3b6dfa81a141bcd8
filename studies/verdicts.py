"""Two cells of a study: pair by pair over its trials, and tuned, over the final seeds."""

import numpy as np

from gatelab.tasks.framework.metrics import METRICS


def paired(trials, name, usual, metric):
    """Two cells trial by trial, which have all settings in common; judged on validation.

    Args:
        trials: of one task, as ``Result.trials`` under random search.
        name, usual: of the two; metric: a Metric.

    Returns:
        in how many trials the first is better, in how many worse, and its median difference. A
        trial that failed is worse than any that did not, and has no difference.
    """
    valid = trials.pivot(index="trial", columns="variant", values=f"valid_{metric.name}")
    ended = trials.pivot(index="trial", columns="variant", values="state") == "complete"
    sign = -1 if metric.direction == "minimize" else 1
    a, b = ((sign * valid[n]).where(ended[n], -np.inf) for n in (name, usual))
    difference = (valid[name] - valid[usual])[ended[name] & ended[usual]]
    return int((a > b).sum()), int((a < b).sum()), difference.median()


def verdict(row, usual):
    """Of two rows of a leaderboard: whether the tests differ by more than both spreads together."""
    if row.seeds_failed or np.isnan(row.test_mean):  # none where every trial failed
        return "FAILS"
    gain = row.test_mean - usual.test_mean
    gain = -gain if METRICS[row.metric].direction == "minimize" else gain
    spreads = row.test_std + usual.test_std
    return "better" if gain > spreads else "worse" if gain < -spreads else "no difference"


def score(row):
    """Test score of the best settings over fresh seeds, as text."""
    lost = f" ({row.seeds_failed} seeds failed)" if row.seeds_failed else ""
    return f"{row.test_mean:.4g} ± {row.test_std:.2g}{lost}"

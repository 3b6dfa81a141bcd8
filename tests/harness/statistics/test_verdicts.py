"""The decision: what is said of a variant, and of bad input."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import wilcoxon

from gatelab import GatelabError
from gatelab.statistics import verdicts
from gatelab.statistics.verdicts import COLUMNS


def study(draws=40, seed=0, noise=0.1, **shifts):
    """Trials of a reference and of variants shifted against it; a shared part per draw."""
    rng = np.random.default_rng(seed)
    shared = rng.exponential(size=draws)
    rows = [
        (name, draw, *(shared[draw] + shift + rng.normal(0, noise, 2)), "complete")
        for name, shift in {"standard": 0.0, **shifts}.items()
        for draw in range(draws)
    ]
    return pd.DataFrame(rows, columns=["variant", "draw", "valid", "test", "state"])


def fail(trials, variant, draws):
    """The trials with some of a variant's failed."""
    failed = (trials["variant"] == variant) & trials["draw"].isin(draws)
    return trials.assign(state=trials["state"].mask(failed, "failed"))


def only(frame):
    assert list(frame.columns) == [*COLUMNS]
    (row,) = frame.itertuples()
    return row


def test_worse_and_better_follow_the_direction_and_the_difference_does_not():
    trials = study(gru=0.3)
    row = only(verdicts(trials, "standard"))
    assert row.verdict == "worse"
    assert 0 < row.low < row.difference < row.high < 0.6
    turned = only(verdicts(trials, "standard", direction="maximize"))
    assert turned.difference > 0
    mirrored = trials.assign(valid=-trials["valid"], test=-trials["test"])
    row_of_accuracy = only(verdicts(mirrored, "standard", direction="maximize"))
    assert row_of_accuracy.verdict == "worse"
    assert row_of_accuracy.p == row.p
    assert (row_of_accuracy.low, row_of_accuracy.high) == (-row.high, -row.low)
    assert row_of_accuracy.smallest == row.smallest


def test_swapping_the_cells_swaps_the_answer():
    row = only(verdicts(study(gru=0.3), "standard"))
    swapped = only(verdicts(study(gru=0.3), "gru"))
    assert (row.verdict, swapped.verdict) == ("worse", "better")
    assert swapped.p == row.p
    assert (swapped.low, swapped.high) == (-row.high, -row.low)


def test_the_order_of_the_rows_means_nothing():
    trials = study(gru=0.05)
    shuffled = trials.sample(frac=1, random_state=0)
    assert only(verdicts(shuffled, "standard"))[1:] == only(verdicts(trials, "standard"))[1:]


def test_p_is_scipy_s_on_the_better_half():
    trials = study(gru=0.05)
    table = trials.pivot(index="draw", columns="variant")
    kept = table["valid"].min(axis=1).nsmallest(20).index
    difference = (table["test", "gru"] - table["test", "standard"])[kept]
    row = only(verdicts(trials, "standard"))
    assert row.p == pytest.approx(wilcoxon(difference, method="exact").pvalue, rel=1e-12)
    assert (row.draws, row.pairs) == (40, 20)

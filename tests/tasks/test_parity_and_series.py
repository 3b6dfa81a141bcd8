"""Parity and arithmetic series: what follows from all that was read."""

import numpy as np
import pytest
from helpers.drawing import rng, seeds
from helpers.drawn import baselines, parts, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelab import Network, tasks
from gatelab.trials.trial import run_trial
from gatelab.variants import get

few = settings(deadline=None, max_examples=25)


@few
@given(seed=seeds, length=st.integers(1, 30), longer=st.integers(1, 80))
def test_parity_counts_the_ones_so_far(seed, length, longer):
    train, valid, test = parts("parity", seed, length=length, test_length=longer)
    for batch, steps in ((train, length), (valid, length), (test, longer)):
        assert batch.x.shape == (20, steps, 1)
        for x, y in rows(batch):
            assert np.isin(x, (0, 1)).all()
            assert [sum(x[: t + 1, 0]) % 2 for t in range(steps)] == y.tolist()


def test_parity_baselines():
    known = baselines("parity")
    assert [known["more common parity"], known["bit on show"]] == pytest.approx([0.5] * 2, abs=0.02)
    alone = baselines("parity", length=1, test_length=1)
    assert alone["bit on show"] == 1


# Arithmetic series


@few
@given(seed=seeds, numbers=st.integers(9, 60), window=st.integers(2, 4), beyond=st.integers(1, 20))
def test_arithmetic_series_is_tested_beyond_what_it_trains_on(seed, numbers, window, beyond):
    task = tasks.make("arithmetic_series", numbers=numbers, window=window, beyond=beyond)
    train, valid, test = task.splits(rng(seed))
    seen = []
    for batch in (train.draw(rng(seed), 2000), valid, test):
        series = np.concatenate([batch.x[..., 0], batch.y], axis=1) * numbers
        assert series == pytest.approx(series[:, :1] + np.arange(window + 1), abs=1e-3)
        seen.append(sorted({round(float(first)) for first in series[:, 0]}))
    inside = list(range(numbers - window))
    assert sorted(seen[0] + seen[1]) == inside  # none in both, none left out
    assert len(seen[1]) == len(inside) // 5
    assert seen[2] == [len(inside) + i for i in range(beyond)]


def test_arithmetic_series_asks_what_follows_27_28_29():
    task = tasks.make("arithmetic_series")
    splits = task.splits(rng())
    assert splits.test.x[0, :, 0] * 30 == pytest.approx([27, 28, 29])
    assert splits.test.y[0] * 30 == pytest.approx([30])
    scores = task.baselines(splits)
    assert scores["persistence"] == pytest.approx(1 / 30, rel=1e-4)
    assert scores["linear extrapolation"] == pytest.approx(0, abs=1e-6)
    assert scores["mean of the series"] == pytest.approx((34.5 - 14.5) / 30, rel=1e-4)


def test_a_cell_follows_the_series_a_few_steps_and_no_further(tmp_path):
    task = tasks.make("arithmetic_series", beyond=70)
    given = {"hidden": 32, "lr": 3e-3, "updates": 1500}
    splits = task.splits(rng())
    run_trial(task, get("gru"), given, 0, 0, splits, weights=tmp_path / "gru.npz")
    answers = 30 * Network.load(tmp_path / "gru.npz").predict(splits.test.x)[:, 0]
    assert answers[0] == pytest.approx(30, abs=0.5)  # after 27, 28, 29
    assert answers[-1] < 95  # after 96, 97, 98, where 99 is right

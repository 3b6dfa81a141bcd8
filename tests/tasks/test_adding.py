"""The adding problem: marks, sums, baseline."""

import numpy as np
import pytest
from helpers.batches import first
from helpers.drawing import rng

from gatelab import tasks


def test_adding_marks_one_number_in_each_half_and_sums_them():
    for length in (2, 7, 50):
        x, y, lengths = first(tasks.make("adding", length=length).splits(rng()).train, size=500)
        assert lengths is None
        value, marker = x[..., 0], x[..., 1]
        assert ((value >= 0) & (value <= 1)).all()
        assert (marker[:, : length // 2].sum(1) == 1).all()
        assert (marker[:, length // 2 :].sum(1) == 1).all()
        assert np.allclose(y[:, 0], (value * marker).sum(1))


def test_adding_uses_every_place_evenly():
    x = first(tasks.make("adding", length=10).splits(rng()).train, size=20_000).x
    assert np.allclose(x[..., 1].mean(0), 0.2, atol=0.02)
    assert np.allclose(x[..., 0].mean(0), 0.5, atol=0.02)


def test_adding_baseline_is_a_sixth():
    task = tasks.make("adding")
    assert task.baselines(task.splits(rng()))["always 1"] == pytest.approx(1 / 6, rel=0.05)


def test_adding_holds_out_what_it_says():
    splits = tasks.make("adding").splits(rng())
    assert (len(splits.valid.x), len(splits.test.x)) == (1000, 2000)

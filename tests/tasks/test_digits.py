"""Digits: both orders, splits, baselines."""

import numpy as np
import pytest
from helpers.drawing import rng

from gatelab import tasks
from gatelab.tasks import TaskError


def test_digits_in_both_orders_show_the_same_images():
    pixels, rows = (tasks.make("digits", order=order) for order in ("pixels", "rows"))
    assert (pixels.inputs, rows.inputs) == (1, 8)
    a, b = pixels.splits(rng()), rows.splits(rng())
    assert a.test.x.shape == (360, 64, 1)
    assert b.test.x.shape == (360, 8, 8)
    assert np.array_equal(a.test.x.reshape(360, 8, 8), b.test.x)
    assert np.array_equal(a.test.y, b.test.y)
    with pytest.raises(TaskError, match="order must be one of 'pixels', 'rows', got 'columns'"):
        tasks.make("digits", order="columns")


def test_digits_split_is_stratified_and_complete():
    train, valid, test = tasks.make("digits").splits(rng())
    assert len(train.batch.x) + len(valid.x) == 1437
    assert np.abs(np.bincount(valid.y) - np.bincount(train.batch.y) / 4).max() <= 1
    assert test.x.max() == valid.x.max() == 1
    from sklearn.datasets import load_digits

    digits = load_digits()
    assert np.array_equal(test.x[:, :, 0] * 16, digits.data[-360:])
    assert np.array_equal(test.y, digits.target[-360:])
    together = np.concatenate([train.batch.x, valid.x])[:, :, 0] * 16
    assert {row.tobytes() for row in together} == {
        row.tobytes() for row in digits.data[:1437].astype(np.float32)
    }


def test_digits_baselines():
    task = tasks.make("digits", order="rows")
    scores = task.baselines(task.splits(rng()))
    assert scores["majority class"] == pytest.approx(0.1, abs=0.01)
    assert 0.87 < scores["logistic regression on pixels"] < 0.93

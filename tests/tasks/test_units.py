"""Errors of a forecast in the units of its table."""

import numpy as np
import pytest

from gatelab.tasks.shared.units import MOST, in_units
from gatelab.tasks.user_data.series import Series


def test_an_error_is_multiplied_by_the_spread_of_its_column():
    error = np.array([[1.0, -2.0, 3.0, 0.0], [0.0, 2.0, 0.0, 0.0]])  # two rows ahead, two columns
    found = in_units(error, ["load", "T (°C)"], np.array([10.0, 0.5]))
    assert found == pytest.approx(
        {
            "mae_load": 10,
            "rmse_load": np.sqrt(10 / 4) * 10,
            "mae_T_C": 0.5,
            "rmse_T_C": np.sqrt(8 / 4) * 0.5,
        }
    )


def test_names_that_become_alike_are_told_apart_and_many_are_left_out():
    assert {*in_units(np.zeros((1, 2)), ["a-b", "a b"], np.ones(2))} == {
        "mae_a_b_1", "rmse_a_b_1", "mae_a_b_2", "rmse_a_b_2",
    }  # fmt: skip
    many = [f"c{k}" for k in range(MOST + 1)]
    assert in_units(np.zeros((1, len(many))), many, np.ones(len(many))) == {}


def test_a_forecast_task_says_how_far_off_it_and_its_baselines_are():
    rows = 1000 + 50 * np.random.default_rng(0).standard_normal((200, 2)).cumsum(0)
    task = Series(rows, ["load", "wind"], ["load"], window=6, horizon=2)
    splits = task.splits(np.random.default_rng(0))
    last = task.further_baselines(splits)["last value"]
    test = rows[160:, 0]
    steps = np.stack([test[6:-1] - test[5:-2], test[7:] - test[5:-2]])
    assert last["mae_load"] == pytest.approx(np.abs(steps).mean(), rel=1e-5)
    assert last["rmse_load"] == pytest.approx(np.sqrt((steps**2).mean()), rel=1e-5)
    found = task.further_scores(np.zeros_like(splits.test.y), splits.test)
    assert found == last

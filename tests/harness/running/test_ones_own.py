"""Studies of cells and tasks of one's own."""

import sys

import cloudpickle
import numpy as np
import pytest
from helpers.running import study

from gatelab import tasks
from gatelab.errors import StudyError
from gatelab.variants import Variant, register, sigmoid, tanh

pytestmark = [pytest.mark.starts_workers]
cloudpickle.register_pickle_by_value(sys.modules[__name__])


class Half(Variant):
    beta = 0.5
    search = {"beta": (0.2, 0.8)}  # noqa: RUF012

    def step(self, p, x, h):
        z = sigmoid(p.W_z @ x + p.R_z @ h + p.b_z)
        return self.beta * z * h + (1 - z) * tanh(p.W_g @ x + p.b_g)


@pytest.fixture
def half():
    """Registered here, not on import: other test files look at all cells there are."""
    return register("half")(Half)


def test_a_cell_and_a_task_of_ones_own_with_two_workers(tmp_path, half):
    rng = np.random.default_rng(0)
    x, lengths = rng.standard_normal((60, 6, 3)), rng.integers(1, 7, 60)
    given = {"variants": [half, "gru"], "workers": 2, "finals": 1}
    own = {"tasks": [tasks.from_arrays(x, np.arange(60) % 3, lengths, name="mine")]}
    result = study(tmp_path, **given, **own).run()
    assert set(result.leaderboard.metric) == {"accuracy"}
    halves = result.trials[result.trials.variant == "half"]
    assert halves["params.beta"].between(0.2, 0.8).all()
    assert result.trials[result.trials.variant == "gru"]["params.beta"].isna().all()
    pairs = result.trials.groupby("trial")["params.lr"].nunique()
    assert (pairs == 1).all()


@pytest.mark.in_process
def test_a_smaller_budget_than_the_folder_holds_is_refused(tmp_path):
    """One cell's best of 2 would stand beside another's best of 1."""
    study(tmp_path, trials=2, variants=["rnn"]).run()
    with pytest.raises(StudyError, match="holds 2 trials of adding/rnn; ask for as many"):
        study(tmp_path, trials=1, variants=["rnn", "gru"]).run()


@pytest.mark.in_process
def test_a_cell_whose_search_range_has_changed_is_another_study(tmp_path, half, monkeypatch):
    study(tmp_path, trials=1, variants=[half]).run()
    monkeypatch.setattr(half, "search", {"beta": (0.2, 5.0)})
    with pytest.raises(StudyError, match=r"spaces.adding/half.beta was .*0.8.*, now .*5.0"):
        study(tmp_path, trials=2, variants=[half]).run()

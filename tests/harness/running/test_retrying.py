"""Trials that failed by an error can be trained again; the budget stays exact."""

import os
import sys
from functools import partial

import cloudpickle
import pytest
from helpers.ends import counts
from helpers.studies import SIZES, toy_study

from gatelab.tasks.adding import Adding
from gatelab.tasks.framework.batches import Stream

pytestmark = [pytest.mark.starts_workers]
cloudpickle.register_pickle_by_value(sys.modules[__name__])
PARENT = os.getpid()


def drawn(rng, size, draw, flag):
    unlucky = rng.random() < 0.1
    if unlucky and os.path.exists(flag) and os.getpid() != PARENT:
        raise RuntimeError("the shared disk [nfs] is away")
    return draw(rng, size)


class Away(Adding):
    """A task whose data come from a disk that is away while a file exists."""

    flag = "none"

    def splits(self, rng):
        splits = super().splits(rng)
        return splits._replace(train=Stream(partial(drawn, draw=splits.train.draw, flag=self.flag)))


def test_failed_trials_are_trained_again_when_the_error_is_mended(tmp_path, capfd):
    flag, out = tmp_path / "flag", tmp_path / "out"
    more = {"tasks": [Away(**SIZES, flag=str(flag))], "trials": 4, "finals": 1}
    flag.touch()
    first = toy_study(out, **more, quiet=False).run()
    failed = (first.trials.state == "failed").sum()
    assert 1 <= failed < 4
    assert "failed by an error (standard on away: RuntimeError: the shared disk [nfs] is away); " \
        "--retry-failed" in capfd.readouterr().out  # fmt: skip
    flag.unlink()
    again = toy_study(out, **more, retry_failed=True, quiet=False).run()
    assert [*again.trials.state] == ["complete"] * 4
    assert "--retry-failed" not in capfd.readouterr().out
    kept = first.trials.state == "complete"  # the others are as they were
    assert again.trials.test_mse[kept].tolist() == first.trials.test_mse[kept].tolist()
    assert (again.leaderboard.failed == 0).all()
    assert counts(out)[0]["FAIL"] >= failed  # the old records are kept in Optuna

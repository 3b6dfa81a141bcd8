"""Studies repeat to the bit, and continue."""

import sqlite3
import sys
from contextlib import closing

import cloudpickle
import numpy as np
import pandas as pd
import pytest
from helpers.running import reber, runs, same, study
from helpers.studies import toy_task

pytestmark = [pytest.mark.starts_workers]
cloudpickle.register_pickle_by_value(sys.modules[__name__])


def test_two_workers_give_the_same_numbers_to_the_bit(first, tmp_path):
    _, one = first
    two = study(tmp_path, tasks=[toy_task(), reber()], workers=2).run()
    same(one.leaderboard, two.leaderboard)
    same(one.trials, two.trials)


@pytest.mark.in_process
def test_another_seed_gives_other_numbers(first, tmp_path):
    other = study(tmp_path, variants=["gru"], seed=1, trials=1, finals=0).run()
    mine = first[1].trials.query("task == 'adding' and variant == 'gru'")
    assert not np.isin(other.trials.valid_mse, mine.valid_mse).any()
    assert other.leaderboard.test_mean.isna().all()  # no finals, no test score
    assert other.leaderboard.baseline[0] != first[1].leaderboard.baseline[0]  # another test set


@pytest.mark.in_process
def test_run_again_does_nothing_more_and_a_larger_budget_continues(tmp_path):
    given = {"variants": ["gru"], "finals": 1}
    once = study(tmp_path, **given).run()
    folder, best = tmp_path / "weights/adding/gru", once.leaderboard.best_trial[0]
    left = folder / f"trial-{(best + 1) % 3:04d}.npz"  # by a session that was killed
    left.touch()
    again = study(tmp_path, **given).run()
    assert {f.name for f in folder.iterdir()} == {f"trial-{best:04d}.npz", "final-0000.npz"}
    pd.testing.assert_frame_equal(once.leaderboard, again.leaderboard)
    pd.testing.assert_frame_equal(once.trials, again.trials)
    with closing(sqlite3.connect(tmp_path / "optuna.db")) as database:
        ended = database.execute("select state, count(*) from trials group by state").fetchall()
    assert ended == [("COMPLETE", 4)]  # three trials and a final run
    more = study(tmp_path, **given, trials=5)
    result = more.run()
    assert result.trials.trial.tolist() == [0, 1, 2, 3, 4]
    same(result.trials[:3].dropna(axis=1), once.trials.dropna(axis=1))
    # The same object, run again, and a new variant in the same folder.
    same(more.run().trials, result.trials)
    both = study(tmp_path, variants=["gru", "rnn"], finals=1, trials=5).run()
    assert both.trials.groupby("variant").size().to_dict() == {"gru": 5, "rnn": 5}


@pytest.mark.in_process
def test_tpe_repeats_with_one_worker_and_prunes(tmp_path):
    task = toy_task(min_updates=0, epochs=10)
    given = {"tasks": [task], "variants": ["gru"], "sampler": "tpe", "trials": 16, "finals": 0,
             "search": {"lr": (1e-5, 1e-1, "log")}}  # fmt: skip
    one, two = (study(tmp_path / name, **given).run() for name in "ab")
    same(one.trials, two.trials)
    pruned = one.trials[one.trials.state == "pruned"]
    assert len(pruned) == one.leaderboard.pruned[0] > 0
    assert pruned.reason.str.startswith("pruned after epoch").all()
    tags = {
        r["tags.optuna.trial"]: r for _, r in runs(tmp_path / "a", "adding", "trial").iterrows()
    }
    for trial in pruned.trial:
        assert tags[str(trial)]["tags.state"] == "pruned"
        assert tags[str(trial)].status == "FINISHED"


@pytest.mark.in_process
def test_settings_over_seeds_are_a_study_without_a_search(tmp_path):
    result = study(tmp_path, variants=["gru"], seeds=4, trials=9).run()
    assert len(result.trials) == 4
    row = result.leaderboard.iloc[0]
    assert (row.seeds, row.trials) == (4, 4)
    assert row.test_mean == pytest.approx(result.trials.test_mse.mean(), abs=0)
    assert row.test_std == pytest.approx(result.trials.test_mse.std(), rel=1e-12)
    assert result.trials["params.lr"].nunique() == 1
    assert result.trials.valid_mse.nunique() == 4

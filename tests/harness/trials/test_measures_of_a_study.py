"""Where a study shows what its trials measured."""

import shutil
import sys
from functools import partial

import cloudpickle
import numpy as np
import optuna
import pandas as pd
import pytest
from helpers.measured import SETTINGS, Ahead, Signs
from helpers.studies import toy_study
from mlflow import MlflowClient

cloudpickle.register_pickle_by_value(sys.modules[__name__])


def study(out, trials=2):
    settings = {name: SETTINGS[name] for name in ("hidden", "batch")}
    given = {"tasks": [Signs(), Ahead()], "variants": ["gru"], "trials": trials, "finals": 2}
    return toy_study(out, settings=settings, **given)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """(folder, its result, the log)."""
    out = tmp_path_factory.mktemp("measured")
    result = study(out).run()
    return out, result, MlflowClient(f"sqlite:///{out}/mlflow.db")


def logged(log, task, kind):
    (experiment,) = (log.get_experiment_by_name(task),)
    return log.search_runs([experiment.experiment_id], f"tags.kind = '{kind}'")


@pytest.mark.parametrize(
    ("task", "baseline", "beaten"),
    [("signs", "always wrong: 0", "true"), ("ahead", "an oracle: 0", "false")],
)
def test_a_score_is_marked_against_the_best_baseline(done, task, baseline, beaten):
    _, result, log = done
    for kind in ("study", "trial"):
        for run in logged(log, task, kind):
            assert (run.data.tags["baseline"], run.data.tags["beats_baseline"]) == (
                baseline,
                beaten,
            )
    board = result.leaderboard.set_index("task")
    assert board.beats_baseline[task] == (beaten == "true")


def test_curves_over_something_else_than_epochs_have_their_own_steps(done):
    _, _, log = done
    for kind in ("study", "trial"):
        for run in logged(log, "ahead", kind):
            history = partial(log.get_metric_history, run.info.run_id)
            for metric in ("mse", "rmse", "mae", "nmse"):
                assert sorted(m.step for m in history(f"horizon/{metric}")) == [1, 2, 3]
            assert sorted(m.step for m in history("latency/milliseconds")) == [1, 2, 4, 8]
            gap, train, valid = (
                {m.step: m.value for m in history(f"{part}/mse")}
                for part in ("gap", "train", "valid")
            )
            assert gap == {k: valid[k] - train[k] for k in (1, 2, 3, 4)}
            assert run.data.metrics.keys() >= {"best/test_mse", "best/test_loss", "test/rmse"}
            assert run.data.metrics["details/gap_mse"] == gap[run.data.metrics["details/epoch"]]
            assert run.data.metrics["test/mae"] > 0


def test_the_leaderboard_has_the_means_of_further_scores(done):
    out, result, _ = done
    row = result.leaderboard.set_index("task").loc["signs"]
    named = f"signs/gru/best {row.best_trial}"
    finals = optuna.load_study(study_name=named, storage=f"sqlite:///{out}/optuna.db").trials
    each = [final.user_attrs["record"]["best"]["test/macro_f1"] for final in finals]
    assert each[0] != each[1]
    assert row.test_macro_f1_mean == np.mean(each)
    written = pd.read_csv(out / "leaderboard-signs.csv")
    assert written.test_macro_f1_mean[0] == row.test_macro_f1_mean
    assert "test_mae_mean" not in written
    assert np.isnan(row.test_mae_mean)


def test_the_confusion_of_the_best_trial_is_drawn_and_counted(done):
    out, result, log = done
    (parent,) = logged(log, "signs", "study")
    slot = result.leaderboard.set_index("task").best_trial["signs"]
    names = {a.path for a in log.list_artifacts(parent.info.run_id)}
    assert {f"confusion-{slot:04d}.png", f"confusion-{slot:04d}.csv"} <= names
    counts = pd.read_csv(out / f"figures/signs/gru/confusion-{slot:04d}.csv", index_col="true")
    assert list(counts.columns) == list(counts.index) == list(Signs.labels)
    best = result.trials.query("task == 'signs' and trial == @slot").iloc[0]
    assert counts.to_numpy().sum() == 50
    assert np.trace(counts) / 50 == best.test_accuracy
    assert not list((out / "figures/ahead").glob("**/confusion*"))


def test_a_log_that_was_lost_is_sent_again(done, tmp_path):
    out = shutil.copytree(done[0], tmp_path / "again")
    before = logged(done[2], "signs", "trial")
    (out / "mlflow.db").unlink()
    study(out, trials=3).run()
    after = logged(MlflowClient(f"sqlite:///{out}/mlflow.db"), "signs", "trial")
    assert len(after) == len(before) + 1
    metrics = lambda runs: {run.info.run_name: run.data.metrics for run in runs}
    assert metrics(after).items() >= metrics(before).items()
    assert all(run.data.tags["beats_baseline"] == "true" for run in after)

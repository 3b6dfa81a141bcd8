"""Studies: what they give back and write, that they repeat, that they continue."""

import sqlite3
import sys
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

import cloudpickle
import matplotlib.image
import numpy as np
import pandas as pd
import pytest

from gatelab import Network, Study, tasks
from gatelab.errors import StudyError
from gatelab.tracking.tracker import Tracker
from gatelab.variants import Variant, register, sigmoid, tanh

# One process of pytest at a time: a study brings workers of its own.
pytestmark = [pytest.mark.xdist_group("studies")]
cloudpickle.register_pickle_by_value(sys.modules[__name__])

SETTINGS = {"updates": 30, "hidden": 4, "batch": 8}
COSTS = "seconds|megabytes|milliseconds"


def toy(name="adding", **options):
    return tasks.make(name, **{"valid_sequences": 16, "test_sequences": 16, "length": 8, **options})


def reber():
    return tasks.make("embedded_reber", valid_sequences=16, test_sequences=16, max_length=14)


@cache
def empty_log():
    """The tables of a new MLflow file; making them takes a second or two each time."""
    with tempfile.TemporaryDirectory() as folder:
        Tracker(folder).analyze()
        return (Path(folder) / "mlflow.db").read_bytes()


def study(out, **more):
    if not (out / "mlflow.db").exists():
        out.mkdir(exist_ok=True)
        (out / "mlflow.db").write_bytes(empty_log())
    usual = {"tasks": [toy()], "variants": ["standard", "gru"], "trials": 3, "sampler": "random",
             "workers": 1, "settings": SETTINGS, "quiet": True}  # fmt: skip
    return Study(out=out, **{**usual, **more})


def same(a, b):
    """Whether two frames agree to the bit in all but what things cost."""
    frames = [f[[c for c in f if not pd.Series([c]).str.contains(COSTS)[0]]] for f in (a, b)]
    pd.testing.assert_frame_equal(*frames, check_exact=True)


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """(folder, result) of a study of two cells on two tasks, one ragged with labels per step."""
    out = tmp_path_factory.mktemp("first")
    return out, study(out, tasks=[toy(), reber()], variants=["standard", "gru"]).run()


# Results -----------------------------------------------------------------------------------------


def test_a_row_per_task_and_variant_and_a_row_per_trial(first):
    _, result = first
    board, trials = result.leaderboard, result.trials
    assert sorted(zip(board.task, board.variant, strict=True)) == [
        (t, v) for t in ("adding", "embedded_reber") for v in ("gru", "standard")
    ]
    assert (board.seeds == 3).all()
    assert (board.trials == 3).all()
    assert (board.test_std > 0).any()
    assert dict(zip(board.variant, board.parameters, strict=True))["gru"] > 0
    further = [c for c in board if c.startswith("test_") and c not in ("test_mean", "test_std")]
    assert board.drop(columns=further).notna().all(axis=None)
    assert (board.test_nmse_mean.notna() == (board.task == "adding")).all()
    assert trials.groupby(["task", "variant"]).trial.apply(list).tolist() == [[0, 1, 2]] * 4
    assert (trials.state == "complete").all()
    for row in board.itertuples():
        mine = trials[(trials.task == row.task) & (trials.variant == row.variant)]
        best = mine[f"valid_{row.metric}"].agg("min" if row.metric == "mse" else "max")
        assert row.valid == best
    beaten = board[board.metric == "mse"]
    assert (beaten.beats_baseline == (beaten.test_mean + beaten.test_std < beaten.baseline)).all()


def test_the_best_of_a_task_comes_first(first):
    board = first[1].leaderboard
    assert board[board.task == "adding"].test_mean.is_monotonic_increasing
    assert board[board.task == "embedded_reber"].test_mean.is_monotonic_decreasing


def test_tables_and_pictures_are_written(first):
    out, result = first
    pd.testing.assert_frame_equal(pd.read_csv(out / "leaderboard.csv"), result.leaderboard)
    written = pd.read_csv(out / "trials.csv")
    same(written.drop(columns="reason"), result.trials.drop(columns="reason"))
    pictures = sorted(p.relative_to(out).as_posix() for p in out.glob("figures/**/*.png"))
    assert len(pictures) == 8  # curves and gates of four best trials
    for path in (out / "leaderboard.png", out / pictures[0], out / pictures[1]):
        assert matplotlib.image.imread(path).std() > 0.01


def test_every_variant_draws_the_same_and_learns_from_the_same_data(first):
    trials = first[1].trials
    drawn = [c for c in trials if c.startswith("params.")]
    a, b = (trials[(trials.task == "adding") & (trials.variant == v)] for v in ("standard", "gru"))
    np.testing.assert_array_equal(a[drawn].to_numpy(str), b[drawn].to_numpy(str))
    assert a["params.lr"].nunique() == 3


def test_kept_weights_are_those_of_the_best_trials(first):
    out, result = first
    for row in result.leaderboard.itertuples():
        kept = [p.name for p in (out / "weights" / row.task / row.variant).glob("trial-*.npz")]
        assert kept == [f"trial-{row.best_trial:04d}.npz"]


# Repeating and continuing ------------------------------------------------------------------------


def test_two_workers_give_the_same_numbers_to_the_bit(first, tmp_path):
    _, one = first
    two = study(tmp_path, tasks=[toy(), reber()], workers=2).run()
    same(one.leaderboard, two.leaderboard)
    same(one.trials, two.trials)


def test_another_seed_gives_other_numbers(first, tmp_path):
    other = study(tmp_path, variants=["gru"], seed=1, trials=1, finals=0).run()
    mine = first[1].trials.query("task == 'adding' and variant == 'gru'")
    assert not np.isin(other.trials.valid_mse, mine.valid_mse).any()
    assert other.leaderboard.test_mean.isna().all()  # no finals, no test score
    assert other.leaderboard.baseline[0] != first[1].leaderboard.baseline[0]  # another test set


def test_run_again_does_nothing_more_and_a_larger_budget_continues(tmp_path):
    given = {"variants": ["gru"], "finals": 1}
    once = study(tmp_path, **given).run()
    again = study(tmp_path, **given).run()
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


def test_tpe_repeats_with_one_worker_and_prunes(tmp_path):
    task = toy(min_updates=0, epochs=10)
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


def test_settings_over_seeds_are_a_study_without_a_search(tmp_path):
    result = study(tmp_path, variants=["gru"], seeds=4, trials=9).run()
    assert len(result.trials) == 4
    row = result.leaderboard.iloc[0]
    assert (row.seeds, row.trials) == (4, 4)
    assert row.test_mean == pytest.approx(result.trials.test_mse.mean(), abs=0)
    assert row.test_std == pytest.approx(result.trials.test_mse.std(), rel=1e-12)
    assert result.trials["params.lr"].nunique() == 1
    assert result.trials.valid_mse.nunique() == 4


# MLflow ------------------------------------------------------------------------------------------


def client(out):
    from mlflow import MlflowClient

    return MlflowClient(f"sqlite:///{out}/mlflow.db")


def runs(out, task, kind):
    import mlflow

    mlflow.set_tracking_uri(f"sqlite:///{out}/mlflow.db")
    return mlflow.search_runs(experiment_names=[task], filter_string=f"tags.kind = '{kind}'")


def test_mlflow_holds_what_the_study_promised(first):
    out, result = first
    for task, metric in (("adding", "mse"), ("embedded_reber", "legal")):
        parents, children = runs(out, task, "study"), runs(out, task, "trial")
        assert sorted(parents["tags.mlflow.runName"]) == ["gru", "standard"]
        assert parents["tags.mlflow.runColor"].nunique() == 2
        assert set(children["tags.mlflow.parentRunId"]) == set(parents.run_id)
        assert len(children) == 6
        for frame in (parents, children):
            assert (frame.status == "FINISHED").all()
            assert (frame["tags.task"] == task).all()
            assert (frame["tags.state"] == "complete").all()
            assert (frame["params.variant"] == frame["tags.variant"]).all()
            for column in ("tags.study", "tags.optuna.trial", "tags.mlflow.source.git.commit",
                           "params.lr", "params.hidden", "params.seed", "metrics.cost/parameters",
                           "metrics.cost/seconds_per_epoch", f"metrics.best/test_{metric}",
                           "metrics.cost/milliseconds_per_sequence"):  # fmt: skip
                assert frame[column].notna().all(), column
        board = result.leaderboard.query("task == @task").set_index("variant")
        for _, parent in parents.iterrows():
            row = board.loc[parent["tags.variant"]]
            assert parent[f"metrics.best/test_{metric}_mean"] == row.test_mean
            assert parent[f"metrics.best/valid_{metric}"] == row.valid
            curve = client(out).get_metric_history(parent.run_id, "valid/loss")
            assert sorted(m.step for m in curve) == list(range(1, 31))
            norms = client(out).get_metric_history(parent.run_id, "train/gradient_norm")
            assert len(norms) == 30


def test_the_artifacts_of_a_parent_hold_figures_and_weights_that_predict(first):
    out, _ = first
    for _, parent in runs(out, "adding", "study").iterrows():
        found = {a.path for a in client(out).list_artifacts(parent.run_id)}
        assert {name.partition("-")[0] for name in found} == {
            "certificate.txt",
            "curves",
            "gates",
            "trial",
        }
        (weights,) = (name for name in found if name.endswith(".npz"))
        path = client(out).download_artifacts(parent.run_id, weights, str(out))
        predicted = Network.load(path).predict(np.zeros((2, 8, 2), np.float32))
        assert predicted.shape == (2, 1)
        assert np.isfinite(predicted).all()


# One's own ---------------------------------------------------------------------------------------


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


def test_a_smaller_budget_than_the_folder_holds_is_refused(tmp_path):
    """One cell's best of 2 would stand beside another's best of 1."""
    study(tmp_path, trials=2, variants=["rnn"]).run()
    with pytest.raises(StudyError, match="holds 2 trials of adding/rnn; ask for as many"):
        study(tmp_path, trials=1, variants=["rnn", "gru"]).run()


def test_a_cell_whose_search_range_has_changed_is_another_study(tmp_path, half, monkeypatch):
    study(tmp_path, trials=1, variants=[half]).run()
    monkeypatch.setattr(half, "search", {"beta": (0.2, 5.0)})
    with pytest.raises(StudyError, match=r"spaces.adding/half.beta was .*0.8.*, now .*5.0"):
        study(tmp_path, trials=2, variants=[half]).run()

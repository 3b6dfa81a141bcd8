"""What a study gives back and writes."""

import sys

import cloudpickle
import matplotlib.image
import numpy as np
import pandas as pd
import pytest
from helpers.running import same

pytestmark = [pytest.mark.starts_workers]
cloudpickle.register_pickle_by_value(sys.modules[__name__])


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

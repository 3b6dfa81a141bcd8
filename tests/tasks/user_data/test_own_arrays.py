"""Tasks out of arrays: splits, targets, baselines, refusals."""

import numpy as np
import pytest
from helpers.batches import same
from helpers.drawing import rng
from helpers.refusals import refused

from gatelab import tasks
from gatelab.tasks import TaskError


def arrays(kind="classification", n=30, lengths=None):
    draw = rng()
    x = draw.normal(size=(n, 6, 2))
    y = {
        "classification": np.arange(n) % 3,
        "regression": x.sum(1),
        "multilabel": (x > 0).astype(int),
        "series": np.where(np.arange(6)[:, None] % 3, x, np.nan),
        "labelling": np.where(np.arange(6) % 3, (x > 0).sum(-1), -1),
    }[kind]
    return {"x": x, "y": y, "kind": kind, "lengths": lengths}


@pytest.mark.parametrize(
    "kind", ["classification", "regression", "multilabel", "series", "labelling"]
)
@pytest.mark.parametrize("ragged", [False, True])
def test_arrays_make_a_sound_task_that_splits_60_20_20(kind, ragged):
    lengths = 1 + np.arange(30) % 5 if ragged else None
    task = tasks.from_arrays(**arrays(kind, lengths=lengths), name="mine", epochs=3)
    tasks.check_task(task)
    assert (task.name, task.epochs, task.inputs) == ("mine", 3, 2)
    assert task.outputs == (3 if kind in ("classification", "labelling") else 2)
    train, valid, test = task.splits(rng())
    assert (len(train.batch.x), len(valid.x), len(test.x)) == (18, 6, 6)
    everything = np.concatenate([part.x[:, 0, 0] for part in (train.batch, valid, test)])
    assert sorted(everything) == sorted(task.batch.x[:, 0, 0])
    if kind == "classification":
        assert np.array_equal(np.bincount(test.y), [2, 2, 2])
    if ragged:
        assert test.x.shape[1] == test.lengths.max() < 6
        per_step = kind in ("multilabel", "series", "labelling")
        assert not per_step or test.y.shape[:2] == test.x.shape[:2]


def test_arrays_are_copied_and_padding_is_ignored():
    given = arrays("multilabel", lengths=np.full(30, 4))
    given["x"][:, 4:] = np.nan
    given["y"] = given["y"].astype(float)
    given["y"][:, 4:] = np.nan
    task = tasks.from_arrays(**given)
    before = task.splits(rng()).test
    given["x"][:] = given["y"][:] = 7
    assert same(before, task.splits(rng()).test)
    tasks.check_task(task)


@pytest.mark.parametrize(("kind", "without"), [("series", np.nan), ("labelling", -1)])
def test_arrays_have_no_target_past_the_end(kind, without):
    given = arrays(kind, lengths=np.full(30, 4))
    y = tasks.from_arrays(**given).batch.y
    assert np.array_equal(y[:, 4:], np.full_like(y[:, 4:], without), equal_nan=True)
    expected = given["y"][:, :4].astype(np.float32 if kind == "series" else np.int64)
    assert np.array_equal(y[:, :4], expected, equal_nan=True)
    given["y"][:, 4:] = 7
    assert np.array_equal(tasks.from_arrays(**given).batch.y, y, equal_nan=True)


def test_arrays_of_one_value_per_step_may_lack_the_last_axis():
    given = arrays("series")
    task = tasks.from_arrays(**(given | {"y": given["y"][..., 0]}))
    assert task.batch.y.shape == (30, 6, 1)
    tasks.check_task(task)


def test_no_split_lacks_a_class_of_three_sequences():
    given = arrays(n=12)
    given["y"] = np.array([0] * 5 + [1] * 4 + [2] * 3)
    task = tasks.from_arrays(**given)
    tasks.check_task(task)
    for seed in range(20):  # chance alone leaves a class out of a split
        train, valid, test = task.splits(rng(seed))
        assert all({*part.y} == {0, 1, 2} for part in (train.batch, valid, test))
    given = arrays("regression", n=5)
    tasks.check_task(tasks.from_arrays(given["x"], given["y"][:, 0], kind="regression"))


def test_arrays_baselines_by_hand():
    y = np.array([0] * 20 + [1] * 10)
    task = tasks.from_arrays(rng().normal(size=(30, 4, 1)), y)
    scores = task.baselines(task.splits(rng()))
    assert scores.pop("majority class") == pytest.approx(4 / 6)
    assert [*scores] == ["logistic, mean and spread"]
    told = tasks.from_arrays(rng().normal(size=(30, 4, 1)) + 9 * y[:, None, None], y)
    assert told.baselines(told.splits(rng()))["logistic, mean and spread"] == 1
    constant = tasks.from_arrays(rng().normal(size=(30, 4, 1)), np.full(30, 3.5), kind="regression")
    nothing = {"training mean": 0, "line, mean and spread": pytest.approx(0, abs=1e-20)}
    assert constant.baselines(constant.splits(rng())) == nothing
    x = np.concatenate([rng().normal(size=(30, 4, 1)), np.ones((30, 4, 1))], 2)  # one never changes
    line = tasks.from_arrays(x, 2 * x[..., 0].mean(1) - 3 * x[..., 0].std(1), kind="regression")
    scores = line.baselines(line.splits(rng()))
    assert scores["line, mean and spread"] < 1e-10 < scores["training mean"]
    x, off = rng().normal(size=(30, 4, 1)), np.arange(4) == 2
    series = tasks.from_arrays(x, np.tile(np.where(off, np.nan, 3.5), (30, 1)), kind="series")
    assert series.baselines(series.splits(rng())) == {"training mean": 0}
    named = tasks.from_arrays(x, np.tile([0, 1, -1, 1], (30, 1)), kind="labelling")
    assert named.baselines(named.splits(rng())) == {"majority class": pytest.approx(2 / 3)}


def poison(value):
    x = arrays()["x"]
    x[3, 2, 1] = value
    return x


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"x": poison(np.nan)}, r"x holds 1 values that are NaN or infinite .* \[3, 2, 1\]"),
        ({"x": poison(np.inf)}, "x holds 1 values"),
        ({"x": poison(1e300)}, "infinite in float32"),
        ({"x": np.zeros(30)}, r"x must be \(N, T, D\)"),
        ({"x": np.zeros((30, 6, 2, 2))}, r"x.reshape\(N, T, -1\) makes one axis"),
        ({"x": np.zeros((30, 0, 2))}, "none of them 0"),
        ({"x": np.full((30, 6, 2), "a")}, r"x must hold numbers, got 'a' \(str\) at \[0, 0, 0\]"),
        ({"x": [[[0.0]], [[0.0], [1.0]]]}, "at least 5 sequences"),
        ({"x": np.zeros((4, 6, 2)), "y": np.arange(4)}, "at least 5 sequences"),
        ({"lengths": np.full(30, 7)}, "lengths must be 1 to 6, the steps of x, got 7 to 7"),
        ({"lengths": np.arange(30) % 6}, "lengths must be 1 to 6"),
        ({"lengths": np.full(29, 3)}, "lengths must be 30 whole numbers"),
        ({"lengths": np.full(30, 3.5)}, "lengths must be 30 whole numbers"),
        ({"kind": "clasification"}, "did you mean classification?"),
        ({"y": np.arange(29) % 3}, "y of a classification must be 30 labels"),
        ({"y": np.zeros(30, int)}, "classes must be at least two, got 0"),
        ({"y": np.arange(30) / 3}, r'0.333333 at \[1\], no class; kind="regression" learns'),
        ({"y": np.arange(30) // 2}, 'y holds 15 .* of 30 .*kind="regression" learns numbers'),
        ({"kind": "regression", "y": np.full((30, 1), np.nan)}, "y holds 30 values"),
        ({"kind": "regression", "y": np.zeros((30, 6, 1))}, r"must be numbers \(30, K\)"),
        ({"kind": "multilabel", "y": np.zeros((30, 3))}, r"must be 0 or 1 \(30, 6, 'K'\)"),
        ({"kind": "multilabel", "y": np.zeros((30, 2))}, 'say order="NDT"'),
        ({"kind": "multilabel", "y": np.full((30, 6, 1), 0.5)}, "must be 0 or 1, got 0.5"),
        ({"kind": "series", "y": np.zeros(30)}, r"must be numbers \(30, 6, 'K'\), NaN for"),
        ({"kind": "series", "y": np.zeros((30, 6, 1), complex)}, "of complex128"),
        ({"kind": "series", "y": np.full((30, 6, 1), np.inf)}, "y holds 180 values"),
        ({"kind": "series", "y": np.full((30, 6, 1), np.nan)}, "holds no target"),
        ({"kind": "labelling", "y": np.zeros((30, 6)) + 0.5}, r"0.5 at \[0\], no class"),
        ({"kind": "labelling", "y": np.zeros(30, int)}, r"must be labels \(30, 6\), -1 for no"),
        ({"kind": "labelling", "y": np.full((30, 6), -1)}, "at least two, got none; -1 means no"),
        ({"epoch": 3}, "unknown option of arrays 'epoch'; did you mean epochs?"),
    ],
)
def test_arrays_that_cannot_be_a_task_are_refused_in_one_line(change, complaint):
    with refused(TaskError, complaint):
        tasks.from_arrays(**(arrays() | change))

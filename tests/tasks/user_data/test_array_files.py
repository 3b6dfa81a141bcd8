"""Arrays out of files, and their scale."""

import numpy as np
import pytest
from helpers.drawing import rng

from gatelab import tasks
from gatelab.tasks import TaskError


def test_arrays_come_back_from_a_file(folder):
    x, lengths = rng().standard_normal((20, 5, 2)), 1 + np.arange(20) % 5
    np.savez("mine.npz", x=x, y=x.sum((1, 2)), lengths=lengths, kind="regression")
    task = tasks.from_npz("mine.npz", epochs=4)
    tasks.check_task(task)
    same = tasks.from_arrays(x, x.sum((1, 2)), lengths, "regression", "mine", epochs=4)
    assert task.options() == same.options()
    assert (task.kind, task.outputs) == ("regression", 1)
    for one, other in zip(task.batch, same.batch, strict=True):
        assert np.array_equal(one, other)
    np.savez("classes.npz", x=x, y=np.arange(20) % 2)
    assert tasks.from_npz("classes.npz").kind == "classification"


@pytest.mark.parametrize("kind", ["classification", "series"])
def test_scale_is_that_of_the_training_sequences_if_asked_for(kind, folder):
    x = 50 + 9 * rng().standard_normal((40, 5, 3))
    x[..., 2] = 7  # never changes
    lengths = np.where(np.arange(40) % 2, 3, 5)
    y = np.arange(40) % 2 if kind == "classification" else x[..., :1]
    np.savez("mine.npz", x=x, y=y, lengths=lengths, kind=kind)
    plain, scaled = tasks.make("mine.npz"), tasks.make("mine.npz:standardise=True")
    assert not plain.options()["standardise"]
    before, after = plain.splits(rng()), scaled.splits(rng())
    assert before.test.x[before.test.valid()].mean() > 30
    seen = before.train.batch.x[before.train.batch.valid()].astype(float)
    for one, other in zip(
        (before.train.batch, before.valid, before.test),
        (after.train.batch, after.valid, after.test),
        strict=True,
    ):
        want = (one.x - seen.mean(0)) / np.array([*seen.std(0)[:2], 1])
        assert other.x == pytest.approx(np.where(one.valid()[..., None], want, 0), abs=1e-4)
        assert np.array_equal(one.y, other.y, equal_nan=kind == "series")
    assert 0 < abs(after.test.x[after.test.valid()][:, :2].mean()) < 1
    with pytest.raises(TaskError, match="standardise must be bool"):
        tasks.make("mine.npz:standardise=2")

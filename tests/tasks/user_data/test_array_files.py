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


def test_a_labelling_task_padded_as_torch_does_has_no_class_of_padding(folder):
    x, y = rng().normal(size=(40, 6, 2)), np.tile([0, 1, 1, 0, -100, -100], (40, 1))
    np.savez("padded.npz", x=x, y=y, kind="labelling")
    task = tasks.make("padded.npz")
    assert (task.outputs, (task.batch.y == -1).sum()) == (2, 80)
    assert task.notes == ("80 steps labelled '-100' have no target (-1)",)


def test_words_in_a_file_are_labels_and_objects_are_refused_with_advice_that_works(folder):
    x = [rng(i).normal(size=(3 + i % 3, 2)) for i in range(30)]
    y = ["yes", "no", "maybe"] * 10
    np.savez("words.npz", X=np.zeros((30, 4, 2)) + 0.5, y=y)
    assert tasks.make("words.npz").labels == ("maybe", "no", "yes")
    ragged = np.empty(30, object)
    ragged[:] = x
    np.savez("objects.npz", x=ragged, y=np.array(y, object), allow_pickle=True)
    with pytest.raises(TaskError, match=r"pad x to one length with NaN, and save words as np.arr"):
        tasks.make("objects.npz")
    padded = np.full((30, 5, 2), np.nan)
    for row, each in zip(padded, x, strict=True):
        row[: len(each)] = each
    np.savez("padded.npz", x=padded, y=np.array(y, str))
    assert tasks.make("padded.npz").batch.lengths.tolist() == [len(each) for each in x]
    np.savez("named.npz", x=padded, y=np.arange(30) % 3, labels=["low", "middle", "high"])
    assert tasks.make("named.npz").labels == ("low", "middle", "high")


@pytest.mark.parametrize("typed", ["missing=c,d", 'missing="c",d'])
def test_advice_on_rare_classes_works_when_it_is_typed(typed, folder):
    y = ["a"] * 20 + ["b"] * 8 + ["c", "d"]
    np.savez("rare.npz", x=np.ones((30, 4, 2)), y=y)
    with pytest.raises(TaskError, match="missing=c,d when typed"):
        tasks.make("rare.npz")
    assert tasks.make(f"rare.npz:{typed}").labels == ("a", "b")
    x = np.where(np.arange(4)[:, None] < 2 + np.arange(30)[:, None, None] % 3, 0.5, 0)
    np.savez("zeros.npz", x=x, y=np.arange(30) % 2)
    assert tasks.make('zeros.npz:lengths="padded"').batch.lengths.max() == 4
    assert tasks.make("zeros.npz:lengths=full").batch.lengths is None

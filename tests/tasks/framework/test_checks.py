"""`check_task`: sound tasks pass, and every fault is named."""

import numpy as np
import pytest
from helpers.drawing import rng

from gatelab import tasks
from gatelab.tasks import Batch, Dataset, Splits, Stream, Task, TaskError


class Sound(Task):
    """A task without fault, for the faulty ones to extend."""

    inputs = 2

    def draw(self, rng, size):
        x = rng.normal(size=(size, 5, 2)).astype(np.float32)
        return Batch(x, x.sum((1, 2))[:, None], np.full(size, 5))

    def splits(self, rng):
        return Splits(Stream(self.draw), self.draw(rng, 20), self.draw(rng, 30))

    def baselines(self, splits):
        return {"nothing": 1.0}


def faulty(**attributes):
    return type("Faulty", (Sound,), attributes)


def drawing(change):
    return {"draw": lambda self, rng, size: change(Sound.draw(self, rng, size))}


def splitting(change):
    return {"splits": lambda self, rng: change(Sound.splits(self, rng))}


def poisoned(batch):
    batch.x[0, 0, 0] = np.nan
    return batch


class PerStep(Sound):
    """A task without fault whose lengths are ragged, with a target at every other step."""

    def draw(self, rng, size):
        x = rng.normal(size=(size, 5, 2)).astype(np.float32)
        lengths = rng.integers(1, 6, size)
        off = np.arange(5) >= lengths[:, None]
        off[:, 1::2] = True
        return Batch(x, self.targets(x, off), lengths)


class Series(PerStep):
    kind, metric, outputs = "series", "nmse", 2

    def targets(self, x, off):
        return np.where(off[..., None], np.float32("nan"), x)


class Labelling(PerStep):
    kind, metric, outputs = "labelling", "roc_auc", 2

    def targets(self, x, off):
        return np.where(off, -1, (x[..., 0] > 0).astype(np.int64))


def targeting(cls, change, **attributes):
    """The class with other targets, given y and the places without one."""
    targets = lambda self, x, off: change(cls.targets(self, x, off), off)
    return type("Faulty", (cls,), {"targets": targets, **attributes})


def leaking(valid, test):
    """A class whose splits are cut from the same 60 sequences, the first 40 to train on."""

    def splits(self, rng):
        whole = self.draw(rng, 60)
        return Splits(Dataset(whole.rows(slice(40))), whole.rows(valid), whole.rows(test))

    return faulty(splits=splits)


FAULTS = [
    (faulty(kind="guess"), "kind 'guess'"),
    (faulty(metric="f1"), "metric 'f1'"),
    (faulty(outputs=0), "outputs is 0"),
    (faulty(inputs=3), "train.x has 2 inputs, the task says 3"),
    (faulty(outputs=2), "train.y has 1 outputs, not 2"),
    (faulty(kind="classification"), "train.y is float32, should be int64"),
    (faulty(**drawing(lambda b: b._replace(x=b.x.astype(float)))), "train.x is float64"),
    (faulty(**drawing(lambda b: b._replace(x=b.x[:, 0]))), r"train.x has shape \(32, 2\)"),
    (faulty(**drawing(lambda b: b._replace(lengths=b.lengths + 1))), "not within 1 to 5"),
    (faulty(**drawing(lambda b: b._replace(lengths=b.lengths.astype(np.int32)))), "int32"),
    (faulty(**drawing(lambda b: b._replace(y=b.y[:-1]))), "train.y is .* beside x"),
    (faulty(**drawing(poisoned)), "train.x holds NaN"),
    (faulty(**splitting(lambda s: s._replace(test=poisoned(s.test)))), "test.x holds NaN"),
    (faulty(**splitting(lambda s: tuple(s))), "gives tuple, not Splits"),
    (faulty(**splitting(lambda s: s._replace(train=[]))), "no Dataset, Stream or StatefulStream"),
    (faulty(**splitting(lambda s: s._replace(test=s.valid))), "valid and test are the same"),
    (faulty(draw=lambda self, _, size: Sound.draw(self, rng(7), size)), "ignores its rng"),
    (faulty(draw=lambda self, _, size: Sound.draw(self, rng(None), size)), "the same rng gives"),
    (faulty(baselines=lambda self, splits: {}), "no baselines"),
    (faulty(baselines=lambda self, splits: {"guess": float("inf")}), "baseline 'guess' is inf"),
    (faulty(baselines=Task.baselines), "baselines is not defined"),
    (targeting(Series, lambda y, _: y.astype(float)), "train.y is float64"),
    (targeting(Series, lambda y, _: y[..., 0]), r"train.y has shape .* be \(N, T, K\)"),
    (targeting(Series, lambda y, _: y[:, :4]), "train.y is .* beside x"),
    (targeting(Series, lambda y, _: y[..., :1]), "train.y has 1 outputs, not 2"),
    (targeting(Series, lambda y, _: np.full_like(y, np.nan)), "train.y has no target"),
    (targeting(Series, lambda y, _: y + np.float32("inf")), "train.y holds NaN or inf"),
    (targeting(Series, lambda y, _: 0 * y), "metric nmse gives nan on valid"),
    (targeting(Series, lambda y, _: y, metric="nll"), "metric nll is not for series"),
    (targeting(Labelling, lambda y, _: y[..., None]), r"should be \(N, T\)"),
    (targeting(Labelling, lambda y, _: y.T.copy()), r"train.y is \(5, 32\) beside x \(32, 5, 2\)"),
    (targeting(Labelling, lambda y, _: y.astype(np.int32)), "train.y is int32"),
    (targeting(Labelling, lambda y, _: y + (y >= 0)), "outside -1 .no target., 0 to 1"),
    (targeting(Labelling, lambda y, _: y - (y < 0)), "outside -1 .no target., 0 to 1"),
    (targeting(Labelling, lambda y, _: 0 * y - 1), "train.y has no target"),
    (targeting(Labelling, lambda y, _: np.minimum(y, 0)), "metric roc_auc gives nan on valid"),
    (leaking(slice(40, 50), slice(0, 10)), "10 of 10 test sequences are in train"),
    (leaking(slice(34, 44), slice(50, 60)), "6 of 10 valid sequences are in train"),
    (leaking(slice(40, 50), slice(41, 51)), "9 of 10 test sequences are in valid"),
]


def test_check_task_takes_a_class_and_an_instance():
    tasks.check_task(Sound)
    tasks.check_task(Sound(epochs=2))
    tasks.check_task(leaking(slice(40, 50), slice(45, 55)))  # half of it may be twice in real data
    tasks.check_task(Series)
    tasks.check_task(Labelling)


def test_what_stands_past_the_end_is_no_target():
    """Not even what could never be one."""
    tasks.check_task(targeting(Series, lambda y, off: _past(y, off, np.inf)))
    tasks.check_task(targeting(Labelling, lambda y, off: _past(y, off, 99)))


def _past(y, off, value):
    """Targets whose padding holds a value: the even steps without a target."""
    y[:, ::2][off[:, ::2]] = value
    return y


@pytest.mark.parametrize(("cls", "complaint"), FAULTS, ids=[complaint for _, complaint in FAULTS])
def test_check_task_names_what_fails(cls, complaint):
    with pytest.raises(TaskError, match=complaint) as refusal:
        tasks.check_task(cls)
    assert str(refusal.value).startswith("task ")

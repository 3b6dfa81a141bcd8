"""What every registered task must hold to, and what each says of itself."""

import re

import cloudpickle
import numpy as np
import pytest
from helpers.batches import first, same
from helpers.drawing import rng

from gatelab import tasks

# Tasks whose data say what is for validation and what for the test.
GIVEN = {
    "chorales", "etth1", "nottingham", "nyc_taxi", "santa_fe", "shakespeare", "ucr_anomaly",
}  # fmt: skip


@pytest.mark.parametrize("name", tasks.names())
def test_registered_task_passes_the_checks(name):
    tasks.check_task(name)


@pytest.mark.parametrize("name", tasks.names())
def test_same_rng_same_batch_other_rng_other_batch(name):
    one, two, other = (tasks.make(name).splits(rng(seed)) for seed in (3, 3, 4))
    assert same(first(one.train), first(two.train))
    assert not same(first(one.train, seed=1), first(one.train, seed=2))
    assert same(one.valid, two.valid)
    assert same(one.test, two.test)
    assert same(one.valid, other.valid) == (name in GIVEN)


@pytest.mark.parametrize("name", tasks.names())
def test_who_asks_for_the_next_step_says_so(name):
    """Where what is read at the next step is what was asked, or is in the set that was."""
    task = tasks.make(name)
    if task.kind in ("regression", "classification"):
        assert not task.next_step
        return
    batch = task.splits(rng()).test
    x, y, alive = batch.x[:, 1:], batch.y[:, :-1], batch.valid()[:, 1:]
    if task.kind == "labelling":
        told = (x.argmax(-1) == y)[alive & (y >= 0)]
    elif task.kind == "series":
        told = (x[..., :1] == y[..., :1])[alive & ~np.isnan(y[..., 0])]
    else:  # symbols in the same order, or without the start and with an end
        width = min(x.shape[2], y.shape[2])
        pairs = (x[..., :width], y[..., :width]), (x[..., 1:], y[..., : x.shape[2] - 1])
        told = max((((p <= q).all(-1) & p.any(-1))[alive] for p, q in pairs), key=np.mean)
    assert task.next_step == (told.mean() > 0.95)


@pytest.mark.parametrize("name", tasks.names())
def test_task_travels_to_another_process_by_value(name):
    task = tasks.make(name, epochs=7)
    copy = cloudpickle.loads(cloudpickle.dumps(task))
    assert copy.options() == task.options()
    assert same(copy.splits(rng()).test, task.splits(rng()).test)


@pytest.mark.parametrize("name", tasks.names())
def test_docstring_draws_a_row_and_names_its_source(name):
    doc = tasks.get(name).__doc__
    assert "One row" in doc
    assert re.search(r"\((19|20)\d\d\)", doc)

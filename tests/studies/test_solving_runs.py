"""Runs until a task is solved."""

import json
from dataclasses import replace

import numpy as np
import pytest

from gatelab import tasks, variants
from gatelab.tasks import TaskError
from gatelab.tasks.framework.stopping import Recent
from gatelab.trials.solving import solve

QUICK = {"hidden": 8, "lr": 1e-2}


def run(task, given=QUICK, seed=3, cell="standard", **more):
    record = solve(task, variants.get(cell), given, seed, **more)
    return {k: v for k, v in record.items() if k != "seconds"}


def test_solved_on_time_and_the_same_again():
    task = tasks.make("temporal_order", length=10)
    rule = Recent(0.3, mean=0.1, of=100, budget=20_000)
    record = run(task, rule=rule)
    assert record["solved"]
    assert 100 <= record["sequences"] < 20_000
    assert record["test"]["wrong"] <= 0.05 * record["test"]["of"]
    assert run(task, rule=rule) == record
    assert run(task, rule=rule, seed=4)["sequences"] != record["sequences"]
    json.dumps(record)


def test_a_run_out_of_its_budget_has_failed():
    record = run(
        tasks.make("adding_ragged", length=20), budget=50, given={"hidden": 4, "batch": 20}
    )
    assert (record["solved"], record["sequences"]) == (False, 60)  # to the end of the batch
    assert record["test"]["wrong"] > 2000


def test_a_run_that_diverges_has_failed():
    given = {"hidden": 4, "lr": 1e30, "optimizer": "sgd", "clip": 0}
    record = run(tasks.make("adding_ragged", length=20), given=given, budget=50)
    assert not record["solved"]
    assert record["reason"].startswith("diverged at update ")


def test_examined_in_the_course_of_training():
    """Two strings to tell apart, looked at after every 50 sequences."""
    task = tasks.make("long_lag", lag=3)
    rule = replace(task.stop, every=50, of=300)  # more than one draw of its split
    record = run(task, rule=rule, budget=5000)
    assert record["solved"]
    assert record["sequences"] % 50 == 0
    assert record["test"] == {"wrong": 0, "of": 500, "error": record["test"]["error"], "solved": 1}


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("spike_delays", {"interval": 3, "spikes": 3, "test_spikes": 5}),
        ("continual_reber", {"length": 8, "test_length": 20, "test_sequences": 2}),
    ],
)
def test_streams_end_with_their_first_error(name, options):
    """Nothing is solved in ten streams; each is learned up to its error, however long it was."""
    task = tasks.make(name, **options)
    record = run(task, rule=replace(task.stop, every=3), budget=10)
    assert (record["solved"], record["sequences"]) == (False, 10)
    easy = replace(task.stop, within=np.inf, every=3)
    assert run(task, rule=easy, budget=10)["sequences"] == 3


def test_what_has_no_rule_is_told_so():
    with pytest.raises(TaskError, match="adding has no stop rule"):
        run(tasks.make("adding"))

"""The record of a trial: one JSON form, one form of keys, nothing taken that does not fit."""

import json
import math

import pytest
from helpers.records import make_record

from gatelab.errors import StudyError
from gatelab.trials.record import Baseline, Record, column, versions


def full():
    return make_record(
        "complete", trial=3, curves={"train/loss": [1.0, 0.5], "valid/mse": [1.0, math.nan]},
        epoch=1, best={"valid/mse": 1.0, "test/mse": 2.0}, confusion=[[1, 0], [2, 3]],
        over={"latency/milliseconds": [[8, 0.5]]}, baseline=Baseline("always 1", 0.167, False),
        cost={"parameters": 7, "seconds": 0.5}, weights="w.npz", params={"lr": 0.1},
    )  # fmt: skip


def test_json_and_back():
    for record in (full(), Record.of_failure(2, 0, {"lr": 0.1}, "no more\ndata")):
        kept = json.loads(json.dumps(record.to_json(), allow_nan=False))
        back = Record.from_json(kept)
        assert back.to_json() == kept
        assert (back.baseline, back.best, back.params) == (
            record.baseline, record.best, record.params,
        )  # fmt: skip
    assert math.isnan(Record.from_json(full().to_json()).curves["valid/mse"][1])


def test_a_failed_record_has_its_reason_in_one_line():
    failed = Record.of_failure(2, 0, {"lr": 0.1}, "no more\ndata")
    assert (failed.state, failed.slot, failed.reason) == ("failed", 2, "no more")
    assert list(failed.epochs) == []
    assert math.isnan(failed.score("valid", "mse"))
    assert failed.processor
    assert {*failed.versions} == {*versions()} >= {"gatelab", "numpy", "python"}
    assert full().failed("no score").state == "failed"


@pytest.mark.parametrize("name", ["curves", "processor", "baseline"])
def test_a_record_that_lacks_something_or_has_more_is_refused(name):
    kept = full().to_json()
    with pytest.raises(StudyError, match=f"record lacks '{name}': another version"):
        Record.from_json({k: v for k, v in kept.items() if k != name})
    with pytest.raises(StudyError, match="record has 'epochs': another version"):
        Record.from_json({**kept, "epochs": [1, 2]})
    with pytest.raises(StudyError, match="baseline lacks 'beaten'"):
        Record.from_json({**kept, "baseline": {"name": "a", "score": 1.0}})


def test_a_trial_ends_in_one_of_three_ways():
    with pytest.raises(StudyError, match="complete or pruned or failed, not as 'done'"):
        make_record("done")


def test_columns_are_keys_with_an_underscore():
    assert [column(key) for key in ("test/mse", "train/gradient_norm", "epoch")] == [
        "test_mse", "train_gradient_norm", "epoch",
    ]  # fmt: skip

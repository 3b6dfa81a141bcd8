"""A budget is kept exactly; nothing is lost when a search stops."""

import json
import math

import numpy as np
import pytest
from helpers.refusals import refused
from helpers.searches import fill, make, record
from optuna.trial import TrialState

from gatelab.errors import StudyError
from gatelab.searching.search import STARTUP, Search
from gatelab.searching.storage import open_storage
from gatelab.trials.record import Record
from gatelab.trials.space import SPACE


def test_a_study_continues_to_its_budget_and_never_past_it(storage):
    fill(make(storage), 3)
    again = make(storage)
    assert again.open_slots(range(3)) == []
    assert again.open_slots(range(5)) == [3, 4]
    fill(again, 5)
    assert len(again.study.trials) == 5
    assert make(storage).open_slots(range(5)) == []
    with pytest.raises(StudyError, match="slot 2"):
        again.ask(2)


def test_slots_that_run_are_not_given_out_again(storage):
    search = make(storage)
    search.ask(0)
    assert search.open_slots(range(3)) == [1, 2]


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_an_interrupted_slot_is_done_again_with_the_same_hyperparameters(storage, sampler):
    search = make(storage, sampler=sampler)
    fill(search, STARTUP + 1)
    first = search.ask(STARTUP + 1)
    search.interrupted(first)
    assert search.open_slots(range(STARTUP + 2)) == [STARTUP + 1]
    second = search.ask(STARTUP + 1)
    assert second.params == first.params
    assert second.number == first.number + 1
    search.tell(second, record())
    trial = search.study.trials[first.number]
    assert trial.state is TrialState.FAIL
    assert trial.user_attrs["reason"] == "interrupted"


def test_a_slot_that_failed_by_an_error_is_tried_again_only_if_that_is_asked_for(storage):
    search = make(storage)
    diverged = record(state="failed", reason="diverged", cost={"parameters": 9, "seconds": 1.0})
    error = Record.of_failure(0, 0, {}, "RuntimeError: the disk was away")
    for slot, told in enumerate([error, diverged, record(0.5)]):
        search.tell(search.ask(slot), told)
    assert make(storage).open_slots(range(3)) == []
    again = make(storage)
    assert len(again.records()) == 3
    again.retry_failed()
    assert len(again.records()) == 2
    assert again.open_slots(range(3)) == [0]
    assert len(make(storage).records()) == 3  # stopped before it was tried: the old record counts
    again.tell(again.ask(0), record(0.25))
    later = make(storage)
    later.retry_failed()
    assert later.open_slots(range(3)) == []
    assert [each.state for each in later.records()] == ["complete", "failed", "complete"]
    assert later.records()[0].trial == 3
    assert later.study.trials[0].user_attrs["record"]["reason"] == error.reason  # kept


def test_a_trial_told_in_the_moment_of_the_interrupt_stays_told(storage):
    search = make(storage)
    asked, half = search.ask(0), search.ask(1)
    search.tell(asked, record(0.25))
    half.trial.set_user_attr("record", record(0.5, slot=1, trial=half.number).to_json())
    search.interrupted(asked)
    search.interrupted(half)
    assert search.open_slots(range(2)) == []
    assert [trial.value for trial in search.study.trials] == [0.25, 0.5]


def test_a_trial_whose_process_died_is_closed_and_its_slot_opened(storage, tmp_path):
    dead = make(storage)
    fill(dead, 2)
    lost = dead.ask(2)
    told = dead.ask(3)
    told.trial.set_user_attr("record", record(0.25, slot=3, trial=told.number).to_json())

    other = open_storage(tmp_path)
    search = make(other)
    assert search.open_slots(range(5)) == [2, 4]
    states = [trial.state for trial in search.study.trials]
    done, failed = TrialState.COMPLETE, TrialState.FAIL
    assert states == [done, done, failed, done]
    assert search.study.trials[3].value == 0.25
    assert search.ask(2).params == lost.params
    other.engine.dispose()


def test_a_trial_that_diverged_or_was_pruned_has_ended(storage):
    search = make(storage)
    search.tell(search.ask(0), record(state="failed", reason="loss is nan", best={}))
    search.tell(search.ask(1), record(0.1, state="pruned"))
    search.tell(search.ask(2), record(0.7))
    kept = search.tell(search.ask(3), record(math.nan))
    assert (kept.state, kept.reason) == ("failed", "no finite valid/mse")
    assert math.isnan(kept.best["valid/mse"])
    again = make(storage)
    assert again.open_slots(range(4)) == []
    states = [trial.state for trial in again.study.trials]
    assert states == [TrialState.FAIL, TrialState.PRUNED, TrialState.COMPLETE, TrialState.FAIL]
    assert again.records() == search.records()
    assert again.best().slot == 2  # Not the pruned one, though its score is better.


def test_selection_is_on_validation_the_first_of_equals(storage):
    search = make(storage)
    for slot, (valid, test) in enumerate([(0.5, 0.0), (0.2, 0.9), (0.2, 0.1)]):
        search.tell(search.ask(slot), record(best={"valid/mse": valid, "test/mse": test}))
    assert search.best().slot == 1
    upward = Search(storage, "digits", "gru", SPACE, "accuracy", "maximize", "random")
    assert upward.best() is None
    for slot, valid in enumerate([0.5, 0.9]):
        upward.tell(upward.ask(slot), record(best={"valid/accuracy": valid}))
    assert upward.best().slot == 1
    assert upward.study.best_value == 0.9


def test_a_record_is_kept_as_json_can_hold_it(storage):
    search = make(storage)
    norms = {"train/gradient_norm": [math.inf, np.float32(0.5)]}
    kept = search.tell(search.ask(0), record(np.float64(0.5), cost={"parameters": np.int64(7)},
                                             curves=norms))  # fmt: skip
    assert math.isnan(kept.curves["train/gradient_norm"][0])
    assert kept.curves["train/gradient_norm"][1] == 0.5
    assert kept.cost == {"parameters": 7}
    assert make(storage).records() == [kept]
    (trial,) = search.study.trials
    assert trial.user_attrs["record"] == json.loads(json.dumps(kept.to_json(), allow_nan=False))


def test_records_of_another_version_are_refused_in_one_line(storage):
    search = make(storage)
    kept = search.tell(search.ask(0), record()).to_json()
    for changed, wrong in (
        ({**kept, "more": 1}, "has 'more'"),
        ({k: v for k, v in kept.items() if k != "curves"}, "lacks 'curves'"),
    ):
        other = make(storage, wrong[:3])
        other.ask(0).trial.set_user_attr("record", changed)
        with refused(StudyError, f"record {wrong}: another version"):
            make(storage, wrong[:3])

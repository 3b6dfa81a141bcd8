"""What the conductor keeps of trials that have ended, and what it reads again."""

import gc
import sqlite3
from contextlib import closing

import pytest
from helpers.refusals import refused
from helpers.searches import make, record

from gatelab.errors import StudyError
from gatelab.searching import reading, stored
from gatelab.searching.storage import open_storage
from gatelab.trials.record import brief

EPOCHS = 1013  # no other list is as long
CURVES = {f"valid/{name}": [0.5 + k / EPOCHS for k in range(EPOCHS)] for name in ("mse", "loss")}


def trained(search, slots, **more):
    for slot in slots:
        search.tell(search.ask(slot), record(1 / (slot + 1), curves=CURVES, **more))


@pytest.mark.parametrize(
    "given", [{}, {"sampler": "tpe"}, {"pruning": True}, {"sampler": "fixed", "space": {}}]
)
def test_memory_does_not_grow_with_the_curves(storage, given):
    search = make(storage, **given)
    trained(search, range(4))
    search.prunes(search.ask(4), 1, 0.5)  # looks at all trials, where it has to
    best = search.best()
    assert curves_in_memory() == len(best.curves)
    assert len(search.ended) == 4
    assert search.records()[2].curves == CURVES


def curves_in_memory():
    """The number of curves beside ``CURVES``."""
    gc.collect()
    lists = [each for each in gc.get_objects() if type(each) is list and len(each) == EPOCHS]
    return len(lists) - len(CURVES)


def test_without_curves_the_best_has_its_own(storage):
    search = make(storage)
    trained(search, range(3))
    search.tell(search.ask(3), record(state="failed", reason="loss is nan", best={}))
    whole = search.records()
    assert search.records(curves=False) == [*map(brief, whole[:2]), whole[2], brief(whole[3])]
    assert search.best() == whole[2]


def test_a_folder_is_read_without_curves_too(tmp_path):
    storage = open_storage(tmp_path)
    search = make(storage)
    trained(search, range(3))
    short, whole = reading.read(tmp_path, curves=False), reading.read(tmp_path)
    assert whole == {"adding/gru": search.records()}
    assert short == {"adding/gru": search.records(curves=False)}
    there = reading.Stored(tmp_path)
    assert there.whole("adding", "gru", None, 1) == search.records()[1]
    there.close()
    storage.engine.dispose()


def test_the_best_is_found_again_when_its_slot_is_trained_again(storage):
    search = make(storage)
    trained(search, range(3))
    for trial, score in ((0, 0.1), (1, 0.9)):
        again = record(score, trial=7 + trial, slot=2)
        search._keep(again)  # as if another session had trained it
        assert search._first.slot == (2, 1)[trial]


def test_a_slot_that_was_opened_again_has_no_record(storage):
    search = make(storage)
    trained(search, [0])
    search.tell(search.ask(1), record(state="failed", reason="OSError", best={}, cost={
        "parameters": 0, "seconds": 0.0}))  # fmt: skip
    search.retry_failed()
    assert [each.slot for each in search.records()] == [0]
    assert search.next_slot(range(3)) == 1
    assert search.next_slot([0]) is None


def test_a_damaged_record_is_refused_in_one_line(tmp_path):
    storage = open_storage(tmp_path)
    trained(make(storage), [0])
    storage.engine.dispose()
    with closing(sqlite3.connect(tmp_path / "optuna.db")) as file:
        file.execute("UPDATE trial_user_attributes SET value_json = '{' WHERE key = 'record'")
        file.commit()
    for curves in (True, False):
        with refused(StudyError, "cannot open the trials in"):
            reading.read(tmp_path, curves=curves)


def test_records_come_in_the_order_of_their_trials(storage):
    search = make(storage)
    trained(search, [2, 0, 1])
    study = search.study._study_id
    assert [r.slot for r in stored.records(storage, study)] == [2, 0, 1]
    assert [r.slot for r in search.records()] == [0, 1, 2]
    assert stored.whole(storage, study, 9) is None


@pytest.mark.parametrize("given", [{"sampler": "tpe"}, {"sampler": "random"}, {"pruning": True}])
def test_trials_are_known_as_they_are_stored(storage, given):
    space = {"hidden": (4, 64, "log"), "lr": (1e-3, 1.0, "log"), "optimizer": ["adam", "sgd"]}
    search = make(storage, space=space, **given)
    for slot, state in enumerate([*["complete"] * 7, "pruned", "failed", "complete"]):
        asked = search.ask(slot)
        known_as_stored(search, asked)
        for rung, value in ((3, 1e30), (5, 0.1 * slot), (5, 0.7)):
            search.prunes(asked, rung, value)
        asked.trial.storage.set_trial_system_attr(asked.trial._trial_id, "note", (1, [2.5]))
        known_as_stored(search, asked)
        search.tell(asked, record(1 / (slot + 1), state=state))
        known_as_stored(search, asked)
    search.interrupted(interrupted := search.ask(10))
    known_as_stored(search, interrupted)
    search.ask(11)  # and nobody ends it
    again = make(storage, space=space, **given)
    known_as_stored(again, again.ask(11))


def known_as_stored(search, asked):
    """The search knows of its trials what the database knows, but for their records."""
    known, stored = search.study._storage, search.storage
    trial, study = asked.trial._trial_id, search.study._study_id
    assert facts(known.get_trial(trial)) == facts(stored.get_trial(trial))
    assert [*map(facts, known.get_all_trials(study))] == [*map(facts, stored.get_all_trials(study))]


def facts(trial):
    """All that a sampler may look at; times differ by the moment that writing takes."""
    trial.user_attrs.pop("record", None)
    trial.datetime_complete = trial.datetime_complete and "ended"
    return vars(trial)


def test_a_list_of_trials_stays_as_it_was(storage):
    search = make(storage, pruning=True)
    asked = search.ask(0)
    before = search.study.get_trials(deepcopy=False)
    search.prunes(asked, 3, 0.5)
    search.tell(asked, record())
    assert before[0].state.name == "RUNNING"
    assert not before[0].intermediate_values


def test_what_this_process_wrote_is_not_read_again(storage, monkeypatch):
    search = make(storage, sampler="tpe")
    a_trial(search, 0)  # reads what there is
    trained(search, range(1, 11))
    for name in ("get_trial", "get_all_trials", "_get_trials"):
        monkeypatch.setattr(storage, name, lambda *given, **more: pytest.fail("was read"))
    a_trial(search, 11)  # drawn by TPE


def a_trial(search, slot):
    asked = search.ask(slot)
    search.prunes(asked, 3, 0.5)
    search.tell(asked, record())

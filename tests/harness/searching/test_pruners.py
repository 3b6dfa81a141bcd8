"""Pruners of Optuna's."""

import pytest
from helpers.refusals import refused
from helpers.searches import make, record
from optuna import pruners

from gatelab.errors import StudyError
from gatelab.searching import given

HYPERBAND = pruners.HyperbandPruner(min_resource=1, max_resource=9, reduction_factor=3)


def bracket(search, slot):
    pruner = search.study.pruner
    search.prunes(asked := search.ask(slot), 1, 0.5)
    found = pruner._get_bracket_id(search.study, search.study.trials[asked.number])
    search.tell(asked, record())
    return found


def test_hyperband_puts_slot_k_of_every_cell_into_one_bracket(storage):
    """An interrupted trial moves nothing; Optuna's own brackets follow names and numbers."""
    one = make(storage, "gru", pruner=given.Given(HYPERBAND))
    found = [bracket(one, slot) for slot in range(8)]
    make(storage, "rnn", pruner=given.Given(HYPERBAND)).ask(0)  # dies
    other = make(storage, "rnn", pruner=given.Given(HYPERBAND))
    assert [bracket(other, slot) for slot in range(8)] == found
    assert len(set(found)) > 1
    seeded = make(storage, "lstm", pruner=given.Given(HYPERBAND), seed=1)
    assert [bracket(seeded, slot) for slot in range(8)] != found


def test_hyperband_prunes_within_a_bracket(storage):
    search = make(storage, "gru", sampler="tpe", pruner=given.pruner(HYPERBAND))
    ends = []
    for slot in range(12):
        asked = search.ask(slot)
        score = 0.1 + slot / 20
        ended = any(search.prunes(asked, epoch, score) for epoch in range(1, 9))
        search.tell(asked, record(score, state="pruned" if ended else "complete"))
        ends.append(ended)
    assert not ends[0]
    assert any(ends)


class Broken(pruners.BasePruner):
    def prune(self, study, trial):
        return 1 / 0


def test_an_error_of_a_pruner_is_one_line(storage):
    search = make(storage, pruner=given.pruner(Broken()))
    with refused(StudyError, "^Broken cannot say whether a trial goes on: ZeroDivisionError: div"):
        search.prunes(search.ask(0), 1, 0.5)


def test_a_search_with_a_pruner_prunes(storage):
    assert make(storage, pruner=given.pruner("halving")).pruning
    assert not make(storage, "rnn", pruner=given.pruner("halving"), pruning=False).pruning
    assert not make(storage, "lstm").pruning


def test_a_pruner_is_named_by_class_and_settings():
    entry = given.pruner("hyperband").entry
    assert entry["class"] == "optuna.pruners.HyperbandPruner"
    assert entry["settings"]["max_resource"] == "auto"
    assert given.pruner(lambda seed: pruners.HyperbandPruner()).entry == entry
    patient = given.pruner(pruners.MedianPruner(n_warmup_steps=3)).entry
    assert patient["settings"]["n_warmup_steps"] == 3


@pytest.mark.parametrize("asked", ["hyperbandd", pruners.MedianPruner, 0.5])
def test_what_is_no_pruner_is_refused(asked):
    with refused(StudyError, "pruner"):
        given.pruner(asked)

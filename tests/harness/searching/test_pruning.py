"""Pruning: rungs, medians, and when it is off."""

import math
import threading
import warnings

from helpers.searches import make, record
from optuna.trial import TrialState

from gatelab.searching.rungs import rungs


def test_rungs_are_ten_or_fewer_and_never_before_half_the_budget():
    for epochs in range(1, 300):
        found = rungs(epochs)
        assert len(found) <= 10
        assert found == sorted(set(found))
        assert all(epochs / 2 <= epoch < epochs for epoch in found)
    assert rungs(20) == [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]
    assert rungs(100, first=0.8, most=4) == [80, 85, 90, 95]


def test_a_trial_is_told_to_stop_when_worse_than_the_median(storage):
    search = make(storage, sampler="tpe")
    for slot in range(5):
        asked = search.ask(slot)
        assert [search.prunes(asked, epoch, 0.5) for epoch in rungs(4)] == [False, False]
        search.tell(asked, record())
    good, bad = search.ask(5), search.ask(6)
    assert not search.prunes(good, 2, 0.1)
    assert not search.prunes(bad, 2, math.nan)
    assert search.prunes(bad, 2, 0.9)
    assert search.prunes(bad, 2, 0.9)  # a trial that is run again says it again
    search.tell(bad, record(0.9, state="pruned"))
    assert search.study.trials[bad.number].state is TrialState.PRUNED


def test_pruning_is_off_for_random_search_unless_asked_for(storage):
    assert not make(storage).pruning
    assert make(storage, "rnn", pruning=True).pruning


def test_what_is_warned_of_is_left_to_others(storage, recwarn):
    """The filters belong to all threads: to change them here would change the log's."""
    search = make(storage, sampler="tpe")
    asked, before = search.ask(0), [*warnings.filters]
    changed = threading.Event()

    def watch():
        while not done.is_set():
            if warnings.filters != before:
                changed.set()

    done, watcher = threading.Event(), threading.Thread(target=watch)
    watcher.start()
    for epoch in range(2, 12):
        search.prunes(asked, epoch, 0.5)
        search.prunes(asked, epoch, 0.5)  # a trial that is run again says it again
    done.set()
    watcher.join()
    assert not changed.is_set()
    assert not recwarn.list

"""What a search draws: trials paired between the cells, in any order."""

import numpy as np
import pytest
from helpers.searches import fill, make, record

from gatelab.errors import StudyError
from gatelab.searching.search import STARTUP
from gatelab.trials.space import SPACE, draw


def test_random_trials_are_the_same_for_every_variant_in_any_order(storage):
    forward = fill(make(storage, "gru"), 6)
    backward = make(storage, "mine", {**SPACE, "beta": (0.0, 2.0)})
    for slot in reversed(backward.open_slots(range(6))):
        backward.tell(asked := backward.ask(slot), record(params=asked.params))
    assert [each.slot for each in backward.records()] == list(range(6))
    for ours, theirs in zip(forward, backward.records(), strict=True):
        assert 0.0 <= theirs.params["beta"] <= 2.0
        assert {**theirs.params} == {**ours, "beta": theirs.params["beta"]}
    assert len({each["lr"] for each in forward}) == 6


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_what_depends_on_another_setting_is_drawn_where_it_has_an_effect(storage, sampler):
    """The same draws as without it, and the same momentum wherever there is one."""
    some = {"lr": SPACE["lr"], "optimizer": ["adam", "sgd"]}
    bare = fill(make(storage, "gru", some, sampler), STARTUP)
    both = fill(make(storage, "rnn", {"momentum": (0.0, 0.9), **some}, sampler), STARTUP)
    momentum = [each.pop("momentum", None) for each in both]
    assert both == bare
    for slot, (each, value) in enumerate(zip(both, momentum, strict=True)):
        drawn = draw((0.0, 0.9), 0, slot, "momentum")
        assert value == (drawn if each["optimizer"] == "sgd" else None)
    assert {each["optimizer"] for each in both} == {"adam", "sgd"}
    more = fill(make(storage, "rnn", {"momentum": (0.0, 0.9), **some}, sampler), STARTUP + 6)
    assert all(("momentum" in each) == (each["optimizer"] == "sgd") for each in more)


def test_the_first_trials_of_tpe_are_paired_and_the_rest_follow_the_scores(storage):
    n = STARTUP + 3
    low = fill(make(storage, "standard", sampler="tpe"), n, lambda params: params["lr"])
    high = fill(make(storage, "gru", sampler="tpe"), n, lambda params: -params["lr"])
    random = fill(make(storage, "rnn", sampler="random"), n)
    assert low[:STARTUP] == high[:STARTUP] == random[:STARTUP]
    assert all(a != b for a, b in zip(low[STARTUP:], high[STARTUP:], strict=True))
    assert np.mean([p["lr"] for p in low[STARTUP:]]) < np.mean([p["lr"] for p in high[STARTUP:]])


def test_tpe_continued_by_another_process_draws_what_it_would_have(storage):
    whole = fill(make(storage, "standard", sampler="tpe", seed=5), STARTUP + 3)
    fill(make(storage, "gru", sampler="tpe", seed=5), STARTUP + 1)
    again = fill(make(storage, "gru", sampler="tpe", seed=5), STARTUP + 3)
    assert again == whole


def test_settings_that_are_all_given_are_a_study_too(storage):
    search = make(storage, space={}, sampler="fixed")
    assert fill(search, 2, lambda params: 0.5) == [{}, {}]
    with pytest.raises(StudyError, match="searches nothing"):
        make(storage, sampler="fixed")


def test_an_unknown_sampler_is_refused(storage):
    with pytest.raises(StudyError, match="'tpee'; did you mean tpe"):
        make(storage, sampler="tpee")

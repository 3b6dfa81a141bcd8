"""The search: draws that pair the cells, a budget kept exactly, nothing lost when it stops."""

import json
import math
import pickle
import subprocess
import sys

import numpy as np
import optuna
import pytest
from helpers.records import make_record
from optuna.trial import TrialState

from gatelab.errors import StudyError
from gatelab.running.folder import agree, owned
from gatelab.searching.reporter import open_storage, rungs
from gatelab.searching.search import STARTUP, Search
from gatelab.trials.space import SPACE, check, draw, resolve

KNOWN = [*SPACE, "optimizer", "input_dropout", "epochs"]


@pytest.fixture
def storage(tmp_path):
    opened = open_storage(tmp_path)
    yield opened
    opened.engine.dispose()


def make(storage, variant="gru", space=SPACE, sampler="random", **options):
    return Search(storage, "adding", variant, space, "mse", "minimize", sampler, **options)


def record(score=0.5, state="complete", **more):
    given = {
        "curves": {"valid/mse": [1.0, score]}, "epoch": 2,
        "best": {"valid/mse": score, "test/mse": 0.0},
    }  # fmt: skip
    return make_record(state, **given | more)


def fill(search, n, score=lambda params: params["lr"]):
    for slot in search.open_slots(n):
        asked = search.ask(slot)
        search.tell(asked, record(score(asked.params), params=asked.params))
    return [dict(each.params) for each in search.records()]


# The space ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ((3, 2), "low > high"),
        ((0.0, math.inf), "finite"),
        ((math.nan, 1.0), "finite"),
        ((0.0, 1.0, "log"), "low > 0"),
        ((-1, 4, "log"), "low > 0"),
        ([], "nothing to choose"),
        ([1.0, math.nan], "not finite"),
        ([1, (2, 3)], "numbers or words"),
        (("a", "b"), "numbers at both ends"),
        ((True, False), "numbers at both ends"),
        ((1, 2, "linear"), "is not"),
        ((1,), "is not"),
        (0.5, "is not"),
    ],
)
def test_a_malformed_entry_is_refused_in_one_line(entry, complaint):
    with pytest.raises(StudyError, match=complaint) as caught:
        check("lr", entry)
    assert "lr" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_study_overrides_the_task_which_overrides_the_shared_space():
    space = resolve(KNOWN, task={"hidden": (8, 32), "lr": (0.1, 0.2)}, study={"lr": (0.3, 0.4)})
    assert space["hidden"] == (8, 32)
    assert space["lr"] == (0.3, 0.4)
    assert space["batch"] == SPACE["batch"]


def test_values_that_are_given_are_not_searched():
    assert resolve(KNOWN, fixed=SPACE) == {}
    assert "lr" not in resolve(KNOWN, fixed=["lr"])


def test_a_variant_adds_its_own_hyperparameters_and_the_study_may_move_them():
    own = {"beta": (0.0, 2.0)}
    assert resolve(KNOWN, own=own)["beta"] == (0.0, 2.0)
    assert resolve(KNOWN, own=own, study={"beta": (0.0, 1.0)})["beta"] == (0.0, 1.0)
    # Another variant of the same study has none, and is not disturbed.
    assert "beta" not in resolve(KNOWN, study={"beta": (0.0, 1.0)}, elsewhere=["beta"])


def test_a_variants_hyperparameter_may_not_take_the_name_of_a_setting():
    with pytest.raises(StudyError, match="'lr': rename"):
        resolve(KNOWN, own={"lr": (0.0, 2.0)})


def test_unknown_names_come_with_close_matches():
    with pytest.raises(StudyError, match="'hiden'; did you mean hidden"):
        resolve(KNOWN, study={"hiden": (8, 32)})
    with pytest.raises(StudyError, match="'optimiser'; did you mean optimizer"):
        resolve(KNOWN, fixed=["optimiser"])


@pytest.mark.parametrize("name", SPACE)
def test_draws_cover_the_range_and_stay_inside(name):
    values = [draw(SPACE[name], 0, slot, name) for slot in range(400)]
    if isinstance(SPACE[name], list):
        counts = [values.count(each) for each in SPACE[name]]
        assert sum(counts) == 400
        assert min(counts) > 100
        return
    low, high = SPACE[name][:2]
    assert low <= min(values)
    assert max(values) <= high
    assert all(type(value) is type(low) for value in values)
    position = np.log(values) if SPACE[name][2:] else np.array(values)
    ends = np.log([low, high]) if SPACE[name][2:] else np.array([low, high])
    # The mean of 400 uniform draws: a standard error of 0.0144 around one half.
    assert abs((position.mean() - ends[0]) / (ends[1] - ends[0]) - 0.5) < 0.06


def test_integers_are_equally_likely_at_the_ends():
    values = [draw((1, 4), 7, slot, "layers") for slot in range(800)]
    assert min(values.count(k) for k in (1, 2, 3, 4)) > 150


def test_a_draw_depends_on_seed_slot_and_name_only():
    here = [draw((0.0, 1.0), 3, slot, name) for slot in range(3) for name in ("a", "b")]
    assert len(set(here)) == 6
    assert draw((0.0, 1.0), 4, 0, "a") != here[0]
    code = (
        "from gatelab.trials.space import draw; import json; print(json.dumps("
        "[draw((0.0, 1.0), 3, slot, name) for slot in range(3) for name in ('a', 'b')]))"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert json.loads(there.stdout) == here


# Draws in a search -------------------------------------------------------------------------------


def test_random_trials_are_the_same_for_every_variant_in_any_order(storage):
    forward = fill(make(storage, "gru"), 6)
    backward = make(storage, "mine", {**SPACE, "beta": (0.0, 2.0)})
    for slot in reversed(backward.open_slots(6)):
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


# The budget --------------------------------------------------------------------------------------


def test_a_study_continues_to_its_budget_and_never_past_it(storage):
    fill(make(storage), 3)
    again = make(storage)
    assert again.open_slots(3) == []
    assert again.open_slots(5) == [3, 4]
    fill(again, 5)
    assert len(again.study.trials) == 5
    assert make(storage).open_slots(5) == []
    with pytest.raises(StudyError, match="slot 2"):
        again.ask(2)


def test_slots_that_run_are_not_given_out_again(storage):
    search = make(storage)
    search.ask(0)
    assert search.open_slots(3) == [1, 2]


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_an_interrupted_slot_is_done_again_with_the_same_hyperparameters(storage, sampler):
    search = make(storage, sampler=sampler)
    fill(search, STARTUP + 1)
    first = search.ask(STARTUP + 1)
    search.interrupted(first)
    assert search.open_slots(STARTUP + 2) == [STARTUP + 1]
    second = search.ask(STARTUP + 1)
    assert second.params == first.params
    assert second.number == first.number + 1
    search.tell(second, record())
    trial = search.study.trials[first.number]
    assert trial.state is TrialState.FAIL
    assert trial.user_attrs["reason"] == "interrupted"


def test_a_trial_told_in_the_moment_of_the_interrupt_stays_told(storage):
    search = make(storage)
    asked, half = search.ask(0), search.ask(1)
    search.tell(asked, record(0.25))
    half.trial.set_user_attr("record", record(0.5, slot=1, trial=half.number).to_json())
    search.interrupted(asked)
    search.interrupted(half)
    assert search.open_slots(2) == []
    assert [trial.value for trial in search.study.trials] == [0.25, 0.5]


def test_a_trial_whose_process_died_is_closed_and_its_slot_opened(storage, tmp_path):
    dead = make(storage)
    fill(dead, 2)
    lost = dead.ask(2)
    told = dead.ask(3)
    told.trial.set_user_attr("record", record(0.25, slot=3, trial=told.number).to_json())

    other = open_storage(tmp_path)
    search = make(other)
    assert search.open_slots(5) == [2, 4]
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
    assert again.open_slots(4) == []
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
        with pytest.raises(StudyError, match=f"record {wrong}: another version") as refused:
            make(storage, wrong[:3])
        assert "\n" not in str(refused.value)


# Pruning -----------------------------------------------------------------------------------------


def test_rungs_are_ten_or_fewer_and_never_before_half_the_budget():
    for epochs in range(1, 300):
        found = rungs(epochs)
        assert len(found) <= 10
        assert found == sorted(set(found))
        assert all(epochs / 2 <= epoch < epochs for epoch in found)
    assert rungs(20) == [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]
    assert rungs(100, first=0.8, most=4) == [80, 85, 90, 95]


def test_a_worker_reports_and_is_told_to_stop_when_worse_than_the_median(storage):
    search = make(storage, sampler="tpe")
    for slot in range(5):
        asked = search.ask(slot)
        reporter = pickle.loads(pickle.dumps(search.reporter(asked)))
        assert [reporter(epoch, 0.5) for epoch in rungs(4)] == [False, False]
        search.tell(asked, record())
    good, bad = search.ask(5), search.ask(6)
    assert not search.reporter(good)(2, 0.1)
    assert not search.reporter(bad)(2, math.nan)
    assert search.reporter(bad)(2, 0.9)
    search.tell(bad, record(0.9, state="pruned"))
    assert search.study.trials[bad.number].state is TrialState.PRUNED


def test_pruning_is_off_for_random_search_unless_asked_for(storage):
    search = make(storage)
    assert search.reporter(search.ask(0)) is None
    assert make(storage, "rnn", pruning=True).pruning


# The folder --------------------------------------------------------------------------------------

SETTINGS = {
    "seed": 0,
    "space": {"lr": (1e-3, 1e-2, "log")},
    "tasks": {"adding": {"length": 50}},
    "variants": {"gru": "abc"},
}


def test_a_study_made_with_other_settings_is_refused_naming_both_values(tmp_path):
    agree(tmp_path, SETTINGS)
    before = (tmp_path / "study.json").read_bytes()
    agree(tmp_path, SETTINGS)
    other = {
        **SETTINGS,
        "seed": 1,
        "epochs": 9,
        "space": {"lr": (1e-3, 3e-2, "log")},
        "tasks": {"adding": {"length": 100}, "digits": {}},
    }
    with pytest.raises(StudyError) as caught:
        agree(tmp_path, other)
    line = str(caught.value)
    assert "\n" not in line
    assert "seed was 0, now 1" in line
    assert "epochs was not there, now 9" in line
    assert 'space.lr was [0.001, 0.01, "log"], now [0.001, 0.03, "log"]' in line
    assert "tasks.adding.length was 50, now 100" in line
    assert "digits" not in line
    assert (tmp_path / "study.json").read_bytes() == before


def test_a_study_may_gain_tasks_and_variants(tmp_path):
    agree(tmp_path, SETTINGS)
    agree(tmp_path, {**SETTINGS, "tasks": {"digits": {}}, "variants": {"rnn": "def"}})
    agree(tmp_path, SETTINGS)
    kept = json.loads((tmp_path / "study.json").read_text())
    assert sorted(kept["tasks"]) == ["adding", "digits"]
    with pytest.raises(StudyError, match=r'variants.rnn was "def", now "new"'):
        agree(tmp_path, {**SETTINGS, "variants": {"rnn": "new"}})


def test_a_study_continued_on_another_kind_of_processor_says_so(tmp_path):
    assert agree(tmp_path, SETTINGS, "znver4, avx512") == []
    assert agree(tmp_path, SETTINGS, "znver4, avx512") == []
    assert agree(tmp_path, SETTINGS, "haswell, avx2") == ["znver4, avx512"]
    assert agree(tmp_path, SETTINGS, "znver4, avx512") == ["haswell, avx2"]
    kept = json.loads((tmp_path / "study.json").read_text())
    assert kept["processors"] == ["haswell, avx2", "znver4, avx512"]
    with pytest.raises(StudyError, match="seed was 0, now 1"):
        agree(tmp_path, {**SETTINGS, "seed": 1})


def test_a_folder_with_trials_of_unknown_settings_is_refused(tmp_path, storage):
    with pytest.raises(StudyError, match=r"no study\.json"):
        agree(tmp_path, SETTINGS)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StudyError, match="cannot write"):
        agree(tmp_path / "file" / "out", SETTINGS)
    with pytest.raises(StudyError, match="cannot write"), owned(tmp_path / "file"):
        pass
    with pytest.raises(StudyError, match="cannot open the trials"):
        open_storage(tmp_path / "file")


def test_a_folder_has_one_owner(tmp_path):
    code = f"from gatelab.running.folder import owned\nwith owned({str(tmp_path)!r}): pass"
    with owned(tmp_path):
        result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "another study is running" in result.stderr
    with owned(tmp_path):
        pass


def test_optuna_is_silenced_here_only(storage, capfd):
    make(storage)
    make(storage)
    assert capfd.readouterr().err == ""
    assert optuna.logging.get_verbosity() == optuna.logging.INFO

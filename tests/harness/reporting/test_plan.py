"""Plans: fixed before the first trial, kept, and confessed when they change after a look."""

from helpers.ledgers import PLAN

from gatelab.reporting.plan import Plan, looked, undecidable
from gatelab.running import folder

ASKED = Plan(None, None, 16, 10, 8)


def test_the_first_variant_is_the_reference_and_a_continued_study_keeps_its_own():
    assert ASKED.after([], ["gru", "rnn"]).reference == "gru"
    assert ASKED.after([PLAN], ["gru", "rnn"]).reference == "standard"
    assert Plan("rnn", 0.1, 16, 10, 8).after([PLAN], ["gru", "rnn"]).reference == "rnn"
    assert ASKED.after([PLAN | {"margin": 0.2}], ["gru"]).margin == 0.2


def test_a_plan_is_noted_once_with_what_had_been_seen(tmp_path):
    folder.agree(tmp_path, {"seed": 0})
    plan = ASKED.after([], ["gru"])
    assert len(folder.settle(tmp_path, plan, 0)) == 1
    assert len(folder.settle(tmp_path, plan, 12)) == 1
    plans = folder.settle(tmp_path, Plan("gru", None, 40, 10, 8), 32)
    assert [(each["draws"], each["seen"]) for each in plans] == [(16, 0), (40, 32)]
    assert folder.plans(tmp_path) == plans
    folder.agree(tmp_path, {"seed": 0})  # which does not take plans for settings
    assert folder.plans(tmp_path) == plans


def test_a_change_after_a_look_is_said_and_one_before_is_not():
    more = PLAN | {"draws": 40, "seen": 32}
    assert "draws from 16 to 40) after 32 trials had been seen" in looked([PLAN, more])
    assert looked([PLAN]) == ""
    assert looked([PLAN, PLAN | {"draws": 40, "seen": 0}]) == ""


def test_a_study_that_can_never_decide_says_with_how_many_draws_it_could():
    said = undecidable("random", PLAN | {"draws": 10}, variants=5)
    assert "10 draws" in said
    assert "(--trials 16)" in said
    assert undecidable("random", PLAN, variants=5) == ""
    assert undecidable("random", PLAN | {"draws": 2}, variants=1) == ""
    assert "(--seeds 8)" in undecidable("fixed", PLAN | {"draws": 3}, variants=5)
    assert "TPE" in undecidable("tpe", PLAN, variants=2)

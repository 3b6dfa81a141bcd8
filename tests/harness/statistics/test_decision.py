"""The decision: what is said of a variant, and of bad input."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import wilcoxon

from gatelab import GatelabError
from gatelab.statistics import verdicts
from gatelab.statistics.decision import COLUMNS


def study(draws=40, seed=0, noise=0.1, **shifts):
    """Trials of a reference and of variants shifted against it; a shared part per draw."""
    rng = np.random.default_rng(seed)
    shared = rng.exponential(size=draws)
    rows = [
        (name, draw, *(shared[draw] + shift + rng.normal(0, noise, 2)), "complete")
        for name, shift in {"standard": 0.0, **shifts}.items()
        for draw in range(draws)
    ]
    return pd.DataFrame(rows, columns=["variant", "draw", "valid", "test", "state"])


def fail(trials, variant, draws):
    """The trials with some of a variant's failed."""
    failed = (trials["variant"] == variant) & trials["draw"].isin(draws)
    return trials.assign(state=trials["state"].mask(failed, "failed"))


def only(frame):
    assert list(frame.columns) == [*COLUMNS]
    (row,) = frame.itertuples()
    return row


def test_worse_and_better_follow_the_direction_and_the_difference_does_not():
    trials = study(gru=0.3)
    row = only(verdicts(trials, "standard"))
    assert row.verdict == "worse"
    assert 0 < row.low < row.difference < row.high < 0.6
    turned = only(verdicts(trials, "standard", direction="maximize"))
    assert turned.difference > 0
    mirrored = trials.assign(valid=-trials["valid"], test=-trials["test"])
    row_of_accuracy = only(verdicts(mirrored, "standard", direction="maximize"))
    assert row_of_accuracy.verdict == "worse"
    assert row_of_accuracy.p == row.p
    assert (row_of_accuracy.low, row_of_accuracy.high) == (-row.high, -row.low)
    assert row_of_accuracy.smallest == row.smallest


def test_swapping_the_cells_swaps_the_answer():
    row = only(verdicts(study(gru=0.3), "standard"))
    swapped = only(verdicts(study(gru=0.3), "gru"))
    assert (row.verdict, swapped.verdict) == ("worse", "better")
    assert swapped.p == row.p
    assert (swapped.low, swapped.high) == (-row.high, -row.low)


def test_the_order_of_the_rows_means_nothing():
    trials = study(gru=0.05)
    shuffled = trials.sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(verdicts(shuffled, "standard"), verdicts(trials, "standard"))


def test_p_is_scipy_s_on_the_better_half():
    trials = study(gru=0.05)
    table = trials.pivot(index="draw", columns="variant")
    kept = table["valid"].min(axis=1).nsmallest(20).index
    difference = (table["test", "gru"] - table["test", "standard"])[kept]
    row = only(verdicts(trials, "standard"))
    assert row.p == pytest.approx(wilcoxon(difference, method="exact").pvalue, rel=1e-12)
    assert (row.draws, row.pairs) == (40, 20)


def test_seeds_of_the_same_settings_are_all_kept():
    trials = study(draws=6, gru=100.0)
    row = only(verdicts(trials, "standard", searched=False))
    assert (row.verdict, row.pairs, row.p) == ("worse", 6, 2 / 2**6)
    few = only(verdicts(study(draws=5, gru=100.0), "standard", searched=False))
    assert few.reason == "5 shared draws can never show a difference; 6 could"
    searched, seeds = (
        only(verdicts(study(gru=0.0), "standard", margin=0.01, searched=s)) for s in (True, False)
    )
    assert (searched.pairs, seeds.pairs) == (20, 40)
    assert seeds.needed == pytest.approx(searched.needed / 2, rel=0.5)


def test_holm_counts_the_variants():
    trials = study(gru=0.05, janet=0.1, rnn=2.0)
    alone = [only(verdicts(trials[trials["variant"].isin(["standard", v])], "standard")).p
             for v in ("gru", "janet", "rnn")]  # fmt: skip
    together = verdicts(trials, "standard").set_index("variant")["p"]
    first, second, third = sorted(alone)
    expected = np.maximum.accumulate([3 * first, 2 * second, third]).clip(max=1)
    assert sorted(together) == pytest.approx(expected, rel=1e-12)


def test_holm_counts_the_variants_in_equality_too():
    trials = study(gru=0.0, janet=0.01)
    asked = {"reference": "standard", "margin": 0.05}
    one, other = (
        only(verdicts(trials[trials["variant"] != left_out], **asked)).p_equal
        for left_out in ("janet", "gru")
    )
    together = verdicts(trials, **asked)["p_equal"]
    least, most = sorted((one, other))
    assert sorted(together) == pytest.approx([min(1, 2 * least), max(min(1, 2 * least), most)])


# Equal is a claim of its own ---------------------------------------------------------------------


def test_not_significant_is_not_equal():
    row = only(verdicts(study(gru=0.0), "standard"))
    assert (row.verdict, row.reason) == ("not decided", "")
    assert row.p > 0.05
    assert np.isnan(row.margin)
    assert np.isnan(row.p_equal)


def test_equal_within_a_margin_that_is_half_the_noise_unless_given():
    trials = study(gru=0.0)
    assert only(verdicts(trials, "standard", margin=0.2)).verdict == "equal"
    by_noise = only(verdicts(trials, "standard", noise=0.4))
    assert (by_noise.verdict, by_noise.margin, by_noise.noise) == ("equal", 0.2, 0.4)
    both = only(verdicts(trials, "standard", margin=1e-3, noise=0.4))
    assert (both.verdict, both.margin) == ("not decided", 1e-3)
    assert np.isnan(by_noise.needed)
    assert both.needed > 1000
    assert np.isnan(both.to_show) == (abs(both.difference) <= 1e-3)
    unlucky = only(verdicts(study(draws=200, seed=2, gru=0.02), "standard", margin=0.05))
    assert (unlucky.verdict, unlucky.needed) == ("not decided", 400)


@pytest.mark.parametrize("given", [{"margin": 0.0}, {"noise": 0.0}, {"noise": np.nan}])
def test_no_margin_no_equality(given):
    row = only(verdicts(study(gru=0.0), "standard", **given))
    assert row.verdict == "not decided"
    assert np.isnan(row.margin)


def test_a_margin_of_zero_is_not_replaced_by_the_noise():
    assert only(verdicts(study(gru=0.0), "standard", margin=0.0, noise=1.0)).verdict != "equal"


def test_a_difference_that_is_certain_and_small_is_reported_as_such():
    row = only(verdicts(study(gru=0.3), "standard", margin=10.0))
    assert row.verdict == "worse"
    assert row.high < row.margin


# Failures ----------------------------------------------------------------------------------------


def test_a_failed_draw_is_worst_and_no_number():
    trials = study(gru=0.0)
    scores = {"gru": [0, 1, 2, 3], "standard": [4]}
    for variant, draws in scores.items():
        trials = fail(trials, variant, draws)
    row = only(verdicts(trials, "standard"))
    assert (row.draws, row.failed, row.failed_reference) == (40, 4, 1)
    assert row.p_failures == pytest.approx(2 * (1 + 5) / 2**5)  # 4 against 1: by hand
    assert np.isfinite([row.difference, row.low, row.high, row.smallest]).all()
    # What a failed trial's score would have been is not looked at.
    lost = trials["state"] == "failed"
    for value in (-100.0, 0.0, np.nan, np.inf):
        other = trials.assign(valid=trials["valid"].mask(lost, value), test=value)
        other["test"] = trials["test"].mask(lost, value)
        pd.testing.assert_frame_equal(verdicts(other, "standard"), verdicts(trials, "standard"))


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
def test_a_cell_that_mostly_fails_is_worse_by_no_number(direction):
    trials = fail(study(gru=0.0), "gru", range(35))
    row = only(verdicts(trials, "standard", direction=direction))
    sign = 1 if direction == "minimize" else -1
    assert row.verdict == "worse"
    assert row.difference == sign * np.inf
    assert (row.high if sign == 1 else row.low) == sign * np.inf


def test_a_cell_that_always_fails_is_worse():
    row = only(verdicts(fail(study(gru=0.0), "gru", range(40)), "standard"))
    assert (row.verdict, row.difference, row.failed) == ("worse", np.inf, 40)
    swapped = only(verdicts(fail(study(gru=0.0), "gru", range(40)), "gru"))
    assert (swapped.verdict, swapped.difference) == ("better", -np.inf)


def test_draws_that_failed_in_both_are_no_evidence_for_equality():
    trials = study(draws=24, gru=0.0, noise=0.01)
    for variant in ("standard", "gru"):
        trials = fail(trials, variant, range(20))  # 4 draws left of 12 kept
    row = only(verdicts(trials, "standard", margin=1.0))
    assert (row.verdict, row.pairs, row.failed) == ("not decided", 12, 20)
    assert row.p_equal == pytest.approx(1 / 2**4)  # four signs
    assert row.p >= 2 / 2**4
    assert row.reason == "of 12 kept draws, 8 failed in both cells; the others are too few"


def test_a_complete_trial_without_finite_scores_is_a_failure():
    trials = study(gru=0.0)
    broken = trials.copy()
    broken.loc[(broken["variant"] == "gru") & (broken["draw"] == 3), "test"] = np.nan
    broken.loc[(broken["variant"] == "gru") & (broken["draw"] == 5), "valid"] = -np.inf
    expected = verdicts(fail(trials, "gru", [3, 5]), "standard")
    pd.testing.assert_frame_equal(verdicts(broken, "standard"), expected)


# What can be said of little ----------------------------------------------------------------------


def test_one_variant_gives_an_empty_frame_with_all_columns():
    frame = verdicts(study(), "standard")
    assert frame.empty
    assert list(frame.columns) == [*COLUMNS]


@pytest.mark.parametrize("draws", [1, 2, 3, 10])
def test_few_draws_decide_nothing_and_say_how_many_could(draws):
    row = only(verdicts(study(draws=draws, gru=100.0), "standard"))
    assert row.verdict == "not decided"
    assert row.reason == f"{draws} shared draws can never show a difference; 12 could"
    assert np.isnan(row.smallest) or row.smallest == np.inf


def test_twelve_draws_can_decide_one_comparison_and_sixteen_four():
    assert only(verdicts(study(draws=12, gru=100.0), "standard")).verdict == "worse"
    four = dict.fromkeys("abcd", 100.0)
    assert {*verdicts(study(draws=16, **four), "standard")["verdict"]} == {"worse"}
    frame = verdicts(study(draws=15, **four), "standard")
    assert {*frame["verdict"]} == {"not decided"}
    assert {*frame["reason"]} == {"15 shared draws can never show a difference; 16 could"}


def test_all_failed_says_so():
    trials = study(gru=0.0).assign(state="failed")
    row = only(verdicts(trials, "standard", noise=1.0))
    assert (row.verdict, row.failed, row.failed_reference) == ("not decided", 40, 40)
    assert row.reason == "all 40 draws failed in both cells"
    assert np.isnan([row.difference, row.low, row.high, row.p, row.smallest]).all()


def test_ties_everywhere_say_so_and_are_equal_only_within_a_margin():
    trials = study(gru=0.0).assign(valid=0.5, test=0.5)
    row = only(verdicts(trials, "standard"))
    assert (row.verdict, row.p) == ("not decided", 1.0)
    assert (row.difference, row.low, row.high) == (0, 0, 0)
    assert row.reason == (
        "the test scores of all 20 kept draws are the same in both, "
        "and no margin says what is equal"
    )
    assert only(verdicts(trials, "standard", margin=0.01)).verdict == "equal"


def test_only_shared_draws_count():
    trials = study(gru=0.3)
    some = trials[(trials["variant"] == "standard") | (trials["draw"] >= 10)]
    expected = verdicts(trials[trials["draw"] >= 10], "standard")
    pd.testing.assert_frame_equal(verdicts(some, "standard"), expected)
    none = trials[(trials["variant"] == "standard") == (trials["draw"] < 20)]
    row = only(verdicts(none, "standard"))
    assert (row.verdict, row.draws, row.reason) == ("not decided", 0, "the two share no draw")
    few = trials[(trials["variant"] == "standard") | (trials["draw"] >= 35)]
    assert only(verdicts(few, "standard")).reason == (
        "5 shared draws (35 more are of one cell only) can never show a difference; 12 could"
    )


def test_a_variant_of_which_nothing_can_be_said_still_counts_in_holm():
    lost = study(gru=0.05, janet=0.0)
    lost.loc[lost["variant"] == "janet", "draw"] += 1000
    frame = verdicts(lost, "standard").set_index("variant")
    alone = only(verdicts(study(gru=0.05), "standard"))
    assert np.isnan(frame.loc["janet", "p"])
    assert frame.loc["gru", "p"] > alone.p


# Refused -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "asked", "said"),
    [
        (lambda t: t, {"reference": "standrad"}, "unknown reference 'standrad'; did you mean"),
        (lambda t: t, {"direction": "down"}, "unknown direction 'down'"),
        (lambda t: t, {"margin": -1.0}, "margin -1.0 is not a size"),
        (lambda t: t, {"margin": np.inf}, "margin inf is not a size"),
        (lambda t: t, {"noise": -1.0}, "noise -1.0 is not a size"),
        (lambda t: t, {"noise": "big"}, "noise 'big' is not a size"),
        (lambda t: t.drop(columns="test"), {}, "no column test; they need variant, draw, valid"),
        (lambda t: t.assign(state="pruned"), {}, "unknown state 'pruned'"),
        (lambda t: t.assign(state=np.nan), {}, "unknown state 'nan'"),
        (lambda t: t.assign(test="good"), {}, "column test holds what is no number"),
        (lambda t: pd.concat([t, t.tail(1)]), {}, "draw 39 of gru occurs more than once"),
        (lambda t: t.head(0), {}, "unknown reference 'standard'; known: none"),
        (lambda t: t.assign(draw=np.nan), {}, "a trial has no draw"),
        (lambda t: t.to_dict(), {}, "the trials are no frame"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_a_sentence(change, asked, said):
    with pytest.raises(GatelabError) as refused:
        verdicts(change(study(gru=0.0)), **{"reference": "standard", **asked})
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_frame_that_was_given_is_not_changed():
    trials = study(gru=0.0)
    before = trials.copy()
    verdicts(trials, "standard", direction="maximize", noise=1.0)
    pd.testing.assert_frame_equal(trials, before)

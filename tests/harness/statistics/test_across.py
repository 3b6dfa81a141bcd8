"""Several tasks: Demsar's example to the last digit, scipy, refusals, failures."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import friedmanchisquare, wilcoxon

from gatelab.errors import StudyError
from gatelab.statistics.across import across, why_undecidable
from gatelab.statistics.friedman import critical_difference, friedman, groups, ranks_of
from gatelab.statistics.holm import holm

#: Demsar (2006), Table 6: AUC of C4.5 on 14 data sets, with tuned m, tuned cf, and both.
DEMSAR = pd.DataFrame(
    [
        [0.763, 0.768, 0.771, 0.798],  # adult (sample)
        [0.599, 0.591, 0.590, 0.569],  # breast cancer
        [0.954, 0.971, 0.968, 0.967],  # breast cancer wisconsin
        [0.628, 0.661, 0.654, 0.657],  # cmc
        [0.882, 0.888, 0.886, 0.898],  # ionosphere
        [0.936, 0.931, 0.916, 0.931],  # iris
        [0.661, 0.668, 0.609, 0.685],  # liver disorders
        [0.583, 0.583, 0.563, 0.625],  # lung cancer
        [0.775, 0.838, 0.866, 0.875],  # lymphography
        [1.000, 1.000, 1.000, 1.000],  # mushroom
        [0.940, 0.962, 0.965, 0.962],  # primary tumor
        [0.619, 0.666, 0.614, 0.669],  # rheum
        [0.972, 0.981, 0.97501, 0.975],  # voting: printed as .975 twice, and ranked 2 and 3
        [0.957, 0.978, 0.946, 0.970],  # wine
    ],
    columns=["C4.5", "C4.5+m", "C4.5+cf", "C4.5+m+cf"],
)


def _table(tasks, variants, seed=0):
    values = np.random.default_rng(seed).normal(size=(tasks, variants))
    return pd.DataFrame(values, [f"t{i}" for i in range(tasks)], list("abcdefghi")[:variants])


def test_demsar_s_table():
    ranks = ranks_of(-DEMSAR)
    np.testing.assert_allclose(ranks.mean(axis=0).round(3), [3.143, 2.000, 2.893, 1.964])
    printed = friedman(ranks, ties=False)
    assert round(printed.chi2, 2) == 9.28
    assert round(printed.f, 2) == 3.69
    corrected = friedman(ranks)
    assert round(corrected.chi2, 2) == 10.23
    assert round(corrected.p_chi2, 4) == 0.0167
    assert round(critical_difference(4, 14), 2) == 1.25
    found = across(DEMSAR, "C4.5", "maximize")
    assert [*found.ranks.index] == ["C4.5+m+cf", "C4.5+m", "C4.5+cf", "C4.5"]
    assert found.friedman == corrected
    # "at p = 0.10, C4.5 is significantly worse than C4.5+m and C4.5+m+cf"; at .05 no pair differs.
    assert found.groups == [(0, 3)]
    assert groups(found.ranks, critical_difference(4, 14, alpha=0.1)) == [(0, 2), (2, 3)]


@pytest.mark.parametrize(
    ("variants", "q"), [(2, 1.960), (3, 2.343), (4, 2.569), (5, 2.728), (9, 3.102), (10, 3.164)]
)
def test_nemenyi_s_critical_values_are_demsar_s(variants, q):
    found = critical_difference(variants, 20) / np.sqrt(variants * (variants + 1) / 120)
    assert found == pytest.approx(q, abs=1.001e-3)


def test_friedman_is_scipy_s():
    table = _table(11, 5).round(0).to_numpy()  # with ties
    expected = friedmanchisquare(*table.T)
    found = friedman(ranks_of(table))
    assert found.chi2 == pytest.approx(expected.statistic)
    assert found.p_chi2 == pytest.approx(expected.pvalue)


def test_iman_and_davenport_s_f_is_an_analysis_of_variance_on_ranks():
    ranks = ranks_of(_table(11, 5).round(0).to_numpy())
    by_variant = 11 * ((ranks.mean(axis=0) - 3) ** 2).sum()
    rest = ((ranks - ranks.mean(axis=0)) ** 2).sum()  # the tasks' means are all equal
    assert friedman(ranks).f == pytest.approx((by_variant / 4) / (rest / 40))


def test_tasks_that_all_agree_have_an_infinite_f():
    found = friedman(ranks_of(np.tile([1.0, 2.0, 3.0], (5, 1))))
    assert found.f == np.inf
    assert found.p_f == 0
    assert found.chi2 == 10


def test_wilcoxon_against_the_reference_with_holm():
    table = _table(12, 4, seed=4)
    found = across(table, "b").verdicts
    p = [wilcoxon(table[v], table["b"], method="exact").pvalue for v in "acd"]
    np.testing.assert_allclose(found.p, holm(p))
    assert [*found.variant] == ["a", "c", "d"]
    assert (found.wins + found.losses == 12).all()


def test_the_four_words():
    rng = np.random.default_rng(0)
    reference = np.zeros(14)
    table = pd.DataFrame(
        {
            "reference": reference,
            "good": -2 + 0.1 * rng.normal(size=14),
            "bad": 2 + 0.1 * rng.normal(size=14),
            "same": 0.1 * rng.normal(size=14),
            "open": 3 * rng.normal(size=14),
        }
    )
    words = across(table, "reference", margin=0.5).verdicts.set_index("variant").verdict
    assert dict(words) == {"good": "better", "bad": "worse", "same": "equal", "open": "not decided"}
    # Without a margin nothing is called equal.
    words = across(table, "reference").verdicts.set_index("variant").verdict
    assert words["same"] == "not decided"
    up = across(-table, "reference", "maximize", margin=0.5).verdicts.set_index("variant")
    assert up.verdict["good"] == "better"
    assert up.difference["good"] == pytest.approx(2, abs=0.1)
    assert up.low["good"] < up.difference["good"] < up.high["good"]


def test_six_tasks_and_eight_comparisons_can_never_decide():
    table = _table(6, 9)
    table["a"] = -100.0  # better everywhere
    found = across(table, "b")
    assert found.verdicts.p.min() == 0.25
    assert (found.verdicts.verdict == "not decided").all()
    assert found.reason == (
        "with 6 tasks and 8 comparisons the smallest possible p is 2/64 x 8 = 0.25, "
        "so no difference can be shown across tasks; 9 tasks could"
    )
    assert found.critical == pytest.approx(4.9, abs=0.05)
    assert across(_table(9, 9), "b").reason == ""


def test_equality_needs_fewer_tasks_than_a_difference():
    table = pd.DataFrame({"a": np.zeros(5), "b": [0.01, -0.02, 0.03, -0.01, 0.02]})
    found = across(table, "a", margin=0.5)
    assert found.verdicts.verdict[0] == "equal"
    assert found.verdicts.p_equal[0] == 1 / 32
    assert found.reason == ""
    assert across(table, "a").reason  # without a margin nothing can be said


@pytest.mark.parametrize("comparisons", [1, 2, 4, 8, 20])
def test_the_least_number_of_tasks_is_that_at_which_a_clear_one_is_decided(comparisons):
    least = next(n for n in range(1, 30) if not why_undecidable(n, comparisons))
    assert 2 / 2**least * comparisons < 0.05 <= 2 / 2 ** (least - 1) * comparisons


@pytest.mark.parametrize(("tasks", "variants"), [(0, 3), (1, 3), (2, 1), (1, 1), (2, 2)])
def test_too_little_gives_a_reason_and_no_error(tasks, variants):
    found = across(_table(tasks, variants), "a", margin=0.5)
    assert found.reason
    assert len(found.verdicts) == variants - 1
    assert (found.verdicts.verdict == "not decided").all()


def test_a_single_task_is_said_in_the_singular():
    assert why_undecidable(1, 1).startswith(
        "with 1 task and 1 comparison the smallest possible p is 2/2 x 1 = 1,"
    )


def test_a_task_without_a_number_is_left_out_for_all():
    table = _table(9, 3)
    table.loc["t4", "c"] = np.nan
    found = across(table, "a")
    assert found.left_out == ["t4"]
    assert len(found.tasks) == 8
    pd.testing.assert_frame_equal(found.verdicts, across(table.drop("t4"), "a").verdicts)


def test_a_failed_cell_is_the_worst():
    table = _table(8, 3)
    table["c"] = np.inf
    found = across(table, "a")
    assert found.ranks["c"] == 3
    row = found.verdicts.set_index("variant").loc["c"]
    assert row.verdict == "worse"
    assert row.difference == np.inf
    both = table.assign(a=np.inf)
    row = across(both, "a").verdicts.set_index("variant").loc["c"]
    assert row.tasks == 0
    assert row.verdict == "not decided"


def test_ties_everywhere_say_nothing():
    table = _table(9, 3) * 0
    found = across(table, "a")
    assert np.isnan(found.friedman.chi2)
    assert (found.verdicts.p == 1).all()


def test_the_bars_of_a_diagram():
    assert groups([1.0, 2.0, 2.5, 4.0, 5.0], 1.5) == [(0, 2), (2, 3), (3, 4)]
    assert groups([1.0, 2.0, 3.0], 0.5) == []
    assert groups([1.0, 1.0, 1.0], 0.5) == [(0, 2)]
    assert groups([1.0, 2.0], np.nan) == []


def test_an_unknown_reference_is_refused():
    with pytest.raises(StudyError, match="unknown reference 'z'"):
        across(_table(3, 3), "z")

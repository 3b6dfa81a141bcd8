"""Confirmation: which configurations, and the test on their means."""

import numpy as np
import pandas as pd
import pytest

from gatelab.errors import StudyError
from gatelab.statistics.confirmation import choose_searched, choose_shared, confirmations


def trials(**valid):
    """A frame of trials by the validation scores of each variant; None is a failed one."""
    rows = [
        (name, draw, v, v, "failed" if v is None else "complete")
        for name, scores in valid.items()
        for draw, v in enumerate(scores)
    ]
    return pd.DataFrame(rows, columns=["variant", "draw", "valid", "test", "state"])


def runs(**scores):
    """Confirming runs: of each variant, scores by configuration and seed; None is a failed one."""
    rows = [
        (name, configuration, seed, "failed" if s is None else "complete", s)
        for name, table in scores.items()
        for configuration, seeds in enumerate(table)
        for seed, s in enumerate(seeds)
    ]
    return pd.DataFrame(rows, columns=["variant", "configuration", "seed", "state", "test"])


def test_shared_draws_are_chosen_alike_for_both_cells():
    tried = trials(standard=[0.5, 0.1, 0.9, None, None], gru=[0.4, 0.8, 0.2, 0.3, None])
    chosen = choose_shared(tried, "gru", "standard", 3)
    assert chosen["configuration"].tolist() == [1, 2, 3]
    assert choose_shared(tried, "standard", "gru", 3).equals(chosen)
    assert choose_shared(tried, "gru", "standard", 8)["configuration"].tolist() == [1, 2, 3, 0]
    upwards = choose_shared(tried, "gru", "standard", 2, "maximize")
    assert upwards["configuration"].tolist() == [2, 1]


def test_separate_searches_give_half_each():
    tried = trials(standard=[0.5, 0.1, None, 0.3], gru=[0.4, None, 0.2, None])
    chosen = choose_searched(tried, "gru", "standard", 4)
    assert [*chosen.itertuples(index=False, name=None)] == [
        (2, "gru"), (0, "gru"), (1, "standard"), (3, "standard")
    ]  # fmt: skip
    swapped = choose_searched(tried, "standard", "gru", 4)
    assert {*swapped.itertuples(index=False)} == {*chosen.itertuples(index=False)}


def test_the_unit_is_the_configuration_not_the_seed():
    rng = np.random.default_rng(0)
    base = rng.normal(0, 1, (8, 1))
    table = lambda shift, seeds: (base + shift + rng.normal(0, 0.01, (8, seeds))).tolist()
    row = confirmations(runs(standard=table(0, 2), gru=table(0.5, 2)), "standard").iloc[0]
    assert row.configurations == 8
    assert row.confirmed_p == pytest.approx(2 / 2**8)  # by hand: all of eight signs agree
    assert row.confirmed == pytest.approx(0.5, abs=0.02)
    assert row.confirmed_low < row.confirmed < row.confirmed_high
    many = confirmations(runs(standard=table(0, 50), gru=table(0.5, 50)), "standard").iloc[0]
    assert many.confirmed_p == row.confirmed_p


def test_means_by_hand():
    found = runs(standard=[[1.0, 3.0], [2.0, 2.0]], gru=[[2.0, 5.0], [4.0, 8.0]])
    row = confirmations(found, "standard").iloc[0]
    assert row.confirmed == 2.75  # Walsh averages of 1.5 and 4
    assert (row.confirmed_p, row.configurations) == (0.5, 2)


def test_a_failed_seed_is_worst_and_only_shared_seeds_count():
    good, bad = [[0.0, 0.0]] * 8, [[0.0, None]] * 8
    row = confirmations(runs(standard=good, gru=bad), "standard").iloc[0]
    assert row.confirmed == np.inf
    assert row.confirmed_p == pytest.approx(2 / 2**8)
    turned = confirmations(runs(standard=good, gru=bad), "standard", "maximize").iloc[0]
    assert turned.confirmed == -np.inf
    both = confirmations(runs(standard=bad, gru=bad), "standard").iloc[0]
    assert np.isnan([both.confirmed, both.confirmed_p]).all()
    assert both.configurations == 8
    part = runs(standard=[[1.0, 9.0]] * 6, gru=[[1.5]] * 6)
    assert confirmations(part, "standard").iloc[0].confirmed == 0.5


def test_each_variant_by_its_own_configurations_with_holm_over_all():
    found = runs(standard=[[float(k)] for k in range(16)])
    shifted = found[found["configuration"] < 8].assign(variant="gru")
    other = found[found["configuration"] >= 8].assign(variant="rnn")
    shifted["test"] += 1 + np.arange(8) / 100
    other["test"] -= 1 + np.arange(8) / 100
    frame = confirmations(pd.concat([found, shifted, other]), "standard").set_index("variant")
    assert frame["configurations"].tolist() == [8, 8]
    assert frame["confirmed_p"].tolist() == pytest.approx([4 / 2**8] * 2)
    assert (frame["confirmed"] > 0).tolist() == [True, False]


def test_the_same_trial_of_two_searches_is_two_configurations():
    found = runs(standard=[[0.0]], gru=[[1.0]])
    both = pd.concat([found.assign(source="standard"), found.assign(source="gru")])
    assert confirmations(both, "standard").iloc[0].configurations == 2


def test_bad_runs_are_refused_and_one_variant_gives_an_empty_frame():
    found = runs(standard=[[0.0]], gru=[[1.0]])
    assert confirmations(found[found["variant"] == "standard"], "standard").empty
    with pytest.raises(StudyError, match="no column configuration, seed"):
        confirmations(found.drop(columns=["seed", "configuration"]), "standard")
    with pytest.raises(StudyError, match="unknown reference"):
        confirmations(found, "rnn")
    with pytest.raises(StudyError, match="more than once"):
        confirmations(pd.concat([found, found]), "standard")

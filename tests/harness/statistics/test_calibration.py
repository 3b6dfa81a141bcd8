"""Do the decisions keep their word? Short simulations; ``gatelab calibrate`` makes long ones."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gatelab.statistics import verdicts
from gatelab.statistics.calibration import (
    alarms,
    any_of_several,
    best_alone,
    confirmation,
    decided,
    pairs_of,
    pooled,
)
from gatelab.statistics.calibration_table import EQUAL, LOPSIDED, SYMMETRIC, Job, text
from gatelab.statistics.power import power_in_theory
from gatelab.statistics.simulation import Studies

STUDIES, DRAWS = 2000, 40  # 20 pairs: the attainable level is .048
TIES = next(surface for surface in SYMMETRIC if surface.step)


def simulated(surface, studies=STUDIES, draws=DRAWS, seed=0):
    found = Studies.of(surface, studies, draws, np.random.default_rng(seed))
    return found, [*pairs_of(found)]


def frame(valid, test):
    """The trials of a study, its variant named like a cell."""
    both = np.isfinite(valid)
    return pd.DataFrame(
        {
            "variant": np.repeat(["standard", "renamed"], valid.shape[1]),
            "draw": np.tile(np.arange(valid.shape[1]), 2),
            "valid": valid.ravel(),
            "test": test.ravel(),
            "state": np.where(both.ravel(), "complete", "failed"),
        }
    )


@pytest.mark.parametrize("surface", SYMMETRIC, ids=lambda surface: surface.name)
def test_false_alarms_and_coverage_where_nothing_differs(surface):
    counted = decided(*simulated(surface), margin=np.nan)
    assert 0.04 <= counted["found"] <= 0.06
    assert 0.93 <= counted["covered"] <= (1.0 if surface == TIES else 0.97)
    assert 0.3 < counted["worse"] / counted["found"] < 0.7  # on either side alike


def test_a_difference_of_one_margin_is_called_equal_in_5_percent_and_covered():
    apart = replace(EQUAL, shift=1.0)
    counted = decided(*simulated(apart), margin=apart.noise)
    assert 0.03 <= counted["equal"] <= 0.05
    assert 0.93 <= counted["covered"] <= 0.97
    theory = power_in_theory(1.0, np.sqrt(2), DRAWS // 2, 0.048)
    assert counted["found"] == pytest.approx(theory, abs=0.05)


def test_nor_is_a_margin_between_two_steps():
    apart = replace(TIES, step=TIES.noise, shift=0.65)  # called equal in 11%, tested as it is
    counted = decided(*simulated(apart, 600, 100), margin=0.65 * apart.noise)
    assert counted["equal"] <= 0.05


def test_equal_cells_are_called_equal_within_a_margin_that_is_wide_enough():
    counted = decided(*simulated(EQUAL, 300), margin=EQUAL.noise)
    assert counted["equal"] > 0.75


def test_confirmation_keeps_its_level_from_shared_draws_and_from_separate_searches():
    rng = np.random.default_rng(0)
    found, shared = simulated(EQUAL)
    assert 0.035 <= alarms(confirmation(found, shared, rng)) <= 0.06
    assert 0.035 <= alarms(pooled(EQUAL, STUDIES, DRAWS, rng)) <= 0.06


def test_best_configurations_with_fresh_seeds_do_not():
    found, _ = simulated(EQUAL)
    assert best_alone(found, 10, np.random.default_rng(0)) > 0.12


def test_four_equal_variants_raise_no_more_alarms_than_one():
    assert 0.02 <= any_of_several(EQUAL, DRAWS, 1000, np.random.default_rng(0)) <= 0.06


def test_a_smaller_good_region_of_equal_depth_is_found_worse():
    for surface in LOPSIDED:
        counted = decided(*simulated(surface, 300), margin=np.nan)
        assert counted["worse"] > 0.15
        assert counted["found"] - counted["worse"] < 0.01


def test_what_is_simulated_is_what_verdicts_decides():
    failing = next(surface for surface in SYMMETRIC if surface.failing)
    for surface in (replace(failing, shift=1.0), TIES):
        found, shared = simulated(surface, 15)
        one = [Studies(surface, *(a[k : k + 1] for a in (found.clean, found.valid, found.test)))
               for k in range(15)]  # fmt: skip
        margin = 1.5 * surface.noise
        for k, study in enumerate(one):
            expected = decided(study, [shared[k]], margin)
            row = verdicts(frame(found.valid[k], found.test[k]), "standard", margin=margin).iloc[0]
            assert (row.p < 0.05) == bool(expected["found"])
            assert (row.p_equal < 0.05) == bool(expected["equal"])
            assert (row.low <= surface.shift * surface.noise <= row.high) == bool(
                expected["covered"]
            )


def test_a_renamed_cell_is_equal_or_not_decided_save_what_chance_allows():
    found, _ = simulated(EQUAL, 60, seed=2)
    said = [
        verdicts(frame(valid, test), "standard", noise=2 * EQUAL.noise)["verdict"].item()
        for valid, test in zip(found.valid, found.test, strict=True)
    ]
    assert sum(word in ("better", "worse") for word in said) <= 7  # 99% of binomial(60, .05)
    assert said.count("equal") > 30
    # With the seeds shared as well, its scores are the same to the bit.
    same = np.repeat(found.valid[0, :1], 2, axis=0), np.repeat(found.test[0, :1], 2, axis=0)
    assert verdicts(frame(*same), "standard", noise=EQUAL.noise)["verdict"].item() == "equal"
    assert verdicts(frame(*same), "standard")["verdict"].item() == "not decided"


def test_the_same_seed_gives_the_same_counts_and_the_report_has_every_table():
    job = Job(replace(EQUAL, shift=0.5), DRAWS, 0.5)
    assert job.run(20, [0, 1]) == job.run(20, [0, 1])
    quick = [job, Job(SYMMETRIC[2], DRAWS, 1.0), Job(LOPSIDED[0], DRAWS)]
    written = text({j: j.run(20, 0) for j in quick}, 20, 0)
    assert written.count("| --- |") + written.count("| --- | ---") >= 6
    assert "nan" not in written
    assert written.splitlines()[-1].startswith("Made by ")

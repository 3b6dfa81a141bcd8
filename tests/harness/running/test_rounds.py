"""What follows the trials: noise, confirmation, final runs; and the answer that comes of it."""

import json

import pandas as pd
import pytest
from helpers.refusals import refused
from helpers.running import same
from helpers.studies import SETTINGS, toy_study

from gatelab import Result
from gatelab.errors import StudyError
from gatelab.reporting.ledger import Ledger

pytestmark = pytest.mark.in_process
GIVEN = {
    "variants": ["standard", "gru"], "trials": 4, "finals": 1, "confirm": 2, "noise_draws": 2,
    "settings": {k: v for k, v in SETTINGS.items() if k != "hidden"},
    "search": {"hidden": (2, 6)},
}  # fmt: skip


@pytest.fixture(scope="module")
def confirmed(tmp_path_factory):
    """(folder, result) of a study whose two best draws are confirmed in both cells."""
    out = tmp_path_factory.mktemp("confirmed")
    return out, toy_study(out, **GIVEN).run()


def test_both_cells_confirm_the_same_configurations_with_the_same_seeds(confirmed):
    _, result = confirmed
    runs = result.runs[result.runs.part == "confirm"]
    keys = runs.groupby("variant")[["configuration", "seed"]].apply(
        lambda f: sorted(f.values.tolist())
    )
    assert keys["standard"] == keys["gru"]
    assert len(keys["gru"]) == 2 * 2  # two configurations, two fresh seeds
    assert result.effects.configurations.tolist() == [2]


def test_fresh_seeds_give_other_scores_than_the_trial(confirmed):
    _, result = confirmed
    trials = result.trials.set_index(["variant", "trial"]).test_mse
    runs = result.runs[result.runs.part.isin(["confirm", "again"])]
    first = trials.loc[[*zip(runs.variant, runs.configuration, strict=True)]].to_numpy()
    assert (runs.test.to_numpy() != first).all()


def test_noise_is_measured_at_the_better_draws_of_the_reference(confirmed):
    _, result = confirmed
    again = result.runs[result.runs.part == "again"]
    assert set(again.variant) == {"standard"}
    mine = result.trials[result.trials.variant == "standard"].sort_values("valid_mse")
    assert sorted(again.configuration) == sorted(mine.trial[:2])
    assert result.verdicts.noise.iloc[0] > 0
    assert result.verdicts.margin.iloc[0] == result.verdicts.noise.iloc[0] / 2


def test_a_folder_answers_without_its_study(confirmed):
    out, result = confirmed
    again = Result.load(out)
    for name in ("leaderboard", "trials", "runs", "verdicts", "effects"):
        same(getattr(result, name), getattr(again, name))
    assert (
        pd.read_csv(out / "verdicts.csv").sentence[0].startswith("gru against standard on adding")
    )
    assert (out / "cells/gru/source.py").read_text().startswith("@register(")
    assert "sigmoid" in Ledger.read(out).cell("gru")["equations"]
    assert "<li>gru against standard" in again._repr_html_()


def test_a_run_with_fewer_variants_keeps_the_rows_of_the_others(confirmed):
    out, result = confirmed
    some = toy_study(out, **GIVEN | {"variants": ["gru"]}).run()
    assert set(some.leaderboard.variant) == {"standard", "gru"}
    assert some.verdicts.reference.tolist() == ["standard"]
    same(result.verdicts, some.verdicts)


def test_a_study_continued_with_more_draws_confesses(tmp_path, capsys):
    toy_study(tmp_path, **GIVEN | {"confirm": 0}).run()
    more = toy_study(tmp_path, **GIVEN | {"confirm": 0, "trials": 5}).run()
    assert "after 8 trials had been seen" in more.ledger.looked()
    plans = json.loads((tmp_path / "study.json").read_text())["plans"]
    assert [plan["draws"] for plan in plans] == [4, 5]


def test_what_tpe_found_is_confirmed_in_both_cells(tmp_path):
    result = toy_study(tmp_path, **GIVEN | {"sampler": "tpe"}).run()
    runs = result.runs[result.runs.part == "confirm"]
    assert set(runs.groupby("variant").source.apply(lambda s: (*sorted(set(s)),))) == {
        ("gru", "standard")
    }
    (row,) = result.verdicts.itertuples()
    assert row.verdict == "not decided"
    assert "TPE" in row.reason
    assert result.effects.configurations.tolist() == [2]


def test_pruning_is_refused_where_draws_decide(tmp_path):
    with refused(StudyError, match="draw by draw"):
        toy_study(tmp_path, sampler="random", pruning=True)


@pytest.mark.parametrize(
    ("name", "value"), [("margin", -1.0), ("margin", "half"), ("reference", "gro")]
)
def test_a_plan_that_makes_no_sense_is_refused(tmp_path, name, value):
    with refused(StudyError, match=name):
        toy_study(tmp_path, **GIVEN | {name: value})


def test_a_folder_without_a_study_says_so(tmp_path):
    with refused(StudyError, match="holds no study"):
        Result.load(tmp_path)

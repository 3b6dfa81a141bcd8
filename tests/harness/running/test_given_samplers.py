"""Studies whose settings a sampler of Optuna's chooses."""

import json

import optuna
import pytest
from helpers.refusals import refused
from helpers.studies import toy_study, toy_task

from gatelab import Result
from gatelab.errors import StudyError
from gatelab.running import opening
from gatelab.trials.trial import splits_of

GIVEN = {"variants": ["standard", "gru"], "trials": 2, "search": {"lr": (1e-3, 1e-1, "log")}}


def tpe(**more):
    return optuna.samplers.TPESampler(n_startup_trials=2, **more)


def hyperband(**more):
    return optuna.pruners.HyperbandPruner(**more)


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    """The folder of a study of one trial per cell that was continued."""
    out = tmp_path_factory.mktemp("given")
    toy_study(out, **GIVEN | {"trials": 1}, sampler=tpe(), pruner=hyperband()).run()
    toy_study(out, **GIVEN, sampler=lambda seed: tpe(seed=seed), pruner="hyperband").run()
    return out


def test_a_study_keeps_class_and_settings_and_continues_with_the_same_ones_only(searched):
    kept = json.loads((searched / "study.json").read_text())
    assert kept["sampler"]["class"] == "optuna.samplers.TPESampler"
    assert kept["pruning"] is True
    assert kept["pruner"]["settings"]["reduction_factor"] == 3
    for changed, said in [
        ({"sampler": optuna.samplers.TPESampler()}, "sampler.settings.n_startup_trials was 2, now"),
        ({"sampler": "tpe"}, 'now "tpe"'),
        (
            {"pruner": hyperband(reduction_factor=4)},
            "pruner.settings.reduction_factor was 3, now 4",
        ),
    ]:
        usual = {"sampler": tpe(), "pruner": hyperband()}
        with refused(StudyError, said):
            toy_study(searched, **GIVEN | usual | changed).run()


def test_its_trials_are_described_not_decided_by(searched):
    result = Result.load(searched)
    assert len(result.trials) == 4
    (row,) = result.verdicts.itertuples()
    assert row.verdict == "not decided"
    assert row.reason.startswith("TPESampler's trials describe and decide nothing")


def test_a_study_whose_trials_are_too_short_to_be_pruned_says_so(searched, tmp_path):
    said = (
        "nothing is pruned on adding: a trial has 5 updates, and none is pruned in its first 3000"
    )
    assert said in (searched / "study.log").read_text()

    def found(least, **more):
        study = toy_study(tmp_path, tasks=[toy_task(min_updates=least)], sampler="tpe", **more)
        return opening.never_pruned(study, [splits_of(task, 0) for task in study.tasks])

    assert found(6, pruner="median") == [("adding", 5, 6)]
    assert found(0, pruner="median") == []
    assert found(6) == []  # nobody has asked for it


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"pruner": "hyperband"}, "a pruned draw has no score"),
        ({"sampler": "tpe", "pruner": "median", "pruning": False}, "pruning is turned off, but"),
        ({"seeds": 3, "pruner": "median"}, "seeds means no search, but a pruner"),
        ({"seeds": 3, "sampler": tpe()}, "seeds means no search, but a sampler"),
        ({"sampler": optuna.samplers.GridSampler({"lr": [0.5]})}, "GridSampler cannot draw"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path, given, said):
    with refused(StudyError, said):
        toy_study(tmp_path, **given)

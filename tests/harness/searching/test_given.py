"""Samplers of Optuna's, as names, objects and functions of the seed."""

import random

import numpy as np
import optuna
import pytest
from helpers.refusals import refused
from helpers.searches import fill, make
from optuna import samplers

from gatelab.errors import StudyError
from gatelab.searching import given
from gatelab.trials.space import SPACE, contains

REAL = {"lr": SPACE["lr"], "clip": SPACE["clip"], "forget_bias": SPACE["forget_bias"]}
GRID = {"lr": [1e-3, 1e-2, 3e-2], "batch": [16, 32]}
ON_A_GRID = {"lr": (1e-3, 3e-2, "log"), "batch": [16, 32, 64]}


class Own(samplers.BaseSampler):
    """Draws from generators of its own, of all kinds."""

    def __init__(self, width=1.0):
        self.width, self.generators = width, [np.random.default_rng(), random.Random()]
        self.state = np.random.RandomState()

    def infer_relative_search_space(self, study, trial):
        return {}

    def sample_relative(self, study, trial, search_space):
        return {}

    def sample_independent(self, study, trial, param_name, param_distribution):
        drawn = self.state.rand() + self.generators[0].random() + self.generators[1].random()
        low, high = param_distribution.low, param_distribution.high
        return low + (high - low) * drawn / 3 * self.width


MADE = {
    "tpe": lambda: samplers.TPESampler(n_startup_trials=3),
    "cmaes": lambda: samplers.CmaEsSampler(popsize=4),
    "nsga": lambda: samplers.NSGAIISampler(population_size=3),
    "qmc": lambda: samplers.QMCSampler(scramble=True),
    "partly fixed": lambda: samplers.PartialFixedSampler({"lr": 0.01}, samplers.TPESampler()),
    "own": Own,
}
QUIET = pytest.mark.filterwarnings(
    "ignore::optuna.exceptions.ExperimentalWarning", "ignore::UserWarning:optuna"
)


@QUIET
@pytest.mark.parametrize("kind", MADE)
def test_draws_are_a_function_of_the_seed_and_of_the_trials(storage, kind):
    """Two objects made without a seed draw alike, and a continued search goes on as it would."""
    if kind == "cmaes":
        pytest.importorskip("cmaes")
    whole = fill(make(storage, "a", REAL, given.Given(MADE[kind]()), seed=3), 9)
    fill(make(storage, "b", REAL, given.Given(MADE[kind]()), seed=3), 5)
    again = fill(make(storage, "b", REAL, given.Given(MADE[kind]()), seed=3), 9)
    other = fill(make(storage, "c", REAL, given.Given(MADE[kind]()), seed=4), 9)
    assert again == whole
    assert other != whole
    assert len({(*each.values(),) for each in whole}) > 7
    assert all(contains(REAL[name], value) for each in whole for name, value in each.items())


def test_what_a_gaussian_process_draws_is_repeated_too(storage):
    pytest.importorskip("torch")
    search = make(storage, "a", REAL, given.Given(samplers.GPSampler(n_startup_trials=2)))
    whole = fill(search, 4)
    fill(make(storage, "b", REAL, "gp"), 1)
    fill(make(storage, "c", REAL, given.Given(samplers.GPSampler(n_startup_trials=2))), 3)
    again = make(storage, "c", REAL, given.Given(samplers.GPSampler(n_startup_trials=2)))
    assert fill(again, 4) == whole


def test_cma_es_goes_through_generations_without_a_pickle(storage):
    """What Optuna would keep as a pickle is worked out from the trials; the search improves."""
    pytest.importorskip("cmaes")
    search = make(storage, "a", REAL, given.Given(samplers.CmaEsSampler(popsize=4)), seed=1)
    drawn = fill(search, 29, lambda p: (p["clip"] - 4) ** 2 + (p["forget_bias"] - 1.5) ** 2)
    noted = [trial.system_attrs for trial in search.study.trials]
    assert max(each.get("cma:generation", 0) for each in noted) >= 6
    assert not any("optimizer" in key for each in noted for key in each)
    first, last = ([abs(p["clip"] - 4) for p in part] for part in (drawn[:9], drawn[-9:]))
    assert np.mean(last) < np.mean(first)


def test_a_pickle_in_the_database_is_not_loaded(storage):
    pytest.importorskip("cmaes")
    search = make(storage, "a", REAL, "cmaes")
    fill(search, 4)
    for trial in search.study.trials:
        code = b"cos\nsystem\n(S'exit 1'\ntR.".hex()
        search.study._storage._backend.engine  # the cache lies above the database
        _note(storage, trial, "cma:optimizer:0", code)
    again = make(storage, "a", REAL, "cmaes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pickle.loads", lambda *a: pytest.fail("a pickle was loaded"))
        fill(again, 6)


def _note(storage, trial, key, value):
    from optuna.storages._rdb import models

    with storage.engine.begin() as connection:
        table = models.TrialSystemAttributeModel.__table__
        connection.execute(
            table.insert().values(trial_id=trial._trial_id, key=key, value_json=f'"{value}"')
        )


def test_a_choice_beside_ranges_is_drawn_without_a_word(storage, caplog):
    pytest.importorskip("cmaes")
    optuna.logging.enable_propagation()
    try:
        fill(make(storage, "a", REAL | {"batch": [16, 32]}, "cmaes"), 4)
    finally:
        optuna.logging.disable_propagation()
    assert not caplog.records


def test_a_grid_is_gone_through_once_and_ends_no_study(storage):
    search = make(storage, "a", ON_A_GRID, given.Given(samplers.GridSampler(GRID)))
    drawn = fill(search, 8)
    assert len({(*each.values(),) for each in drawn[:6]}) == 6
    assert len(drawn) == 8


@pytest.mark.parametrize("sampler", [samplers.TPESampler(n_startup_trials=1), "cmaes"])
def test_an_interrupted_slot_gets_the_draws_that_it_had(storage, sampler):
    """Even if more trials have ended since, so that the sampler would draw something else."""
    if sampler == "cmaes":
        pytest.importorskip("cmaes")
    chosen = given.sampler(sampler)
    search = make(storage, "a", REAL, chosen)
    fill(search, 3)
    stopped = search.ask(3)
    fill(search, 7)
    continued = make(storage, "a", REAL, chosen)
    again = continued.ask(3)
    assert (again.params, again.number) == (stopped.params, stopped.number + 4)
    generation = "cma:generation"
    noted = [continued.study.trials[each.number].system_attrs for each in (stopped, again)]
    assert noted[0].get(generation) == noted[1].get(generation)
    assert (generation in noted[1]) == (sampler == "cmaes")


def test_the_three_ways_to_name_a_sampler_are_one():
    pytest.importorskip("cmaes")
    named, thing = given.sampler("cmaes"), given.sampler(samplers.CmaEsSampler(seed=7))
    called = given.sampler(lambda seed: samplers.CmaEsSampler(seed=seed))
    assert named.entry == thing.entry == called.entry
    assert given.sampler(samplers.RandomSampler()) == "random"


@QUIET
def test_settings_are_read_back_so_that_a_study_can_compare_them():
    entry = given.sampler(samplers.QMCSampler(scramble=True)).entry
    assert entry["class"] == "optuna.samplers.QMCSampler"
    assert entry["settings"] == {
        "qmc_type": "sobol", "scramble": True,
        "independent_sampler": {"class": "optuna.samplers.RandomSampler", "settings": {}},
    }  # fmt: skip
    tpe = given.sampler(samplers.TPESampler(n_ei_candidates=9)).entry["settings"]
    assert (tpe["n_ei_candidates"], tpe["prior_weight"], tpe["gamma"]) == (9, 1.0, None)
    assert tpe["weights"].startswith("optuna.")
    nsga = given.sampler(samplers.NSGAIISampler(crossover_prob=0.5)).entry["settings"]
    assert nsga["crossover_prob"] == 0.5
    inner = given.sampler(samplers.PartialFixedSampler({"lr": 0.1}, samplers.TPESampler())).entry
    assert inner["settings"]["base_sampler"]["settings"] == tpe | {"n_ei_candidates": 24}
    assert given.sampler(Own(0.5)).entry["settings"] == {"width": 0.5}


def test_what_cannot_be_read_back_is_named_by_its_repr():
    class Closed(Own):
        def __init__(self, secret):
            super().__init__(secret)

        def __repr__(self):
            return f"Closed({self.width}) at 0x7fffff"

    entry = given.sampler(Closed(0.25)).entry
    assert (entry["settings"], entry["repr"]) == ({}, "Closed(0.25)")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("cmaess", "unknown sampler 'cmaess'; did you mean cmaes"),
        (samplers.TPESampler, r"sampler is <class .*TPESampler.*; give one of random, tpe, gp"),
        (optuna.pruners.NopPruner(), "sampler is <.*NopPruner.*function of the seed"),
        (lambda seed: seed, r"sampler is \d+; give"),
        (lambda: samplers.TPESampler(), "function for sampler failed, called with a seed: TypeErr"),
        (3, "sampler is 3; give one of random, tpe, gp, cmaes"),
    ],
)
def test_what_is_no_sampler_is_refused(asked, message):
    with refused(StudyError, message):
        given.sampler(asked)


@QUIET
@pytest.mark.parametrize(("name", "package"), [("cmaes", "cmaes"), ("gp", "torch")])
def test_a_package_that_is_missing_is_named_at_once(monkeypatch, name, package):
    monkeypatch.setattr(given, "find_spec", lambda name: None)
    with refused(StudyError, f"Sampler needs {package}: pip install"):
        given.sampler(name)
    with refused(StudyError, "CmaEsSampler needs cmaes"):
        given.sampler(samplers.PartialFixedSampler({}, samplers.CmaEsSampler()))


class Unsteady(Own):
    def sample_independent(self, study, trial, param_name, param_distribution):
        return param_distribution.low * (1 + SHARED.random())


SHARED = random.Random()


@QUIET
@pytest.mark.parametrize(
    ("sampler", "message"),
    [
        (
            lambda: samplers.GridSampler({"lr": [0.01]}),
            "GridSampler cannot draw .*clip, is not found",
        ),
        (samplers.BruteForceSampler, "BruteForceSampler cannot draw .*ValueError"),
        (
            lambda: samplers.PartialFixedSampler({"lr": 0.5}, samplers.TPESampler()),
            r"draws lr = 0.5, whic",
        ),
        (lambda: Own(10.0), r"Own draws \w+ = .*, which is not in"),
        (Unsteady, "Unsteady draws something else each time"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_trained(sampler, message):
    with refused(StudyError, message):
        given.rehearse(given.Given(sampler()), REAL, "minimize")


def test_what_cannot_be_copied_is_refused():
    held = Own()
    held.file = open(__file__)
    with held.file, refused(StudyError, "Own cannot be copied"):
        given.Given(held)


def test_an_object_stays_as_it_was():
    """Generators of a user's object are not touched, and later changes of it have no effect."""
    own = Own()
    before = own.state.get_state()[1].tolist()
    chosen = given.Given(own)
    chosen.made(0, 0)
    assert own.state.get_state()[1].tolist() == before
    own.width = 0.5
    assert chosen.made(0, 0).width == 1.0

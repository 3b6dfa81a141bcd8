"""The table of settings: values that are taken, refused, left out; what is derived from it."""

import math
from dataclasses import fields

import numpy as np
import pytest
from helpers.refusals import refused

from gatelab import Network, Study, tasks, variants
from gatelab.errors import StudyError
from gatelab.networks.dropout import Rates
from gatelab.networks.network import count, shapes_of
from gatelab.networks.stack import Stack, Wiring
from gatelab.trials.settings import DEFAULTS, SETTINGS, SHAPES, SHAPING, complete, effective, idle
from gatelab.trials.space import resolve
from gatelab.trials.trial import completed, run_trial, splits_of


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"hiden": 3}, "did you mean hidden"),
        ({"hidden": 0}, "whole number of at least 1"),
        ({"batch": -1}, "whole number of at least 1"),
        ({"updates": 2.5}, "whole number of at least 1"),
        ({"hidden": True}, "whole number"),
        ({"hidden": None}, "whole number"),
        ({"lr": math.nan}, "finite number"),
        ({"lr": 0}, "above 0"),
        ({"clip": -1}, "at least 0"),
        ({"output_dropout": 1.0}, "below 1"),
        ({"momentum": "much", "optimizer": "sgd"}, "give a share"),
        ({"optimizer": "adm"}, "known: adam, adamw"),
        ({"schedule": [1]}, "known: constant"),
        ({"residual": 1}, "True or False"),
        ({"hidden": 4, "parameters": 100}, "parameters solves hidden; drop hidden"),
        ({"momentum": 0.5}, "only sgd and nesterov have momentum; drop momentum"),
        ({"init": "chrono", "forget_bias": 1.0}, "chrono sets the forget biases; drop forget_bias"),
    ],
)
def test_what_no_training_run_takes_is_refused_in_one_line(given, complaint):
    with refused(StudyError, complaint):
        complete(given)


def test_settings_of_numpy_and_whole_floats_are_numbers_too():
    made = complete({"hidden": 64.0, "batch": np.int64(8), "lr": np.float32(0.5)})
    assert (made["hidden"], made["batch"], made["lr"]) == (64, 8, 0.5)
    assert [type(made[name]) for name in ("hidden", "batch", "lr")] == [int, int, float]


def test_defaults_are_values_that_their_settings_take():
    made = complete({name: value for name, value in DEFAULTS.items() if name != "momentum"})
    assert made == DEFAULTS | {"momentum": None, "weight_decay": 0.0}  # beside adam
    assert complete({"optimizer": "sgd"})["momentum"] == 0.9
    assert all(setting.means for setting in SETTINGS.values())


def test_the_table_names_what_networks_take():
    assert {*SHAPES} == {field.name for field in fields(Wiring)}
    assert len(SHAPING) - len(SHAPES) == len(fields(Rates))
    of_network = Network(
        variants.get("gru")(), 2, 3, 1, "series", **{n: DEFAULTS[n] for n in SHAPING}
    )
    assert of_network.stack.wiring == Wiring()
    assert of_network.rates == Rates()


# What has no effect -------------------------------------------------------------------------------


def test_what_has_no_effect_beside_another_setting_is_left_out():
    assert {*idle({})} == {"momentum"}
    assert "momentum" not in idle({"optimizer": ["adam", "sgd"]})  # may have, drawn by drawn
    assert {*idle({"parameters": (100, 200), "init": "chrono"})} == {
        "hidden", "momentum", "forget_bias",
    }  # fmt: skip
    drawn = {"optimizer": "adam", "momentum": 0.5, "beta": 2}
    assert effective(drawn) == {"optimizer": "adam", "beta": 2}
    assert effective(drawn | {"optimizer": "nesterov"}) == drawn | {"optimizer": "nesterov"}


def test_a_study_that_asks_for_what_has_no_effect_is_refused(tmp_path):
    for asked in (
        {"search": {"momentum": (0.0, 0.9)}},
        {"settings": {"momentum": 0.5}},
        {"settings": {"optimizer": "adam"}, "search": {"momentum": (0.0, 0.9)}},
        {"settings": {"momentum": 0.5}, "search": {"optimizer": ["adam", "rmsprop"]}},
    ):
        with pytest.raises(StudyError, match="only sgd and nesterov have momentum"):
            Study(["adding"], ["gru"], out=tmp_path, **asked)
    Study(["adding"], ["gru"], out=tmp_path, settings={"momentum": 0.5},
          search={"optimizer": ["adam", "sgd"]})  # fmt: skip
    for asked in ({"settings": {"forget_bias": 1.0}}, {"search": {"forget_bias": (0.0, 1.0)}}):
        with pytest.raises(StudyError, match="none of these cells has a forget bias"):
            Study(["adding"], ["rnn"], out=tmp_path, **asked)
        Study(["adding"], ["rnn", "gru"], out=tmp_path, **asked)


def test_a_cell_without_forget_biases_has_no_forget_bias():
    """Not the cell whose ``forget`` is empty, nor the one that names biases it has not got."""
    task = tasks.make("adding", length=4, valid_sequences=4, test_sequences=4)
    for name, has in (("gru", True), ("rnn", False), ("no_forget_gate", False)):
        (comparison,) = Study([task], [name]).comparisons
        assert ("forget_bias" in comparison.space) == has, name
        given = {"updates": 1, "hidden": 2, "forget_bias": 0.5}
        record = run_trial(task, variants.get(name), given, 0, 0, splits_of(task, 0))
        assert record.params.get("forget_bias") == (0.5 if has else None)
        assert "momentum" not in record.params
    choice = {"forget_gate": ["own", "none"]}
    (comparison,) = Study([task], ["odyssey"], search=choice).comparisons
    assert "forget_bias" in comparison.space  # of one of the two


# Shapes beside a number of parameters -------------------------------------------------------------

LARGER = {
    "layers": [1, 40], "bidirectional": [False, True], "projection": [None, 500],
    "layer_norm": [False, True], "embedding": (2, 500),
}  # fmt: skip
SAME = {"residual"}  # adds no parameter


def least(**settings):
    stack = Stack(variants.get("gru")(), 2, 1, Wiring(**settings))
    return count(shapes_of(stack, 1))


def test_every_shape_is_looked_at():
    assert {*LARGER} | SAME == {*SHAPES}


@pytest.mark.parametrize("name", LARGER)
def test_a_shape_for_which_there_are_too_few_parameters_is_refused_at_once(name, tmp_path):
    """Not in the trials that draw it."""
    few, many = least(), least(**{name: LARGER[name][-1]})
    assert few < many
    given = {"search": {name: LARGER[name]}, "out": tmp_path}
    with pytest.raises(StudyError, match=f"parameters is {few}; a network of gru has at least"):
        Study(["adding"], ["gru"], settings={"parameters": few}, **given)
    Study(["adding"], ["gru"], settings={"parameters": many}, **given)
    with pytest.raises(StudyError, match="parameters is"):
        completed(tasks.make("adding"), variants.get("gru")(),
                  {"parameters": few, name: LARGER[name][-1]})  # fmt: skip


# A fair search over what depends on another setting -----------------------------------------------


def test_a_space_keeps_what_may_have_an_effect():
    both = {"optimizer": ["adam", "sgd"], "momentum": (0.0, 0.9)}
    assert both.items() <= resolve(DEFAULTS, study=both).items()
    assert "momentum" not in resolve(DEFAULTS, task={"momentum": (0.0, 0.9)})

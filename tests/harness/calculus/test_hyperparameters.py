"""Hyperparameters: numbers set at run time, values that shape the step, values that are refused."""

import numpy as np
import pytest
from helpers.drawing import rng
from helpers.layers import D, layer_of
from helpers.refusals import refused
from helpers.steps import Tunable, assert_sound

from gatelab import Layer, variants
from gatelab.calculus.program import derive
from gatelab.kernels.text.loop_code import loop_source
from gatelab.variants import VariantError


def outputs(variant):
    layer, draws = layer_of(variant), rng(5)
    x = draws.standard_normal((4, 2, D))
    return layer.forward(layer.init(draws), x)[0]


def test_a_new_value_derives_and_compiles_nothing():
    one, two = derive(Tunable()), derive(Tunable(beta=0.9, gain=2))
    assert one is two
    assert one.hypers == ("beta", "gain")
    assert loop_source(one, "float32").text == loop_source(two, "float32").text
    assert Layer(Tunable(beta=0.2), 2, 3).program is one


def test_a_new_value_changes_the_outputs():
    base = outputs(Tunable())
    assert np.array_equal(base, outputs(Tunable(beta=0.7)))
    assert np.abs(base - outputs(Tunable(beta=0.9))).max() > 1e-3
    assert np.abs(base - outputs(Tunable(gain=1.0))).max() > 1e-3


@pytest.mark.parametrize("setting", [{"depth": 3}, {"leaky": False}, {"activation": "relu"}])
def test_a_structural_value_is_another_cell(setting):
    base, other = derive(Tunable()), derive(Tunable(**setting))
    assert other.identity != base.identity
    assert derive(Tunable(**setting, beta=0.1)) is other


@pytest.mark.parametrize("setting", [{}, {"depth": 3}, {"leaky": False, "activation": "relu"}])
def test_hyperparameters_in_gradients(setting):
    assert_sound(Tunable(beta=1.1, gain=0.4, **setting))


def test_unknown_hyperparameters_list_close_matches():
    with refused(VariantError, r"unknown hyperparameter of .* 'bta'; did you mean beta"):
        Tunable(bta=0.9)
    with pytest.raises(VariantError, match=r"hyperparameter of standard 'beta'; known: none"):
        variants.get("standard")(beta=0.9)


WRONG = {
    "beta": [float("nan"), float("inf"), "0.5", True, None, 1j, np.ones(2)],
    "depth": [1.0, "2", True, None],
    "leaky": [1, 0.0, "yes", None],
    "activation": [1, None, b"tanh"],
}


@pytest.mark.parametrize(("name", "value"), [(k, v) for k, vs in WRONG.items() for v in vs])
def test_hyperparameters_of_a_wrong_type(name, value):
    with pytest.raises(VariantError, match=f"hyperparameter {name} is .*; give a .* like "):
        Tunable(**{name: value})


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [("beta", 1, 1.0), ("beta", np.float32(0.5), 0.5), ("depth", np.int64(2), 2)],
)
def test_numbers_are_taken_in_the_type_of_the_default(name, value, kept):
    got = getattr(Tunable(**{name: value}), name)
    assert got == kept
    assert type(got) is type(kept)

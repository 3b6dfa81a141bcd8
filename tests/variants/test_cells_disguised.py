"""Cells that are other cells if some of their parameters are given: outputs and gradients."""

import numpy as np
import pytest
from helpers.layers import H, case_of, layer_of, with_params
from oracles.comparison import assert_close, measure
from oracles.identities import OPEN


def without(result, *names):
    """What ``measure`` found, less the gradients of some parameters."""
    return {k: v for k, v in result.items() if k not in {f"d {name}" for name in names}}


def test_wmc_lstm_without_memory_connections_is_standard():
    case = with_params(case_of("wmc_lstm"), R_ic=0, R_fc=0, R_oc=0)
    plain = case._replace(params={k: v for k, v in case.params.items() if k[-1] != "c"})
    got = without(measure(layer_of("wmc_lstm"), case), "R_ic", "R_fc", "R_oc")
    assert_close(got, measure(layer_of("standard"), plain), 1e-12)


def test_res_lstm_without_projection_and_shortcut_is_peephole():
    case = with_params(case_of("res_lstm"), R_m=np.eye(H), W_h=0)
    plain = {k: v for k, v in case.params.items() if k not in ("R_m", "W_h")}
    got = without(measure(layer_of("res_lstm"), case), "R_m", "W_h")
    assert_close(got, measure(layer_of("peephole"), case._replace(params=plain)), 1e-12)


def test_fast_rnn_that_keeps_nothing_is_the_simple_network():
    case = with_params(case_of("fast_rnn"), s_alpha=OPEN, s_beta=-OPEN)
    plain = {k: v for k, v in case.params.items() if k[0] != "s"}
    got = without(measure(layer_of("fast_rnn"), case), "s_alpha", "s_beta")
    assert_close(got, measure(layer_of("rnn"), case._replace(params=plain)), 1e-12)


def test_rhn_of_depth_one_is_a_gru_that_never_resets():
    layer = layer_of("rhn", depth=1)
    case = case_of(layer)
    names = {"W_h": "W_n", "R_h1": "R_n", "b_h1": "b_n", "W_t": "W_z", "R_t1": "R_z", "b_t1": "b_z"}
    sign = lambda name: -1 if "_t" in name else 1  # t replaces, z keeps
    params = {gru: sign(own) * case.params[own] for own, gru in names.items()}
    as_gru = with_params(case._replace(params=params), W_r=0, R_r=0, b_r=OPEN)
    want = without(measure(layer_of("gru"), as_gru), "W_r", "R_r", "b_r")
    want |= {f"d {own}": sign(own) * want.pop(f"d {gru}") for own, gru in names.items()}
    assert_close(measure(layer, case), want, 1e-12)


def test_gated_antisymmetric_with_an_open_gate_is_antisymmetric():
    case = with_params(case_of("gated_antisymmetric"), b_z=OPEN)
    plain = {k: v for k, v in case.params.items() if not k.endswith("_z")}
    got = without(measure(layer_of("gated_antisymmetric"), case), "W_z", "b_z")
    assert_close(got, measure(layer_of("antisymmetric"), case._replace(params=plain)), 1e-12)


@pytest.mark.parametrize("name", ["antisymmetric", "gated_antisymmetric"])
def test_the_symmetric_half_of_an_antisymmetric_matrix_does_not_count(name):
    layer = layer_of(name, gamma=0.3)
    case = case_of(layer)
    R = case.params["R_h"]
    symmetric, none = with_params(case, R_h=R + R.T), with_params(case, R_h=0)
    assert_close(measure(layer, symmetric), measure(layer, none), 1e-12)


def test_lipschitz_without_a_linear_part_is_antisymmetric():
    settings = {"epsilon": 0.4, "gamma": 0.0}
    layer = layer_of("lipschitz", beta=1.0, **settings)
    case = with_params(case_of(layer), R_a=0)
    plain = case._replace(params={k: v for k, v in case.params.items() if k != "R_a"})
    got = without(measure(layer, case), "R_a")
    assert_close(got, measure(layer_of("antisymmetric", **settings), plain), 1e-12)


def test_lipschitz_half_way_has_its_matrices_as_they_are():
    layer = layer_of("lipschitz", beta=0.5, gamma=0.2, epsilon=0.4)
    case = case_of(layer)
    _, (h,), _ = layer.forward(case.params, case.x[:1], case.state)
    p, (old,), x = case.params, case.state, case.x[0]
    a = np.tanh(old @ p["R_h"].T - 0.2 * old + x @ p["W_h"].T + p["b_h"])
    np.testing.assert_allclose(h, old + 0.4 * (old @ p["R_a"].T - 0.2 * old + a), rtol=1e-12)

"""Cells beside the gated ones: each against its paper's equations typed by hand, and by identity.

The engine's two renderings of every cell are held together elsewhere; the readable one is used.
"""

import numpy as np
import pytest
from oracles import steps_by_hand
from oracles.comparison import assert_close, measure, random_case
from oracles.identities import OPEN

from gatelab import Layer, variants

D, H, LENGTHS = 3, 4, (6, 2, 5)

#: Away from the defaults, where a hyperparameter may be 1, or so small that nothing depends on it.
SETTINGS = {
    "nas_cell": {},
    "multiplicative_lstm": {},
    "wmc_lstm": {},
    "sgu": {},
    "dsgu": {},
    "res_lstm": {},
    "indrnn": {},
    "fast_rnn": {},
    "fast_grnn": {},
    "antisymmetric": {"epsilon": 0.7, "gamma": 0.3},
    "gated_antisymmetric": {"epsilon": 0.7, "gamma": 0.3},
    "cornn": {"dt": 0.4, "gamma": 1.7, "epsilon": 0.6},
    "unicornn": {"dt": 0.6, "alpha": 2.5},
    "lem": {"dt": 0.6},
    "scrn": {"alpha": 0.7},
    "lipschitz": {"beta": 0.6, "gamma": 0.3, "epsilon": 0.4},
    "rhn": {"depth": 3},
    "min_gru": {},
    "min_lstm": {},
    "layer_norm_lstm": {},
}


def layer_of(name, dtype="float64", **settings):
    return Layer(variants.get(name)(**settings), D, H, dtype=dtype, backend="numpy")


def case_of(layer):
    return random_case(np.random.default_rng(5), layer, D, LENGTHS)


def without(result, *names):
    """What ``measure`` found, less the gradients of some parameters."""
    return {k: v for k, v in result.items() if k not in {f"d {name}" for name in names}}


def with_params(case, **params):
    """The case with other parameters, or more: arrays, or one number for all elements."""
    shapes = {"W": (H, D), "R": (H, H), "s": ()}
    filled = {k: np.full(shapes.get(k[0], (H,)), v, float) for k, v in params.items()}
    return case._replace(params=case.params | filled)


@pytest.mark.parametrize("name", SETTINGS)
def test_against_steps_by_hand(name):
    layer = layer_of(name, **SETTINGS[name])
    case = case_of(layer)
    got = measure(layer, case)
    step = lambda *args: getattr(steps_by_hand, name)(*args, **SETTINGS[name])
    y, final = steps_by_hand.unroll(step, case.params, case.x, case.state, case.lengths)
    want = {"y": y, **{f"final {k}": each for k, each in enumerate(final)}}
    assert_close({k: got[k] for k in want}, want, 1e-12)


# Cells that are others in disguise, gradients included


def test_wmc_lstm_without_memory_connections_is_standard():
    case = with_params(case_of(layer_of("wmc_lstm")), R_ic=0, R_fc=0, R_oc=0)
    plain = case._replace(params={k: v for k, v in case.params.items() if k[-1] != "c"})
    got = without(measure(layer_of("wmc_lstm"), case), "R_ic", "R_fc", "R_oc")
    assert_close(got, measure(layer_of("standard"), plain), 1e-12)


def test_res_lstm_without_projection_and_shortcut_is_peephole():
    case = with_params(case_of(layer_of("res_lstm")), R_m=np.eye(H), W_h=0)
    plain = {k: v for k, v in case.params.items() if k not in ("R_m", "W_h")}
    got = without(measure(layer_of("res_lstm"), case), "R_m", "W_h")
    assert_close(got, measure(layer_of("peephole"), case._replace(params=plain)), 1e-12)


def test_fast_rnn_that_keeps_nothing_is_the_simple_network():
    case = with_params(case_of(layer_of("fast_rnn")), s_alpha=OPEN, s_beta=-OPEN)
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
    case = with_params(case_of(layer_of("gated_antisymmetric")), b_z=OPEN)
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


# What the papers promise


@pytest.mark.parametrize("name", ["indrnn", "unicornn"])
def test_units_remember_each_for_itself(name):
    layer = layer_of(name)
    case = with_params(case_of(layer), b_h=5.0) if name == "indrnn" else case_of(layer)
    _, final, tape = layer.forward(case.params, case.x, case.state)
    first = tuple(np.eye(H)[[0] * len(LENGTHS)] for _ in final)  # the loss sees unit 0
    _, _, dstate = layer.backward(case.params, tape, None, first)
    for d in dstate:
        assert (d[:, 0] != 0).all()
        assert (d[:, 1:] == 0).all()


def test_cornn_left_alone_keeps_its_energy():
    """Undriven and undamped, the symplectic step conserves z^2 + gamma y^2 - dt gamma y z."""
    dt, gamma = 0.3, 2.0
    layer = layer_of("cornn", dt=dt, gamma=gamma, epsilon=0.0)
    case = with_params(case_of(layer), W_z=0, R_y=0, R_z=0, b_z=0)
    energy = lambda y, z: z**2 + gamma * y**2 - dt * gamma * y * z
    _, final, _ = layer.forward(case.params, np.zeros((50, len(LENGTHS), D)), case.state)
    np.testing.assert_allclose(energy(*final), energy(*case.state), rtol=1e-12)
    assert np.abs(final[0] - case.state[0]).min() > 1e-3


def test_unicornn_can_be_run_backwards():
    layer = layer_of("unicornn", dt=0.6, alpha=2.5)
    case = case_of(layer)
    _, (y, z), _ = layer.forward(case.params, case.x, case.state)
    p = case.params
    rate = 0.6 / (1 + np.exp(-p["p_c"]))
    for x in case.x[::-1]:
        y = y - rate * z
        z = z + rate * (np.tanh(p["p_w"] * y + x @ p["W_z"].T + p["b_z"]) + 2.5 * y)
    assert_close({"y": y, "z": z}, dict(zip("yz", case.state, strict=True)), 1e-10)


def test_lem_whose_rates_are_one_forgets_its_old_states():
    layer = layer_of("lem")
    case = with_params(case_of(layer), b_1=OPEN, b_2=OPEN)
    p, x, (old, _) = case.params, case.x[0], case.state
    _, (y, z), _ = layer.forward(p, case.x[:1], case.state)
    new = np.tanh(old @ p["R_z"].T + x @ p["W_z"].T + p["b_z"])
    want = {"y": np.tanh(new @ p["R_y"].T + x @ p["W_y"].T + p["b_y"]), "z": new}
    assert_close({"y": y, "z": z}, want, 1e-12)


def test_min_gru_is_a_weighted_sum_of_its_candidates():
    """Nothing sees h: it is the start and the candidates, each faded by all later gates."""
    layer = layer_of("min_gru")
    case = case_of(layer)
    p, x = case.params, case.x
    y, _, _ = layer.forward(p, x, case.state)
    z = 1 / (1 + np.exp(-(x @ p["W_z"].T + p["b_z"])))
    new = z * (x @ p["W_n"].T + p["b_n"])
    faded = lambda k: np.prod(1 - z[k:], axis=0)
    want = faded(0) * case.state[0] + sum(faded(k + 1) * new[k] for k in range(len(x)))
    np.testing.assert_allclose(y[-1], want, rtol=1e-12)


@pytest.mark.parametrize("shut", [0.0, -300.0])
def test_min_lstm_gates_add_up_to_one(shut):
    """A candidate equal to the state changes nothing, however far both gates are shut."""
    layer = layer_of("min_lstm", dtype="float32")
    case = case_of(layer).astype("float32")
    params = case.params | {"W_n": case.params["W_n"] * 0, "b_n": case.state[0][0].astype("f")}
    params |= {k: params[k] + np.float32(shut) for k in ("b_f", "b_i")}
    state = (np.tile(params["b_n"], (len(LENGTHS), 1)),)
    y, _, _ = layer.forward(params, case.x, state)
    np.testing.assert_allclose(y, np.broadcast_to(params["b_n"], y.shape), rtol=1e-5)


def test_layer_norm_lstm_does_not_see_the_scale_of_its_matrices():
    layer = layer_of("layer_norm_lstm")
    case = case_of(layer)
    scaled = {k: 1e4 * v for k, v in case.params.items() if k[0] in "WR"}
    large = {k: 1e8 * v for k, v in case.params.items() if k[0] in "WR"}
    y, _, _ = layer.forward(case.params | scaled, case.x, case.state)
    same, _, _ = layer.forward(case.params | large, case.x, case.state)
    np.testing.assert_allclose(same, y, rtol=1e-6)
    other, _, _ = layer.forward(case.params, 0.1 * case.x, case.state)
    assert np.abs(other - y).max() > 1e-3


# The exponential gate


def test_slstm_is_its_own_unstabilised_form():
    layer = layer_of("slstm")
    params, x = case_of(layer).params, case_of(layer).x
    y, (h, c, n, m), _ = layer.forward(params, x, lengths=np.array(LENGTHS))
    zeros = [np.zeros_like(h)] * 3
    want, final = steps_by_hand.unroll(steps_by_hand.slstm, params, x, zeros, LENGTHS)
    got = {"y": y, "h": h, "c": c * np.exp(m), "n": n * np.exp(m)}
    assert_close(got, {"y": want, **dict(zip("hcn", final, strict=True))}, 1e-12)
    assert (n >= 1).all()


def test_slstm_output_does_not_depend_on_where_the_stabiliser_stands():
    """(c, n, m) and (c / e^k, n / e^k, m + k) are one state, so dL/dm = c dL/dc + n dL/dn."""
    layer, rng = layer_of("slstm"), np.random.default_rng(6)
    params, x = case_of(layer).params, case_of(layer).x
    h, c, m, k = rng.normal(size=(4, len(LENGTHS), H))
    n = 1 + rng.random(h.shape)
    y, _, tape = layer.forward(params, x, (h, c, n, m))
    shifted, _, _ = layer.forward(params, x, (h, c / np.exp(k), n / np.exp(k), m + k))
    np.testing.assert_allclose(shifted, y, rtol=1e-11)
    _, _, (_, dc, dn, dm) = layer.backward(params, tape, rng.normal(size=y.shape))
    np.testing.assert_allclose(dm, c * dc + n * dn, rtol=1e-9, atol=1e-12)
    assert np.abs(dm).min() > 1e-6


def test_slstm_takes_logits_that_would_overflow():
    layer = layer_of("slstm", dtype="float32")
    params = case_of(layer).astype("float32").params
    params = {k: 60 * np.sign(v) for k, v in params.items()}
    x = np.sign(np.random.default_rng(7).normal(size=(8, 3, D))).astype("f")
    y, final, tape = layer.forward(params, x)
    grads, dx, _ = layer.backward(params, tape, np.ones_like(y), final)
    assert (final[2] >= 1).all()
    assert all(np.isfinite(a).all() for a in (y, *final, dx, *grads.values()))
    assert (np.abs(y) <= 1).all()


# Where they start


def test_starting_values():
    init = lambda name, **settings: layer_of(name, **settings).init(np.random.default_rng(8))
    u, c = init("indrnn")["p_u"], init("unicornn")["p_c"]
    assert 0 < u.min() < u.max() < 1
    assert -0.1 < c.min() < c.max() < 0.1
    deep = init("rhn", depth=5)
    assert all((deep[f"b_t{k}"] == -2).all() for k in range(1, 6))
    assert "R_h6" not in deep

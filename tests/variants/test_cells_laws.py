"""What the papers prove of their cells, and where parameters start."""

import numpy as np
import pytest
from helpers.layers import LENGTHS, D, H, case_of, layer_of, with_params
from oracles.comparison import assert_close
from oracles.identities import OPEN


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


def test_ordered_neurons_whose_master_gates_are_open_are_an_lstm_in_all_units_but_the_last():
    """A cumax that rises at the first unit forgets nowhere, one at the last writes up to there."""
    ordered, lstm = layer_of("ordered_neurons"), layer_of("standard")
    case = case_of(ordered)
    first, last = np.eye(H)[0] * OPEN, np.eye(H)[-1] * OPEN
    still = {k: 0 * case.params[k] for k in ("W_mf", "R_mf", "W_mi", "R_mi")}
    params = case.params | still | {"b_mf": first, "b_mi": last}
    x = case.x[:1]
    _, (h, c), _ = ordered.forward(params, x, case.state)
    _, (want_h, want_c), _ = lstm.forward({k: params[k] for k in lstm.shapes}, x, case.state)
    got = {"h": h[:, :-1], "c": c[:, :-1]}
    assert_close(got, {"h": want_h[:, :-1], "c": want_c[:, :-1]}, 1e-12)
    np.testing.assert_allclose(c[:, -1], case.state[1][:, -1], rtol=1e-12)


# Where they start


def test_starting_values():
    init = lambda name, **settings: layer_of(name, **settings).init(np.random.default_rng(8))
    u, c = init("indrnn")["p_u"], init("unicornn")["p_c"]
    assert 0 < u.min() < u.max() < 1
    assert -0.1 < c.min() < c.max() < 0.1
    deep = init("rhn", depth=5)
    assert all((deep[f"b_t{k}"] == -2).all() for k in range(1, 6))
    assert "R_h6" not in deep

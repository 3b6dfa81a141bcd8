"""What is said of a trained cell, against sequences run by hand and values known in closed form."""

import json

import numpy as np
import pytest
from helpers.networks import EVERYTHING, D, H, K, T, network

from gatelab import Layer, Network, dynamics, variants
from gatelab.dynamics import gates
from gatelab.dynamics.lag import gradient_norms, lag, read_back
from gatelab.dynamics.passage import STEPS, passage
from gatelab.errors import LayerError
from gatelab.tasks.framework.batches import Batch
from gatelab.variants import Variant, maximum, sigmoid, tanh, where

N, LONG = 6, 12
LENGTHS = np.array([LONG, 1, 7, LONG, 9, 3])


class Leaky(Variant):
    """Forgets at a rate that only a parameter decides."""

    def step(self, p, x, h):
        f = sigmoid(p.W_f @ x + p.b_f)
        return (f * h + p.W_h @ x,)


class Counter(Variant):
    def step(self, p, x, h):
        return (h + maximum(p.W_h @ x + p.b_h, 0.0),)


def sequences(rng, n=N, steps=LONG, lengths=LENGTHS):
    return Batch(rng.standard_normal((n, steps, D)), np.zeros((n, K)), lengths)


def json_again(found):
    return dynamics.Dynamics.from_json(json.loads(json.dumps(found.to_json(), allow_nan=False)))


# All cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", variants.names())
def test_every_cell_is_described_and_written(cell, rng):
    made = network(cell, "series", dtype="float32")
    found = dynamics.of(made, sequences(rng))
    assert (found.cell, found.place, found.sequences, found.steps) == (cell, "", N, LONG)
    assert [each.state for each in found.drifts] == list(made.layer.states)
    assert {each.state for each in found.memories} <= {*made.layer.states}
    roles = found.activations.roles
    assert {name for name, role in roles.items() if role == "gate"} == {g.name for g in found.gates}
    assert all(value.shape == (LONG, H) for value in found.activations.values.values())
    assert np.isfinite(found.lag.median).all()
    again = json_again(found)
    np.testing.assert_allclose(again.lag.median, found.lag.median, rtol=1e-3)
    for one, other in zip(again.memories, found.memories, strict=True):
        assert (one.state, one.factor) == (other.state, other.factor)
        np.testing.assert_allclose(one.half_life, other.half_life, rtol=1e-3)


@pytest.mark.parametrize("kind", ["regression", "series"])
@pytest.mark.parametrize("cell", ["standard", "gru", "lem"])
def test_a_network_with_everything_around_the_cell(cell, kind, rng):
    found = dynamics.of(network(cell, kind, layer_norm=True, **EVERYTHING), sequences(rng))
    assert found.place == "level 2 of 2, forward layer"
    assert np.isfinite(found.lag.median).all()
    json_again(found)


def test_zoneout_keeps_a_share_of_what_the_gate_forgets(rng):
    made = network(Leaky, "series", zoneout=0.25)
    made.params["W_f"][:], made.params["b_f"][:] = 0, 0
    (memory,) = dynamics.of(made, sequences(rng)).memories
    np.testing.assert_allclose(memory.rate, np.log(0.25 + 0.75 * 0.5))


# The passage -------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["standard", "lem", "layer_norm_lstm"])
def test_states_are_those_of_the_layer_and_end_with_each_sequence(cell, rng):
    made, batch = network(cell, "series"), sequences(rng)
    run = passage(made, batch)
    layer = Layer(variants.get(cell), D, H, "float64", "numpy")
    params = {name: made.params[name] for name in layer.shapes}
    for row, steps in enumerate(LENGTHS):
        y, final, _ = layer.forward(params, batch.x[row : row + 1, :steps].swapaxes(0, 1))
        np.testing.assert_allclose(run.states[layer.states[0]][1 : steps + 1, :, row], y[:, 0])
        for name, state in zip(layer.states, final, strict=True):
            np.testing.assert_allclose(run.states[name][-1, :, row], state[0])


@pytest.mark.parametrize(
    "options",
    [{"layers": 3}, {"layers": 2, "residual": True, "projection": 2, "embedding": 2}, EVERYTHING],
    ids=["deep", "residual", "everything"],
)
def test_the_highest_level_reads_what_the_level_below_puts_out(options, rng):
    made, batch = network("gru", "series", **options), sequences(rng)
    run, last = passage(made, batch), made.stack.levels[-1]
    features = made._features(np.asarray(batch.x))
    _, (tapes, *_), _ = made.stack.forward(made.params, features, LENGTHS, True)
    np.testing.assert_allclose(run.states["h"][-1], tapes[-1].final[0])
    assert run.x.shape[1] == last.layers[0].inputs


def test_padding_is_never_looked_at(rng):
    batch = sequences(rng)
    padded = np.where(batch.valid()[..., None], batch.x, np.nan)
    made = network("peephole", "series")
    plain, odd = dynamics.of(made, batch), dynamics.of(made, batch._replace(x=padded))
    assert plain.to_json() == odd.to_json()


def test_long_sequences_are_cut_and_few_are_read_of_many(rng):
    made = network("gru", "series", sizes=(D, 200, K))
    found = dynamics.of(made, sequences(rng, 9, STEPS + 5, None))
    assert (found.steps, found.sequences) == (STEPS, 5)
    assert len(found.activations.x) == 200
    assert found.activations.values["z"].shape == (200, 48)
    assert len(found.drifts[0].step) == len(found.lag.lag) == 200
    assert (found.drifts[0].step[-1], found.lag.lag[-1]) == (STEPS, STEPS - 1)
    assert len(json.dumps(found.to_json())) < 400_000


def test_a_cell_of_many_values_shows_fewer_units(rng):
    found = dynamics.of(network("rhn:depth=5", "series", (D, 40, K)), sequences(rng, 2, 200, None))
    values = found.activations.values
    assert len(values) == 15  # n t h of five layers
    assert {value.shape for value in values.values()} == {(200, 16)}


# Gates -------------------------------------------------------------------------------------------


def test_saturation_is_the_share_of_steps_beyond_a_tenth_and_nine_tenths():
    made = network(Leaky, "series", sizes=(1, 2, 1), moved=0)
    made.params["W_f"][:] = [[1], [0]]
    made.params["b_f"][:] = [0, 4]
    x = np.array([[-3, -2, 0, 3], [-2.1, 2.3, 99, 99]], float)[..., None]
    (gate,) = dynamics.of(made, Batch(x, np.zeros((2, 4, 1)), np.array([4, 2]))).gates
    assert (gate.name, gate.observed) == ("f", False)
    np.testing.assert_allclose(gate.low, [1 / 6, 0])  # sigmoid(-3) alone; -2.1 gives .109
    np.testing.assert_allclose(gate.high, [2 / 6, 1])  # 3 and 2.3
    assert sigmoid(-2.1) > gates.SHUT
    assert sigmoid(2.3) > gates.OPEN


class Clipped(Variant):
    """Its gate is bounded in a way that intervals cannot see."""

    def step(self, p, x, h):
        a = p.W_f @ x
        f = where(a > 1, 1.0, where(a < 0, 0.0, a))
        return (f * h + tanh(p.W_h @ x),)


def test_a_value_observed_between_0_and_1_counts_as_a_gate_where_there_is_no_other(rng):
    found = dynamics.of(network(Clipped, "series"), sequences(rng))
    assert [(gate.name, gate.observed) for gate in found.gates] == [("f", True)]
    assert found.activations.roles["f"] == "gate"


# Memory ------------------------------------------------------------------------------------------


def test_half_life_of_a_constant_gate(rng):
    made = network(Leaky, "series", sizes=(D, 3, K))
    made.params["W_f"][:] = 0
    kept = np.array([0.5, 0.9, 0.5 ** (1 / 40)])
    made.params["b_f"][:] = np.log(kept / (1 - kept))
    (memory,) = dynamics.of(made, sequences(rng)).memories
    assert (memory.state, memory.factor) == ("h", "f")
    np.testing.assert_allclose(memory.half_life, [1, np.log(0.5) / np.log(0.9), 40])


def test_what_never_decays_has_an_infinite_half_life(rng):
    found = json_again(dynamics.of(network("original", "series"), sequences(rng)))
    (memory,) = found.memories
    assert (memory.state, memory.factor) == ("c", "1")
    assert np.isposinf(memory.half_life).all()


def test_a_unit_that_forgets_everything_at_once_has_a_finite_rate(rng):
    made = network("indrnn", "series")
    made.params["b_h"][:] = -1e3  # every relu is off
    (memory,) = dynamics.of(made, sequences(rng)).memories
    np.testing.assert_allclose(memory.half_life, 1 / 24)


# Drift -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "least", "most"), [(Counter, 0.95, 1.05), ("original", 0.3, 1.1), ("rnn", -0.2, 0.2)]
)
def test_growth_tells_a_counter_from_what_stands_still(cell, least, most, rng):
    found = dynamics.of(network(cell, "series"), sequences(rng, 30, 200, None))
    assert least < found.drifts[-1].growth < most


def test_drift_is_the_root_mean_square_after_each_step(rng):
    made, batch = network("standard", "series"), sequences(rng)
    state, drift = passage(made, batch).states["c"], dynamics.of(made, batch).drifts[1]
    assert (drift.state, *drift.step) == ("c", *np.arange(1, 10))  # 3 of 6 sequences have 9 steps
    there = LENGTHS >= 8
    np.testing.assert_allclose(drift.rms[7], np.sqrt(np.square(state[8][:, there]).mean()))


# Lag ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["standard", "gru", "lem", "slstm", "nas_cell"])
@pytest.mark.parametrize("options", [{}, {"layers": 2, "projection": 2, "zoneout": 0.2}])
def test_gradient_norms_are_finite_differences(cell, options, rng):
    if cell == "slstm":
        options = {**options, "zoneout": 0.0}
    made, batch = network(cell, "regression", **options), sequences(rng)
    run, weights = passage(made, batch), rng.standard_normal((K, N))
    norms = gradient_norms(run, read_back(made, weights))
    layer, params = run.layer, run.params
    noise = {name: np.full((1, 1, H), value) for name, value in run.noise.items()}

    def answer(state, start, row):
        """The weighted outputs, if the states before step ``start`` are these."""
        x = run.x[start : LENGTHS[row], :, row : row + 1].transpose(0, 2, 1)
        last = layer.forward(params, x, state, noise=noise)[1][0] if len(x) else state[0]
        level = made.stack.levels[-1]
        if level.projection:
            own = made.stack.level_params(len(made.stack.levels) - 1, made.params)
            last = last @ own["P"].T
        return float(last[0] @ made.params["V"].T @ weights[:, row])

    for row, back in [(0, 0), (0, 1), (0, 5), (2, 3), (1, 0)]:
        start = LENGTHS[row] - back
        state = [run.states[name][start, :, row][None] for name in layer.states]
        slopes = []
        for k, unit in np.ndindex(len(state), H):
            ends = []
            for step in (1e-5, -1e-5):
                moved = [np.array(s) for s in state]
                moved[k][0, unit] += step
                ends.append(answer(tuple(moved), start, row))
            slopes.append((ends[0] - ends[1]) / 2e-5)
        np.testing.assert_allclose(norms[back, row], np.linalg.norm(slopes), rtol=1e-5)
    assert np.isnan(norms[1:, 1]).all()


def test_a_linear_cell_s_gradient_decays_as_its_gate_says(rng):
    made = network(Leaky, "series")
    made.params["W_f"][:], made.params["b_f"][:] = 0, np.log(4)  # f = .8
    found = lag(made, passage(made, sequences(rng)))
    for curve in (found.low, found.median, found.high):
        np.testing.assert_allclose(curve, 0.8**found.lag)


def test_gradients_too_small_for_float32_are_still_numbers(rng):
    made = network(Leaky, "series", dtype="float32")
    made.params["b_f"][:] = -12
    found = lag(made, passage(made, sequences(rng)))
    assert 0 < found.median[-1] < 1e-40


# Networks that went wrong ------------------------------------------------------------------------


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
@pytest.mark.parametrize("cell", ["standard", "rnn", "slstm", "light_gru", Clipped])
def test_a_diverged_network_is_described(cell, value, rng):
    made = network(cell, "series", dtype="float32")
    made.theta[:] = value
    json_again(dynamics.of(made, sequences(rng)))


@pytest.mark.parametrize("cell", ["standard", "gru", "rnn"])
def test_a_single_step_and_a_single_sequence(cell, rng):
    found = json_again(dynamics.of(network(cell, "series"), sequences(rng, 1, 1, None)))
    assert (found.steps, found.sequences) == (1, 1)
    assert np.isnan(found.drifts[0].growth)
    np.testing.assert_array_equal(found.lag.median, [1])


def test_the_network_is_left_as_it_was(rng):
    made = Network(variants.get("gru"), D, H, K, "series", backend="numpy").init(rng)
    before = made.theta.copy()
    x = rng.standard_normal((2, T, D)).astype(np.float32)
    said = made.predict(x)
    dynamics.of(made, Batch(x, np.zeros(2)))
    np.testing.assert_array_equal(made.theta, before)
    np.testing.assert_array_equal(made.predict(x), said)


# Refusals ----------------------------------------------------------------------------------------


def test_what_is_not_a_batch_of_the_network_s_sequences_is_refused(rng):
    made = network("gru", "series")
    with pytest.raises(LayerError, match="ndarray is not a batch"):
        dynamics.of(made, rng.standard_normal((2, 5, D)))
    for shape in ((2, 5, D + 1), (5, D), (0, 5, D), (2, 0, D)):
        with pytest.raises(LayerError, match=r"give sequences \(N, T, 3\)"):
            dynamics.of(made, Batch(np.zeros(shape), np.zeros(2)))


@pytest.mark.parametrize("odd", [{}, [], None, {"gates": 3}, {"activations": {"x": 1}}])
def test_a_file_that_holds_something_else_is_refused(odd):
    with pytest.raises(LayerError, match="describe the network again"):
        dynamics.Dynamics.from_json(odd)


def test_a_file_with_a_part_missing_is_refused(rng):
    kept = dynamics.of(network("gru", "series"), sequences(rng)).to_json()
    for name in kept:
        with pytest.raises(LayerError, match="describe the network again"):
            dynamics.Dynamics.from_json({k: v for k, v in kept.items() if k != name})

"""What is put around a step: noise for training, layer normalisation."""

import numpy as np
import pytest
from helpers.drawing import rng
from helpers.layers import LENGTHS, D, H, case_of, each_backend, gradients, layer_of
from helpers.packages import needs
from oracles import complex_step, unrolled
from oracles.comparison import assert_close, measure
from oracles.odd_cells import ODD

from gatelab import Layer, Study, variants
from gatelab.calculus.program import derive
from gatelab.errors import LayerError
from gatelab.variants import TraceError, Variant, layer_norm, mean, sigmoid, tanh

CELLS = {n: variants.get(n) for n in ("rnn", "standard", "gru", "peephole")}
CELLS |= {"ManyStates": ODD["ManyStates"]}
KINDS = [("recurrent",), ("zoneout",), ("recurrent", "zoneout")]

each_kind = pytest.mark.parametrize("kinds", KINDS, ids="+".join)


class Masked:
    """An R_ matrix that multiplies what the mask leaves."""

    def __init__(self, matrix, mask):
        self.matrix, self.mask = matrix, mask

    def __matmul__(self, vector):
        return self.matrix @ (self.mask * vector)


class Noisy:
    """A cell's step with noise around it, written without the engine; called once per time step."""

    def __init__(self, step, noise, kinds):
        self.step, self.noise, self.kinds, self.t = step, noise, kinds, 0

    def __call__(self, p, x, *states):
        t, self.t = self.t, (self.t + 1) % max(LENGTHS)
        if "recurrent" in self.kinds:
            mask = self.noise["recurrent"][0].T
            p = unrolled.Parameters({k: v for k, v in p.items()})
            p.update({k: Masked(v, mask) for k, v in p.items() if k.startswith("R_")})
        new = self.step(p, x, *states)
        new = new if isinstance(new, tuple) else (new,)
        if "zoneout" not in self.kinds:
            return new
        names = ["zoneout_output"] + ["zoneout_memory"] * (len(states) - 1)
        shares = [self.noise[name][t].T for name in names]
        return tuple(z * s + (1 - z) * n for z, s, n in zip(shares, states, new, strict=True))


def draw(layer, rng):
    """One mask for all steps, one of zoneout per step."""
    T, B = max(LENGTHS), len(LENGTHS)
    shape = lambda name: (1, B, H) if name == "recurrent" else (T, B, H)
    return {n: (rng.random(shape(n)) < 0.5) * (2.0 - (n != "recurrent")) for n in layer.noise}


def noisy_case(cls, kinds, backend):
    layer = Layer(cls(), D, H, "float64", backend, noise=kinds)
    return layer, case_of(cls()), draw(layer, rng(3))


@each_kind
@each_backend
@pytest.mark.parametrize("name", CELLS)
def test_gradients_with_noise_against_complex_step(name, kinds, backend):
    layer, case, noise = noisy_case(CELLS[name], kinds, backend)
    step = Noisy(CELLS[name]().step, noise, kinds)
    exact = complex_step.gradient(lambda at: unrolled.loss(step, case, at, np), case.arrays())
    got = gradients(measure(layer, case, noise))
    assert_close(got, {f"d {k}": v for k, v in exact.items()}, 1e-9)


@each_backend
def test_noise_that_does_nothing_changes_nothing(backend):
    layer, case, noise = noisy_case(CELLS["peephole"], KINDS[2], backend)
    silent = {n: np.full((1, 3, H), float(n == "recurrent")) for n in noise}
    plain = layer_of("peephole", backend)
    assert_close(measure(layer, case, silent), measure(plain, case), 1e-12)


def test_full_zoneout_holds_every_state():
    layer, case, noise = noisy_case(CELLS["standard"], ("zoneout",), "numba")
    y, final, _ = layer.forward(
        case.params, case.x, case.state, None, {n: np.ones((1, 3, H)) for n in noise}
    )
    np.testing.assert_array_equal(y, np.broadcast_to(case.state[0], y.shape))
    np.testing.assert_array_equal(final, case.state)


def test_a_cell_with_one_state_has_no_memory_to_hold():
    assert Layer(variants.get("gru"), D, H, noise=("zoneout",)).noise == ("zoneout_output",)
    standard = Layer(variants.get("standard"), D, H, noise=("recurrent", "zoneout"))
    assert set(standard.noise) == {"recurrent", "zoneout_output", "zoneout_memory"}


def test_noise_that_does_not_fit_is_refused_in_one_line():
    layer, case, noise = noisy_case(CELLS["standard"], ("zoneout",), "numpy")
    run = lambda given: layer.forward(case.params, case.x, None, None, given)
    with pytest.raises(LayerError, match=r"noise is \[\]; give zoneout_output, zoneout_memory"):
        run(None)
    with pytest.raises(LayerError, match=r"noise zoneout_output is \(2, 4, 3\)"):
        run(noise | {"zoneout_output": np.ones((2, 3, H))})
    with pytest.raises(LayerError, match="unknown noise 'dropout'; known: recurrent, zoneout"):
        Layer(variants.get("gru"), D, H, noise=("dropout",))


# Layer normalisation


class NormalisedGRU(Variant):
    """What layer_norm=True should make of the GRU, typed out."""

    p_norm_r = 1.0
    p_norm_z = 1.0
    p_norm_n = 1.0

    def step(self, p, x, h):
        r = sigmoid(p.p_norm_r * layer_norm(p.W_r @ x + p.R_r @ h) + p.b_r)
        z = sigmoid(p.p_norm_z * layer_norm(p.W_z @ x + p.R_z @ h) + p.b_z)
        n = tanh(p.p_norm_n * layer_norm(p.W_n @ x + p.R_n @ (r * h)) + p.b_n)
        return ((1 - z) * n + z * h,)


@each_backend
def test_layer_norm_around_a_gru(backend):
    typed = layer_of(NormalisedGRU(), backend)
    case = case_of(NormalisedGRU())
    around = Layer(variants.get("gru")(), D, H, "float64", backend, layer_norm=True)
    assert around.init(np.random.default_rng(0))["p_norm_z"].tolist() == [1.0] * H
    assert_close(measure(around, case), measure(typed, case), 1e-12)


def test_peepholes_and_biases_are_not_normalised():
    text = [n.op for n in derive(variants.get("peephole")(), layer_norm=True).traced.graph.nodes]
    assert text.count("layer_norm") == 4
    layer = Layer(variants.get("peephole"), D, H, "float64", "numpy", layer_norm=True)
    case = case_of(layer)
    scaled = {k: 3 * v if k[:2] in ("W_", "R_") else v for k, v in case.params.items()}
    outputs = lambda p: layer.forward(p, case.x, case.state, case.lengths)[0]
    np.testing.assert_allclose(outputs(scaled), outputs(case.params), atol=1e-4)  # but for EPSILON
    moved = case.params | {"p_i": case.params["p_i"] + 1.0}
    assert np.abs(outputs(moved) - outputs(case.params)).max() > 1e-3


@pytest.mark.parametrize("name", ["gru_reset_after", "Kinks", "Curves", "Linear"])
def test_products_outside_of_pre_activations_are_refused(name):
    cls = ODD.get(name) or variants.get(name)
    with pytest.raises(TraceError, match=r"[WR]_\w+'s is used elsewhere; write layer_norm into"):
        Layer(cls, D, H, layer_norm=True)


# The two operations


def test_layer_norm_is_torchs():
    torch = needs("torch")
    a = np.random.default_rng(0).standard_normal((H, 3))
    want = torch.nn.functional.layer_norm(torch.tensor(a.T), (H,)).numpy().T
    np.testing.assert_allclose(layer_norm(a), want, rtol=1e-12)
    np.testing.assert_allclose(layer_norm(torch.tensor(a)).numpy(), want, rtol=1e-12)
    assert mean(torch.tensor(a)).shape == a.shape


def test_what_has_no_units_has_no_mean():
    class Scalar(Variant):
        def step(self, p, x, h):
            return (tanh(p.W_h @ x) * mean(p.s_a),)

    with pytest.raises(TraceError, match="mean of a number that all units share"):
        Layer(Scalar, D, H)


def test_x_is_not_averaged():
    class Raw(Variant):
        def step(self, p, x, h):
            return (tanh(p.W_h @ x) + mean(x),)

    with pytest.raises(TraceError, match="x enters a step through a W_ matrix only"):
        Layer(Raw, D, H)


def test_states_that_have_no_average_are_not_zoned_out(tmp_path):
    complaint = "slstm: zoneout does not suit its states; use recurrent_dropout"
    with pytest.raises(TraceError, match=complaint):
        Layer(variants.get("slstm"), D, H, noise=("zoneout",))
    given = {"variants": ["slstm"], "tasks": ["adding"], "out": tmp_path / "out"}
    with pytest.raises(TraceError, match=complaint):
        Study(settings={"zoneout": 0.1}, **given)
    with pytest.raises(TraceError, match=complaint):
        Study(search={"zoneout": [0.0, 0.1]}, **given)
    assert "zoneout" not in variants.hyperparameters(variants.get("slstm"))

"""Where parameters start: the schemes, what a cell demands, and who has the last word."""

import numpy as np
import pytest

from gatelab import Layer, tasks, variants
from gatelab.errors import LayerError
from gatelab.networks.initialisation import MATRICES, SCHEMES
from gatelab.trials.settings import complete
from gatelab.trials.trial import build, splits_of, start
from gatelab.variants import Variant, tanh

D, H = 20, 30


class Demanding(Variant):
    """Says where each of its parameters starts."""

    W_a, R_a, R_b, p_a, b_a = "orthogonal", "identity", -0.5, (0.2, 0.4), 3.0

    def step(self, p, x, h):
        a = tanh(p.W_a @ x + p.R_a @ h + p.p_a * h + p.b_a)
        return (tanh(p.W_b @ x + p.R_b @ a + p.R_c @ h + p.b_b),)


def layer(cell, **options):
    cell = variants.get(cell) if isinstance(cell, str) else cell
    return Layer(cell(), D, H, "float64", "numpy", **options)


def draw(cell, scheme="uniform", seed=0, **more):
    return layer(cell).init(np.random.default_rng(seed), scheme, **more)


def is_orthogonal(R):
    return np.allclose(R @ R.T if len(R) <= R.shape[1] else R.T @ R, np.eye(min(R.shape)))


# Schemes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", SCHEMES)
def test_matrices_are_as_the_scheme_says_and_biases_as_the_cell_says(scheme):
    params = draw("standard", scheme, longest=10)
    width = {"W": np.sqrt(6 / (D + H)), "R": np.sqrt(6 / (H + H))}
    if scheme in ("uniform", "chrono"):
        width = dict.fromkeys("WR", 1 / np.sqrt(H))
    kinds = {"orthogonal": is_orthogonal, "identity": lambda R: (np.eye(H) == R).all()}
    for gate in "ifgo":
        W, R = params[f"W_{gate}"], params[f"R_{gate}"]
        assert 0.97 * width["W"] < np.abs(W).max() <= width["W"]
        if scheme in kinds:
            assert kinds[scheme](R)
        else:
            assert 0.97 * width["R"] < np.abs(R).max() <= width["R"]
    assert (params["b_g"] == 0).all()
    if scheme != "chrono":
        assert (params["b_f"] == 1).all()
        assert (params["b_i"] == 0).all()


def test_orthogonal_matrices_of_any_shape_and_of_both_signs():
    rng = np.random.default_rng(0)
    for shape in ((7, 7), (7, 3), (3, 7)):
        found = MATRICES["orthogonal"](shape, rng)
        assert found.shape == shape
        assert is_orthogonal(found)
    # Uniform over the group: each entry is as often negative as positive, the diagonal too.
    many = np.array([np.diag(MATRICES["orthogonal"]((3, 3), rng)) for _ in range(2000)])
    assert np.abs(many.mean(0)).max() < 0.06


def test_cells_that_share_a_matrix_start_with_the_same_one_under_every_scheme():
    for scheme in SCHEMES:
        a, b = (draw(cell, scheme, longest=9) for cell in ("standard", "peephole"))
        for name in a:
            np.testing.assert_array_equal(a[name], b[name])
    assert (draw("standard", seed=1)["W_i"] != draw("standard")["W_i"]).all()


def test_chrono_spreads_memories_from_one_step_to_all():
    params = draw("standard", "chrono", longest=101)
    spans = np.exp(params["b_f"])
    assert 1 <= spans.min() < 10
    assert 90 < spans.max() <= 100
    np.testing.assert_array_equal(params["b_i"], -params["b_f"])
    assert (draw("gru", "chrono", longest=101)["b_z"] >= 0).all()
    coupled = draw("coupled", "chrono", longest=101)  # keeps 1 - i
    assert coupled["b_i"].min() < -4
    assert coupled["b_i"].max() <= 0
    for name, value in draw("rnn", "chrono", longest=101).items():
        np.testing.assert_array_equal(value, draw("rnn")[name])
    assert (draw("standard", "chrono", longest=1)["b_f"] == 0).all()


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(LayerError, match="unknown init 'xavier'; known: uniform, glorot"):
        draw("rnn", "xavier")
    with pytest.raises(LayerError, match="longest"):
        draw("standard", "chrono")


# Who has the last word ---------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_a_cell_demands_wins_over_the_scheme(scheme):
    params = draw(Demanding, scheme, longest=9)
    assert is_orthogonal(params["W_a"])
    assert (params["R_a"] == np.eye(H)).all()
    assert (params["R_b"] == -0.5).all()
    assert (params["b_a"] == 3).all()
    assert 0.2 <= params["p_a"].min() < 0.22
    assert 0.38 < params["p_a"].max() <= 0.4
    assert (params["b_b"] == 0).all()


def test_a_forget_bias_that_is_asked_for_wins_over_chrono_and_over_the_cell():
    for scheme in ("uniform", "chrono"):
        params = draw("standard", scheme, longest=9, forget_bias=0.25)
        assert (params["b_f"] == 0.25).all()
        assert (params["b_i"] == 0).all()
        assert (draw("coupled", scheme, longest=9, forget_bias=0.25)["b_i"] == -0.25).all()


def test_a_trial_starts_every_layer_as_its_settings_say():
    task = tasks.make("embedded_reber", valid_sequences=8, test_sequences=8)
    splits = splits_of(task, 0)
    deep = {"layers": 2, "bidirectional": True, "hidden": 64}

    def started(**given):
        settings = complete(deep | given)
        network = build(task, variants.get("standard")(), settings)
        return start(network, settings, splits.train, np.random.default_rng(0)).params

    for name, value in started(init="orthogonal", forget_bias=0.5).items():
        if ".R_" in name:
            np.testing.assert_allclose(value @ value.T, np.eye(64), atol=1e-5)
        if name.endswith("b_f"):
            assert (value == 0.5).all()
    spans = [np.exp(v.max()) for name, v in started(init="chrono").items() if name[-3:] == "b_f"]
    assert len(spans) == 4
    assert max(spans) < 40  # the longest string that the task allows
    assert min(spans) > 15
    assert started()["1.W_i"][0, 0] != started()["1.reversed.W_i"][0, 0]

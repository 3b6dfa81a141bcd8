"""The LSTM with other activations: each function by hand, in both of its places."""

import numpy as np
import pytest
from helpers.layers import case_of, layer_of
from helpers.refusals import refused
from oracles.comparison import assert_close, measure

from gatelab import Layer, variants
from gatelab.variants import VariantError

P = 0.25

BY_HAND = {
    "tanh": np.tanh,
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "relu": lambda a: np.clip(a, 0, None),
    "swish": lambda a: a / (1 + np.exp(-a)),
    "softsign": lambda a: a / (1 + np.abs(a)),
    "hard_sigmoid": lambda a: np.clip((a + 3) / 6, 0, 1),
    "squish": lambda a: np.where(
        a < 0, a / (1 + np.exp(-a)), np.abs(a) / (1 + np.abs(a)) + P * a / (1 + np.exp(-a))
    ),
}


def lstm(case, cell, gate):
    """The standard LSTM on rows, its two functions given."""
    (h, c), y, p = case.state, [], case.params
    for x in case.x:
        a = {k: x @ p["W_" + k].T + h @ p["R_" + k].T + p["b_" + k] for k in "ifgo"}
        c = gate(a["f"]) * c + gate(a["i"]) * cell(a["g"])
        h = gate(a["o"]) * cell(c)
        y.append(h)
    return {"y": np.stack(y), "final 0": h, "final 1": c}


@pytest.mark.parametrize("name", BY_HAND)
@pytest.mark.parametrize("place", ["cell", "gate"])
def test_outputs_by_hand(name, place):
    text = f"lstm_activations:{place}_activation={name},squish_p={P}"
    case, functions = case_of(text, (4,) * 8), {"cell": np.tanh, "gate": BY_HAND["sigmoid"]}
    # Wide enough to meet both corners of the hard sigmoid.
    case = case._replace(x=3 * case.x)
    y, final, _ = layer_of(text).forward(case.params, case.x, case.state)
    got = {"y": y, "final 0": final[0], "final 1": final[1]}
    assert_close(got, lstm(case, **functions | {place: BY_HAND[name]}), 1e-12)


def test_as_it_stands_it_is_the_standard_lstm():
    case = case_of("standard", (5, 3, 4))
    got = measure(layer_of("lstm_activations"), case)
    assert_close(got, measure(layer_of("standard"), case), 1e-12)


def test_squish_on_the_worked_example():
    """By pocket calculator, f shut, i and o open, p = 0.25: c = squish(1), h = squish(c)."""
    layer = Layer(
        variants.get("lstm_activations")(cell_activation="squish", squish_p=P),
        inputs=1,
        hidden=1,
        dtype="float64",
        backend="numpy",
    )
    numbers = {"b_i": 1e3, "b_f": -1e3, "b_o": 1e3, "b_g": 1.0}
    params = {k: np.full(shape, numbers.get(k, 0.0)) for k, shape in layer.shapes.items()}
    _, (h, c), _ = layer.forward(params, np.ones((1, 1, 1)))
    assert c.item() == pytest.approx(0.5 + 0.25 * 0.7310585786, abs=1e-9)
    assert h.item() == pytest.approx(0.4057398323 + 0.25 * 0.4535984181, abs=1e-9)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("cell_activation=tanhh", "cell_activation is 'tanhh'; give one of tanh sigmoid relu"),
        ("gate_activation=soft", "gate_activation is 'soft'; give one of tanh sigmoid relu"),
        ("squish_p=1", r"squish_p is 1; give a number in \[0, 1\)"),
    ],
)
def test_what_is_unknown_is_refused_in_one_line(options, message):
    with refused(VariantError, message):
        variants.get(f"lstm_activations:{options}")

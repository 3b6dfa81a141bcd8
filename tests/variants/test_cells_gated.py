"""The gated cells against their papers: typed by hand, and as other cells in disguise."""

import numpy as np
import pytest
from helpers.layers import case_of, layer_of, outputs
from oracles import gated_by_hand, identities
from oracles.comparison import assert_close, measure

from gatelab import Layer, variants


@pytest.mark.parametrize("name", gated_by_hand.STEPS)
def test_outputs_by_hand(name):
    case = case_of(name, lengths=(5, 5, 5))
    got = outputs(measure(layer_of(name), case))
    assert_close(got, gated_by_hand.run(gated_by_hand.STEPS[name], case), 1e-12)


@pytest.mark.parametrize(
    ("name", "other", "rewrite"),
    [
        ("ugrnn", "gru", identities.ugrnn_as_gru),
        ("janet:beta=0.0", "ugrnn", identities.janet_as_ugrnn),
        ("minimal_gated_unit", "gru", identities.mgu_as_gru),
        ("mut2", "gru", identities.mut2_as_gru),
        ("brc", "nbrc", identities.brc_as_nbrc),
    ],
    ids=lambda v: getattr(v, "__name__", None),
)
def test_a_cell_in_disguise(name, other, rewrite):
    """Outputs and all gradients, ragged lengths."""
    case = case_of(name)
    rewritten, back = rewrite(case)
    got = back(measure(layer_of(other), rewritten))
    assert_close(got, measure(layer_of(name), case), 1e-12)


def test_janet_on_the_worked_example():
    """One unit, one step, by pocket calculator: s = 0.5, beta = 1, tanh(0.3) in, h = 2."""
    layer = Layer(variants.get("janet"), inputs=1, hidden=1, dtype="float64", backend="numpy")
    params = {"W_f": [[0.5]], "R_f": [[0.0]], "b_f": [0.0]}
    params |= {"W_c": [[0.3]], "R_c": [[0.0]], "b_c": [0.0]}
    params = {k: np.array(v) for k, v in params.items()}
    y, _, _ = layer.forward(params, np.ones((1, 1, 1)), (np.full((1, 1), 2.0),))
    # 0.6224593312 * 2 + (1 - 0.3775406688) * 0.2913126125
    assert y.item() == pytest.approx(1.4262489163, abs=1e-9)


def test_the_stream_through_time_of_the_intersection_is_a_ugrnn():
    case = case_of("intersection")
    p, renamed = case.params, {"g": "gh", "c": "h"}
    params = {f"{k}_{a}": p[f"{k}_{b}"] for a, b in renamed.items() for k in "WRb"}
    _, (_, h), _ = layer_of("intersection").forward(p, case.x, case.state, case.lengths)
    _, (want,), _ = layer_of("ugrnn").forward(params, case.x, case.state[1:], case.lengths)
    assert_close({"h": h}, {"h": want}, 1e-12)


def test_a_chaos_free_network_fades_without_input():
    case = case_of("cfn", lengths=(500,) * 3)
    y, _, _ = layer_of("cfn").forward(case.params, 0 * case.x, case.state)
    assert np.abs(y[-1]).max() < 1e-2 * np.abs(y[0]).max()

"""Cells beside the gated ones, each against its paper's equations typed by hand.

The engine's two renderings of every cell are held together elsewhere; the readable one is used.
"""

import pytest
from helpers.layers import case_of, layer_of
from oracles import steps_by_hand
from oracles.comparison import assert_close, measure

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
    "ordered_neurons": {},
}


@pytest.mark.parametrize("name", SETTINGS)
def test_against_steps_by_hand(name):
    layer = layer_of(name, **SETTINGS[name])
    case = case_of(layer)
    got = measure(layer, case)
    step = lambda *args: getattr(steps_by_hand, name)(*args, **SETTINGS[name])
    y, final = steps_by_hand.unroll(step, case.params, case.x, case.state, case.lengths)
    want = {"y": y, **{f"final {k}": each for k, each in enumerate(final)}}
    assert_close({k: got[k] for k in want}, want, 1e-12)

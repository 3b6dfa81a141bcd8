"""Cells beside the gated ones, each against its paper's equations typed by hand.

The engine's two renderings of every cell are held together elsewhere; the readable one is used.
"""

import pytest
from helpers.independent import SETTINGS
from helpers.layers import case_of, layer_of
from oracles import steps_by_hand
from oracles.comparison import assert_close, measure

CELLS = [
    "nas_cell", "multiplicative_lstm", "wmc_lstm", "sgu", "dsgu", "res_lstm", "indrnn", "fast_rnn",
    "fast_grnn", "antisymmetric", "gated_antisymmetric", "cornn", "unicornn", "lem", "scrn",
    "lipschitz", "rhn", "min_gru", "min_lstm", "layer_norm_lstm", "ordered_neurons",
]  # fmt: skip


@pytest.mark.parametrize("name", CELLS)
def test_against_steps_by_hand(name):
    settings = SETTINGS.get(name, {})
    layer = layer_of(name, **settings)
    case = case_of(layer)
    got = measure(layer, case)
    step = lambda *args: getattr(steps_by_hand, name)(*args, **settings)
    y, final = steps_by_hand.unroll(step, case.params, case.x, case.state, case.lengths)
    want = {"y": y, **{f"final {k}": each for k, each in enumerate(final)}}
    assert_close({k: got[k] for k in want}, want, 1e-12)

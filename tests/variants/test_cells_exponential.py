"""The sLSTM's exponential gate: its stabiliser changes no output and prevents overflow."""

import numpy as np
from helpers.layers import LENGTHS, D, H, case_of, layer_of
from oracles import steps_by_hand
from oracles.comparison import assert_close


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

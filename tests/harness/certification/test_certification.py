"""certify passes every registered cell; every check can fail."""

import itertools
import sys
from dataclasses import replace

import cloudpickle
import numpy as np
import pytest
from helpers.certified import CHECKS, NUMBERS, Cell, fresh

from gatelab import Layer, certify, variants
from gatelab.certification import judge
from gatelab.certification.case import Case
from gatelab.errors import CertificationError
from gatelab.variants import Variant, exp, tanh
from gatelab.variants.language.table import TABLE

cloudpickle.register_pickle_by_value(sys.modules[__name__])


@pytest.mark.parametrize("name", variants.names())
def test_every_registered_cell_is_certified(name):
    certificate = certify(variants.get(name))
    assert certificate.variant == name
    assert list(certificate.measured) == [c.name for c in judge.CHECKS if not c.own]
    # Far below the bounds: they leave room for cells that lose digits, not for slips.
    assert certificate.measured["gradients through time"] < 1e-12
    assert certificate.measured["finite in float32"] > 0


# Every check can fail ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "wrong"),
    [
        ("tanh", lambda bar, y, a: (-bar * ((1 - y) * (1 + y)),)),
        ("sigmoid", lambda bar, y, a: (bar * y,)),
        ("mul", lambda bar, y, a, b: (bar * b, bar)),
    ],
)
def test_a_wrong_derivative_rule_is_caught(monkeypatch, operation, wrong):
    monkeypatch.setitem(TABLE, operation, replace(TABLE[operation], derivative=wrong))
    with pytest.raises(CertificationError, match=f"Cell: gradients of one step .*{NUMBERS}"):
        certify(fresh())


COUNTER = itertools.count(1)
SLIGHTLY = 1 + 1e-8
# check: (layer, x, y, final, lengths) -> y, final; what would be wrong with a forward pass
FAULTS = {
    "outputs are the step's own": lambda layer, x, y, final, _: (y * SLIGHTLY, final),
    "renderings agree": lambda layer, x, y, final, _: (
        (y, final) if "Array" in type(layer.backend).__name__ else (y * SLIGHTLY, final)
    ),
    "float32 follows float64": lambda layer, x, y, final, _: (
        y * (1.001 if layer.dtype == "float32" else 1), final,
    ),
    "a sequence in two parts": lambda layer, x, y, final, _: (y + 1e-8 * len(y), final),
    "rows are independent": lambda layer, x, y, final, _: (
        y + 1e-8 * y.sum(1, keepdims=True), final,
    ),
    "their order does not matter": lambda layer, x, y, final, _: (
        y + 1e-8 * np.arange(y.shape[1])[:, None], final,
    ),
    "padding is not looked at": lambda layer, x, y, final, _: (y + 0 * x.sum(), final),
    "masked steps change nothing": lambda layer, x, y, final, lengths: (
        y, final if lengths is None else tuple(s * SLIGHTLY for s in final),
    ),
    "the same again, to the bit": lambda layer, x, y, final, _: (
        y * (1 + 1e-14 * next(COUNTER)), final,
    ),
    "finite in float32": lambda layer, x, y, final, _: (y + np.float32(3e38) * 3 * y, final),
}  # fmt: skip


@pytest.mark.parametrize("check", FAULTS)
def test_a_fault_of_a_layer_is_caught_by_the_check_that_looks_for_it(check, monkeypatch):
    real, case = Layer.forward, Case(Cell())
    assert CHECKS[check].measure(case) <= CHECKS[check].allowed

    def faulty(layer, params, x, state=None, lengths=None):
        y, final, tape = real(layer, params, x, state, lengths)
        return *FAULTS[check](layer, x, y, final, lengths), tape

    monkeypatch.setattr(Layer, "forward", faulty)
    with np.errstate(all="ignore"), pytest.raises(CertificationError, match=f"Cell: {check}"):
        CHECKS[check].measure(case)


def test_a_gradient_that_leaks_past_the_end_is_caught(monkeypatch):
    real, case = Layer.backward, Case(Cell())

    def leaks(layer, params, tape, dy, dfinal=None):
        grads, dx, dstate = real(layer, params, tape, dy, dfinal)
        return grads, dx, tuple(s + 0 * dy.sum() for s in dstate)

    monkeypatch.setattr(Layer, "backward", leaks)
    with pytest.raises(CertificationError, match=r"padding is not looked at .* is nan, should be"):
        CHECKS["padding is not looked at"].measure(case)


def test_an_overflow_at_large_logits_is_caught():
    class Overflows(Variant):
        def step(self, p, x, h):
            return (exp(2 * (p.W_h @ x + p.R_h @ tanh(h))),)

    with pytest.raises(CertificationError, match=r"finite in float32 \(.*logits of \+-60 .* is "):
        certify(Overflows)


def test_a_recurrence_that_grows_by_design_passes():
    class Grows(Variant):
        def step(self, p, x, h):
            return variants.relu(p.W_h @ x + p.R_h @ h + p.b_h)

    assert certify(Grows).measured["finite in float32"] > 1e6


def test_python_abs_is_differentiated_rightly():
    class Folds(Variant):
        def step(self, p, x, h):
            return (tanh(abs(p.W_h @ x + p.R_h @ h) + np.abs(h) * p.p_h),)

    assert certify(Folds).measured["gradients through time"] < 1e-12

"""certify: passes every registered cell, and catches slips of every kind."""

import numpy as np
import pytest

import variants
from harness import certify
from harness.calculus import adjoint
from harness.errors import CertificationError
from harness.kernels import array_backend
from variants import Variant, exp, sigmoid, tanh


@pytest.mark.parametrize("name", variants.names())
def test_every_registered_cell_is_certified(name):
    certificate = certify(variants.get(name))
    assert certificate.variant == name
    assert certificate.measured["gradient against complex steps"] < 1e-12
    assert len(certificate.measured) == 6


def fresh_peephole():
    """A class of its own, so that no program of it is known yet."""

    class Cell(Variant):
        def step(self, p, x, h, c):
            i = sigmoid(p.W_i @ x + p.R_i @ h + p.p_i * c)
            c = c + i * tanh(p.W_g @ x + p.b_g + p.R_g @ h)
            return sigmoid(p.W_o @ x + p.p_o * c) * tanh(c), c

    return Cell


@pytest.mark.parametrize(
    ("operation", "wrong"),
    [
        ("tanh", lambda bar, y, a: (-bar * ((1 - y) * (1 + y)),)),
        ("sigmoid", lambda bar, y, a: (bar * y,)),
        ("mul", lambda bar, y, a, b: (bar * b, bar)),
    ],
)
def test_a_wrong_derivative_rule_is_caught(monkeypatch, operation, wrong):
    monkeypatch.setitem(adjoint.RULES, operation, wrong)
    with pytest.raises(CertificationError, match=r"gradient against complex steps: .* should be"):
        certify(fresh_peephole())


def test_a_state_that_is_not_held_is_caught(monkeypatch):
    real = array_backend._put

    def forgets_the_mask(old, on, new):
        put = real(old, on, new)
        return tuple(np.where(np.isfinite(a), a * 1.0000001, a) for a in put)

    monkeypatch.setattr(array_backend, "_put", forgets_the_mask)
    with pytest.raises(CertificationError):
        certify(fresh_peephole())


def test_an_overflow_at_large_logits_is_caught():
    class Overflows(Variant):
        def step(self, p, x, h):
            return (exp(p.W_h @ x + p.R_h @ h),)

    with pytest.raises(CertificationError, match=r"finite at logits of 60 in float32: .* is not"):
        certify(Overflows)


def test_python_abs_is_differentiated_rightly():
    class Folds(Variant):
        def step(self, p, x, h):
            return (tanh(abs(p.W_h @ x + p.R_h @ h) + np.abs(h) * p.p_h),)

    assert certify(Folds).measured["gradient against complex steps"] < 1e-12


def test_run_time_hyperparameters_reach_both_renderings():
    class Leaky(Variant):
        leak = 0.25

        def step(self, p, x, h):
            return ((1 - self.leak) * h + self.leak * tanh(p.W_h @ x + p.R_h @ h),)

    certify(Leaky)
    certify(Leaky(leak=0.75))

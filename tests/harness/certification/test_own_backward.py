"""A backward of one's own is held to account."""

import sys

import cloudpickle
import numpy as np
import pytest
from helpers.certified import NUMBERS, Cell, fresh
from helpers.refusals import refused
from oracles.own_backward import SLIPS, OwnPeephole, slipped

from gatelab import Layer, certify
from gatelab.certification import certified
from gatelab.errors import CertificationError, LayerError
from gatelab.variants import Variant, VariantError, register, sigmoid, tanh

cloudpickle.register_pickle_by_value(sys.modules[__name__])


def test_the_right_one_passes():
    measured = certify(OwnPeephole).measured
    assert measured["own backward, one step"] < 1e-12
    assert measured["own backward, through time"] < 1e-12


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_named_with_check_parameter_and_both_numbers(slip):
    right, wrong, check, array = SLIPS[slip]
    said = rf"^OwnPeephole: {check} \(.*\): gradient of ({array})\[[\d, ]+\] {NUMBERS}"
    with pytest.raises(CertificationError, match=said):
        certify(slipped(right, wrong))


def test_one_that_raises_or_returns_too_little_is_refused_in_one_line():
    for wrong in ("return dx, dc", "return undefined", "return dx, dh_old, dc[:1]"):
        with refused(CertificationError, "own backward, one step: "):
            certify(slipped("return dx, dh_old, dc", wrong))


def test_its_signature_is_checked_before_it_is_called():
    class Odd(Variant):
        def step(self, p, x, h, c):
            return tanh(p.W_h @ x + p.R_h @ h), c

        def backward(self, p, x, dh):
            return x

    with pytest.raises(VariantError, match=r"def backward\(self, p, d, x, h, c, dh, dc\)"):
        register("odd")(Odd)


def test_the_numpy_rendering_uses_it_and_the_compiled_one_does_not():
    wrong = slipped("(do * new)", "(do * c)")
    found = {}
    for backend in ("numpy", "numba"):
        layer = Layer(wrong, 2, 3, "float64", backend)
        params = layer.init(np.random.default_rng(0))
        y, _, tape = layer.forward(params, np.ones((2, 1, 2)), layer.start(1))
        found[backend] = layer.backward(params, tape, np.ones_like(y))[0]
    np.testing.assert_allclose(found["numpy"]["p_i"], found["numba"]["p_i"], rtol=1e-12)
    assert np.abs(found["numpy"]["p_o"] - found["numba"]["p_o"]).min() > 1e-4


class Subscripts(Variant):
    def step(self, p, x, h):
        return tanh(p["W_n"] @ x + p["R_n"] @ h)

    def backward(self, p, d, x, h, dh):
        a = dh * (1 - tanh(p["W_n"] @ x + p["R_n"] @ h) ** 2)
        d["W_n"] += a @ x.T
        d.R_n += a @ h.T
        return p["W_n"].T @ a, p.R_n.T @ a


def test_it_may_name_parameters_by_a_string_as_the_step_does():
    assert certify(Subscripts).measured["own backward, through time"] < 1e-12


def test_a_parameter_that_the_step_does_not_use_is_named():
    class Other(Subscripts):
        def backward(self, p, d, x, h, dh):
            d["W_o"] += 0
            return x, h

    with pytest.raises(CertificationError, match="no use for W_o; it uses W_n, R_n"):
        certify(Other)


def test_a_step_that_adds_in_place_changes_nothing_of_its_callers():
    class InPlace(Variant):
        def step(self, p, x, h, c):
            a = p.W_h @ x
            a += p.R_h @ h
            h += tanh(a)
            h /= 2.0
            c *= 0.5
            c -= a
            return h, c

    assert certify(InPlace).measured["gradients through time"] < 1e-12


def test_a_fault_of_the_machine_is_none_of_the_cell(monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Layer, "forward", full)
    with pytest.raises(LayerError, match=r"^Cell.* cannot be certified here: OSError: .*No space"):
        certify(fresh())


def test_a_certificate_says_what_has_no_effect(cache):
    class Idle(Cell):
        def step(self, p, x, h, c):
            gate = sigmoid(p.W_gate @ x)  # noqa: F841
            return Cell.step(self, p, x, h, c)

    certificate = certified(Idle())
    assert certificate.warnings == [*Layer(Idle, 2, 3).program.warnings]
    assert "W_gate is not trained" in certificate.warnings[0]
    assert f"\n  warning: {certificate.warnings[0]}\n" in str(certificate)
    assert certified(Cell()).warnings == []  # the same equations, and the same file
    assert certified(Idle()) == certificate

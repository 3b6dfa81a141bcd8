"""What is not finite is traced to the operation that made it, with its line and a remedy."""

import numpy as np
import pytest

from gatelab import certify, variants
from gatelab.certification import nonfinite
from gatelab.certification.case import Case
from gatelab.errors import CertificationError
from gatelab.variants import Variant, exp, log, relu, sigmoid, softplus, sqrt, tanh, where


def cell(step, **attributes):
    return type("Cell", (Variant,), {"step": step, **attributes})


def log_of_negatives(self, p, x, h):
    a = p.W_h @ x + p.R_h @ h
    return log(a)


def unbounded_exp(self, p, x, h):
    return exp(p.W_h @ x + p.R_h @ h)


def root_as_printed(self, p, x, h):  # Griffin's RG-LRU
    a = exp(-8.0 * softplus(p.p_l) * sigmoid(p.W_r @ x + p.b_r))
    b = sqrt(1 - a**2)
    return a * h + b * (p.W_h @ x)


def guarded(self, p, x, h):
    a = p.W_h @ x + p.R_h @ h
    return where(a > 0, tanh(log(a)), 0.0)


def divided_by_zero(self, p, x, h):
    a = relu(p.W_h @ x + p.R_h @ h)
    return tanh(p.W_n @ x) / a


def divided_by_what_starts_at_zero(self, p, x, h):
    return tanh((p.W_n @ x + p.R_n @ h) / p.p_t)


def power_of_negatives(self, p, x, h):
    return tanh((p.W_h @ x + p.R_h @ h) ** self.alpha)


def grows(self, p, x, h):
    return (p.W_h @ x + p.R_h @ h) ** 4 * 1e8


SAID = {
    log_of_negatives: r"log\(-[\d.]+\) is nan .*; write log\(maximum\(a, 1e-6\)\)",
    unbounded_exp: r"exp\([\d.e+]+\) is inf in float64; write exp\(minimum\(a, 20.0\)\)",
    root_as_printed: r"sqrt\(0\) has an infinite slope in float32; write "
    r"sqrt\(maximum\(a, 1e-6\)\)",
    divided_by_zero: r"/ 0 is -?inf in float64; write a / maximum\(b, 1e-6\)",
    divided_by_what_starts_at_zero: r"/ 0 .*; write p_t = 1.0 in the class, where it",
    power_of_negatives: r"\(-[\d.]+\) \*\* 0.5 is nan in float64; write maximum\(a, 1e-6\) \*\* b",
    grows: r" \* .* is inf in float64; write tanh or sigmoid of it",
}


@pytest.mark.parametrize("step", SAID, ids=lambda step: step.__name__)
def test_the_operation_its_line_and_what_to_write(step):
    alpha = {"alpha": 0.5} if step is power_of_negatives else {}
    with pytest.raises(CertificationError) as caught:
        certify(cell(step, **alpha))
    assert caught.match(rf"^Cell.*: test_nonfinite.py:\d+: `.*`: .*{SAID[step]}")
    assert "\n" not in str(caught.value)


def test_what_is_never_chosen_does_no_harm():
    def chosen(self, p, x, h):
        a = p.W_h @ x + p.R_h @ h
        return tanh(where(a > 0, log(where(a > 0, a, 1.0)), 0.5 * a))

    certify(cell(chosen))


@pytest.mark.parametrize("name", variants.names())
def test_it_computes_what_the_layer_does_and_blames_no_cell_of_ours(name):
    case = Case(variants.get(name)())
    layer, problem = case.layer("float64", "derived"), case.problem.whole()
    search = nonfinite._Search(layer, problem)
    output = search.trace.outputs[0].index
    steps = [np.broadcast_to(values[output], (case.H, case.B)).T for values, _ in search._steps()]
    y = layer.forward(problem.params, problem.x, problem.state)[0]
    np.testing.assert_allclose(np.stack(steps), y, rtol=1e-12, atol=1e-12 * np.abs(y).max())
    assert search.cause() == ""


def test_what_a_branch_leaves_out_may_be_anything():
    assert certify(cell(guarded))

"""The step on plain arrays means what it means when it is traced."""

import numpy as np

from gatelab.certification.case import Case, run
from gatelab.certification.exact import by_complex_steps, unrolled
from gatelab.variants import Variant, tanh


class InPlace(Variant):
    """Augmented assignments, to names that are a state and a parameter, too."""

    def step(self, p, x, h, c):
        a, b = h, p.b_a
        a += p.R_a @ h
        a -= p.W_a @ x
        b *= 2.0
        c /= 2.0
        b **= 2
        return tanh(a + b + h), tanh(c + h + p.b_a)


def test_augmented_assignment_makes_a_new_value():
    """As in a trace, so the judge and the derived code agree; nothing given changes."""
    case = Case(InPlace())
    before = {n: v.copy() for n, v in case.problem.params.items()}
    found = run(case.layer("float64", "derived"), case.problem)
    y, final = unrolled(InPlace(), case.problem)
    np.testing.assert_allclose(found["y"], y, rtol=1e-12)
    for name, state in zip(case.states, final, strict=True):
        np.testing.assert_allclose(found[f"the final {name}"], state, rtol=1e-12)
    grads, dx, _ = by_complex_steps(InPlace(), case.problem)
    np.testing.assert_allclose(found["gradient of x"], dx, rtol=1e-9, atol=1e-12)
    for name, gradient in grads.items():
        np.testing.assert_allclose(found[f"gradient of {name}"], gradient, rtol=1e-9, atol=1e-12)
        np.testing.assert_array_equal(case.problem.params[name], before[name])

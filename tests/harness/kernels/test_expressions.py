"""Random expressions mean in every text what Python makes of them: brackets, signs, powers."""

import numpy as np
import pytest
from oracles import unrolled
from oracles.comparison import random_case
from oracles.interpreted import by_python

from gatelab import Layer
from gatelab.variants import Variant, where

D, H = 2, 3

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


class Tree(Variant):
    """Operators upon operators: called with arrays it computes, with symbols it is traced."""

    seed, k = 0, 1.5

    def step(self, p, x, h, c):
        rng = np.random.default_rng(self.seed)
        draw = lambda choices: choices[rng.integers(len(choices))]

        def leaf():
            return draw([lambda: h, lambda: c, lambda: p.p_a * h, lambda: h - self.k])()

        def tree(depth):
            if not depth:
                return leaf()
            a, b = tree(depth - 1), tree(rng.integers(depth))
            return draw([
                lambda: a + b, lambda: a - b, lambda: a - (b - a), lambda: a * b, lambda: a / b,
                lambda: a / (b / a), lambda: -a, lambda: -(a - b), lambda: a * -b, lambda: -a * b,
                lambda: a**5, lambda: (-a) ** 5, lambda: -(a**5), lambda: b ** (-3),
                lambda: self.k**a, lambda: self.k ** (-a), lambda: a * 2.0 ** (self.k**-2),
                lambda: (a * b) ** 2, lambda: a - 0.5, lambda: -1.5 * a, lambda: a * (-2.0),
                lambda: -3.0 - a, lambda: where(a > -b, -a, b - 1.0), lambda: 1 / (-a),
                lambda: p.R_a @ (a**5), lambda: p.R_b @ (-a), lambda: (p.R_a @ a) ** 2,
                lambda: (-p.R_a) @ (a - b), lambda: -(p.R_b.T @ a), lambda: (self.k * p.R_a) @ a,
            ])()  # fmt: skip

        return tree(4) + 0 * h, tree(3) + 0 * c


@pytest.mark.parametrize("seed", range(150))
def test_outputs_and_gradients_of_random_expressions(seed):
    readable = Layer(Tree(seed=seed), D, H, "float64", "numpy")
    case = random_case(np.random.default_rng(seed), readable, D, (1, 1))
    y, final = unrolled.unroll(
        Tree(seed=seed).step, case.params, case.x, case.state, case.lengths, np
    )
    loop = by_python(Layer(Tree(seed=seed), D, H, "float64", "numba"))
    found = []
    for layer in (readable, loop):
        got, ends, tape = layer.forward(case.params, case.x, case.state)
        np.testing.assert_allclose(got, np.stack(y), rtol=1e-9)
        np.testing.assert_allclose(ends[1], final[1], rtol=1e-9)
        found.append(layer.backward(case.params, tape, case.dy, case.dfinal))
    for name, gradient in found[0][0].items():
        np.testing.assert_allclose(found[1][0][name], gradient, rtol=1e-7, err_msg=name)

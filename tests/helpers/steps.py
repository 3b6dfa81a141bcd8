"""Steps: out of a user's file, with hyperparameters, and held to what they compute."""

import importlib.util
import itertools
import textwrap

import numpy as np
from oracles import complex_step, unrolled
from oracles.comparison import assert_close, measure, relative_difference

from gatelab.variants import Variant, relu, sigmoid, tanh
from helpers.layers import case_of, gradients, layer_of

HEAD = """\
import math
import numpy as np
from gatelab.variants import Variant, exp, maximum, minimum, sigmoid, tanh, where

def helper(v):
    if v > 0:  # in a helper
        return v
    return -v

class Cell(Variant):
    beta, depth = 0.7, 2

    def step(self, p, x, {states}):
"""
numbers = itertools.count()


def written(folder, body, states="h, c", head=HEAD):
    """The class ``Cell`` of a user's file, given the lines of its step."""
    path = folder / "my_cell.py"
    path.write_text(head.format(states=states) + textwrap.indent(body, " " * 8) + "\n")
    spec = importlib.util.spec_from_file_location(f"my_cell_{next(numbers)}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Cell


class Tunable(Variant):
    """Two run-time numbers; a depth, a flag and a word that shape the step."""

    beta, gain = 0.7, 1.5
    depth, leaky, activation = 1, True, "tanh"
    search = {"beta": (0.0, 2.0)}  # noqa: RUF012

    def step(self, p, x, h):
        a = self.beta * p.R_h @ h + p.W_h @ x
        for k in range(self.depth):
            a = p[f"R_{k}"] @ {"tanh": tanh, "relu": relu}[self.activation](a)
        new = tanh(a) ** 2 * self.gain
        return (1 - sigmoid(p.b_z)) * new + h if self.leaky else new


def assert_sound(variant):
    """Outputs as the step itself computes them, gradients as a complex step has them."""
    case = case_of(variant, lengths=(3, 2))
    got = measure(layer_of(variant), case)
    y, _ = unrolled.unroll(variant.step, case.params, case.x, case.state, case.lengths, np)
    assert relative_difference(got["y"], np.stack(y)) < 1e-12
    loss = lambda at: unrolled.loss(variant.step, case, at, np)
    want = {f"d {k}": v for k, v in complex_step.gradient(loss, case.arrays()).items()}
    assert_close(gradients(got), want, 1e-9)

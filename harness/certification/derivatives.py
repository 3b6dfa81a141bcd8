"""Checks of the values that a cell computes: its outputs and gradients, in every rendering.

A check yields triples: (where, {description: found array}, {description: correct array}).
"""

from .case import ORDINARY, WIDE, Case, T, as_training_starts, forward, run
from .case import outputs as named
from .exact import unrolled


def outputs(case):
    """Outputs of both renderings against the step itself, called in a loop."""
    right = named(*unrolled(case.variant, case.problem), case.states)
    for name, layer in case.users():
        yield name, forward(layer, case.problem), right


def one_step(case):
    """Derived gradients of a single step, where an error is easiest to locate."""
    return _derived(case, 1)


def through_time(case):
    """Derived gradients through a ragged batch."""
    return _derived(case, T)


def own_one_step(case):
    """The cell's own backward for a single step."""
    return _own(case, 1)


def own_through_time(case):
    """The cell's own backward through a ragged batch."""
    return _own(case, T)


def _derived(case, steps):
    for name in ("derived", "numba"):
        found = run(case.layer("float64", name), case.problem.cut(steps))
        yield "numpy" if name == "derived" else name, found, case.exact(steps)


def _own(case, steps):
    problem = case.problem.cut(steps)
    found = run(case.layer("float64", "numpy"), problem)
    yield "against complex steps", found, case.exact(steps)
    yield "against the derived one", found, run(case.layer("float64", "derived"), problem)


def renderings(case):
    """The compiled loop against the array code."""
    right = run(case.layer("float64", "derived"), case.problem)
    yield "numba", run(case.layer("float64", "numba"), case.problem), right


def single_precision(case):
    """float32, the precision of training, against float64."""
    right = run(case.layer("float64", "derived"), case.problem)
    for name in ("numpy", "numba"):
        yield name, run(case.layer("float32", name), case.problem), right


def wide(case):
    """float32 at the width of a training batch, where products and sums run in registers."""
    other = Case(case.variant, **WIDE)
    found = run(other.layer("float32", "numba"), other.problem)
    yield "37 sequences, 23 units", found, run(other.layer("float64", "derived"), other.problem)


def ordinary(case):
    """float32 under training conditions: no saturation, and small gradients that sum many terms."""
    B, D, H = (ORDINARY[axis] for axis in "BDH")
    other = Case(case.variant, B=B, D=D, H=H)
    right = other.layer("float64", "derived")
    problem = as_training_starts(right, **ORDINARY)
    found = run(other.layer("float32", "numba"), problem)
    yield "20 steps, 16 sequences, 16 units", found, run(right, problem)

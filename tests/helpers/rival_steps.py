"""A training step at toy size, and whether another library takes the same one."""

import numpy as np

from gatelab import Layer
from gatelab.studies.bench import shapes

TOY = shapes.Shape(T=4, B=3, D=2, H=5)


def toy(variant):
    """A training step in the NumPy rendering: nothing to compile."""
    layer = Layer(variant, TOY.D, TOY.H, backend="numpy")
    return shapes.case(variant, TOY, np.random.default_rng(3), layer)


def assert_agree(own, rival, atol=1e-4):
    want, got = gradients(own()), gradients(rival())
    assert want.keys() == got.keys()
    for key, value in want.items():
        np.testing.assert_allclose(got[key], value, rtol=1e-3, atol=atol, err_msg=key)


def gradients(result):
    """{name: NumPy array} of what a rival returns."""
    grads, dx, states = result
    found = {**grads, "dx": dx} | {f"state {k}": s for k, s in enumerate(states)}
    return {name: np.asarray(value) for name, value in found.items()}

"""Small layers in double precision, and a random problem for each."""

import numpy as np
import pytest
from oracles.comparison import random_case

from gatelab import Layer, variants
from helpers.drawing import rng

D, H = 2, 4  # unlike, so that a transposed matrix does not fit
LENGTHS = (6, 3, 5)

each_backend = pytest.mark.parametrize("backend", ["numpy", "numba"])


def layer_of(cell, backend="numpy", dtype="float64", **settings):
    """A layer of H units that read D inputs.

    Args:
        cell: a registered name, to which ``settings`` may be given; or a class, or a variant.
    """
    variant = variants.get(cell)(**settings) if isinstance(cell, str) else cell
    return Layer(variant, D, H, dtype, backend)


def case_of(cell, lengths=LENGTHS, seed=11):
    """A random problem for a cell, or for a layer of D inputs."""
    layer = cell if isinstance(cell, Layer) else layer_of(cell)
    return random_case(rng(seed), layer, D, lengths)


def with_params(case, **params):
    """The case with other parameters, or more: arrays, or one number for all elements."""
    shapes = {"W": (H, D), "R": (H, H), "s": ()}
    filled = {k: np.full(shapes.get(k[0], (H,)), v, float) for k, v in params.items()}
    return case._replace(params=case.params | filled)


def gradients(result):
    """The gradients among what ``measure`` found."""
    return {name: value for name, value in result.items() if name.startswith("d ")}


def outputs(result):
    """All but the gradients."""
    return {name: value for name, value in result.items() if not name.startswith("d ")}

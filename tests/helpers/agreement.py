"""Whether a cell, written for another framework, computes there what it computes here."""

import numpy as np
from oracles.comparison import assert_close, measure, random_case

from gatelab import Layer, variants

from . import written_cells

LENGTHS = [2, 1]


def assert_agrees(name, framework, tolerance, **options):
    """Compare outputs, final states and all gradients of ragged sequences, from random states."""
    variant = variants.get(name)
    layer = Layer(variant, 2, 4, dtype="float64", backend="numpy")
    case = random_case(np.random.default_rng(0), layer, 2, LENGTHS)
    answer = getattr(written_cells, f"in_{framework}")(variant, case, **options)
    assert_close(answer, measure(layer, case), tolerance)

"""Every cell, written for another framework, computes there what it computes here."""

import pytest
from helpers import written_cells
from oracles.comparison import assert_close, measure, random_case

from gatelab import Layer, variants

LENGTHS = [5, 1, 3]
#: Keras computes tanh, exp and others in float32 whatever it is given.
TOLERANCES = {"torch": 1e-9, "jax": 1e-9, "keras": 1e-5}


@pytest.mark.parametrize("framework", TOLERANCES)
@pytest.mark.parametrize("name", variants.names())
def test_outputs_states_and_gradients_of_ragged_sequences(name, framework, rng):
    pytest.importorskip(framework)
    variant = variants.get(name)
    layer = Layer(variant, 2, 4, dtype="float64", backend="numpy")
    case = random_case(rng, layer, 2, LENGTHS)
    answer = getattr(written_cells, f"in_{framework}")(variant, case)
    assert_close(answer, measure(layer, case), TOLERANCES[framework])

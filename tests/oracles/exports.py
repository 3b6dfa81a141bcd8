"""How far cells, written for other frameworks, are from ours: a table in docs/take-it-home.md.

``cd tests && python -m oracles.exports`` prints it: per framework, the largest relative difference
of any output, final state or gradient of any registered cell, on ragged sequences that begin with
random states.
"""

import sys

import numpy as np
from helpers import written_cells

from gatelab import Layer, variants
from gatelab.foundation.markdown import table

from .comparison import differences, measure, random_case

DTYPES = ("float64", "float32")
LENGTHS = [3, 1, 2]


def distance(cell, framework, dtype):
    """The largest relative difference of one cell in one framework."""
    layer = Layer(cell, 2, 4, dtype=dtype, backend="numpy")
    case = random_case(np.random.default_rng(0), layer, 2, LENGTHS).astype(dtype)
    theirs = getattr(written_cells, f"in_{framework}")(cell, case)
    return float(max(differences(theirs, measure(layer, case)).values()))


def largest(framework, dtype, names):
    """The largest difference over cells, and the name of that cell."""
    found = {name: distance(variants.get(name), framework, dtype) for name in names}
    print(framework, dtype, found, file=sys.stderr)
    return max((far, name) for name, far in found.items())


def markdown(names, frameworks=("torch", "jax", "keras")):
    """The table, a row per framework."""
    rows = [
        [framework, *(f"{far:.1e} (`{name}`)" for far, name in found)]
        for framework in frameworks
        for found in [[largest(framework, dtype, names) for dtype in DTYPES]]
    ]
    return table(["framework", *DTYPES], rows)


if __name__ == "__main__":
    print(markdown(sys.argv[1:] or variants.names()))

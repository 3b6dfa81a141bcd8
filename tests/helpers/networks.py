"""Small networks in double precision, and sequences for them to read."""

import numpy as np

from gatelab import Network, variants
from gatelab.tasks.framework.batches import Batch
from helpers.drawing import rng

N, T, D, H, K = 3, 5, 3, 4, 2
LENGTHS = np.array([5, 1, 3])
#: All that may be put around and between layers, noise included.
EVERYTHING = {
    "layers": 2, "bidirectional": True, "residual": True, "projection": 3, "embedding": 2,
    "recurrent_dropout": 0.3, "zoneout": 0.2, "input_dropout": 0.2, "output_dropout": 0.3,
}  # fmt: skip


def network(cell="standard", kind="regression", sizes=(D, H, K), seed=0, moved=0.3, **options):
    """A network whose parameters are drawn, biases included.

    Args:
        cell: a registered name, a class or a variant.
        sizes: inputs, hidden, outputs.
        moved: how far parameters are drawn from where the cell has them start.
    """
    cell = variants.get(cell) if isinstance(cell, str) else cell
    made = Network(cell, *sizes, kind, **{"dtype": "float64", "backend": "numpy", **options})
    draws = rng(seed)
    made.init(draws)
    made.theta += (moved * draws.standard_normal(made.size)).astype(made.theta.dtype)
    return made


def targets(kind, rng, n=N):
    """What n sequences of T steps are to be answered with; some steps have no target."""
    if kind == "regression":
        return rng.standard_normal((n, K))
    if kind == "classification":
        return rng.integers(0, K, n)
    if kind == "multilabel":
        return rng.integers(0, 2, (n, T, K)).astype(float)
    if kind == "series":  # a value without a target, and a step
        y = rng.standard_normal((n, T, K))
        y[0, 1, 0] = y[2, 0] = np.nan
        return y
    y = rng.integers(0, K, (n, T))
    y[0, 1] = y[2, 0] = -1
    return y


def batch_of(kind, rng, n=N, lengths=LENGTHS):
    """A batch of n random sequences; ``lengths`` None: all have T steps."""
    return Batch(rng.standard_normal((n, T, D)), targets(kind, rng, n), lengths)


def ragged():
    """Sequences of different lengths, with NaN after their ends, and the lengths."""
    x = np.random.default_rng(1).standard_normal((3, T, D))
    return np.where(np.arange(T)[:, None] < LENGTHS[:, None, None], x, np.nan), LENGTHS

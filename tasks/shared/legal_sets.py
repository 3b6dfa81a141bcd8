"""Grammars: the legal next symbols at each step of a string, and baselines without memory."""

import numpy as np

from ..framework.batches import Batch
from ..framework.task import Task
from .rows import of_sets

MARKOV = "Markov, most common set"


class NextSymbols(Task):
    """The set of legal next symbols at every step, for a grammar that a subclass provides.

    The metric, "legal", is the subset accuracy: the share of steps whose set is exactly right.
    """

    kind = "multilabel"
    next_step = True
    metric = "legal"
    patience = None

    def sketch(self, batch):
        return of_sets(batch, *self.legend())


def memoryless(counted: Batch, asked: Batch) -> dict[str, np.ndarray]:
    """Baselines without memory, counted on the one-hot x and y of ``counted``.

    One always predicts the most common set, the other the most common set after the symbol just
    read. A symbol that does not occur in ``counted`` gets the most common set of all.

    Returns:
        {baseline: logits (N, T, K) for ``asked``}.
    """
    alive = counted.valid()
    symbol, sets = counted.x[alive].argmax(-1), counted.y[alive]
    constant = most_common(sets)
    after = [sets[symbol == s] for s in range(counted.x.shape[2])]
    table = np.stack([most_common(found) if len(found) else constant for found in after])
    return {
        "best constant set": np.broadcast_to(constant, asked.y.shape) - 0.5,
        MARKOV: table[asked.x.argmax(-1)] - 0.5,
    }


def most_common(sets: np.ndarray) -> np.ndarray:
    """The most frequent row (K,) of ``sets`` (M, K)."""
    different, counts = np.unique(sets, axis=0, return_counts=True)
    return different[counts.argmax()]

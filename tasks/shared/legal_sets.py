"""Grammars: at each step of a string, which symbols may come next; and what no memory can say."""

import numpy as np

from ..framework.batches import Batch
from ..framework.task import Task
from .rows import of_sets

MARKOV = "Markov, most common set"


class NextSymbols(Task):
    """The set of legal next symbols at every step, for a subclass that has the grammar.

    The metric, "legal", is the subset accuracy: the share of steps whose set is exactly right.
    """

    kind = "multilabel"
    next_step = True
    metric = "legal"
    patience = None

    def sketch(self, batch):
        return of_sets(batch, *self.legend())


def memoryless(counted: Batch, asked: Batch) -> dict[str, np.ndarray]:
    """{what it is: logits (N, T, K) for ``asked``}, counted on the one-hot x and y of ``counted``.

    The set that is most common of all, and the one that is most common after the symbol read; a
    symbol that was never read before gets the former.
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
    """(K,): the row that (M, K) holds most often."""
    different, counts = np.unique(sets, axis=0, return_counts=True)
    return different[counts.argmax()]

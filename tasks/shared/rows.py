"""The first sequence of a batch as two rows of text, x above y."""

from collections.abc import Sequence

import numpy as np

from ..framework.batches import Batch

SHOWN = 30  # steps


def of_sets(batch: Batch, symbols: Sequence[str], labels: Sequence[str]) -> str:
    """The symbols read, from one-hot x, and below each the set of legal next symbols."""
    steps = _steps(batch)
    read = [symbols[i] for i in batch.x[0, :steps].argmax(-1)]
    sets = [
        "".join(label for label, is_legal in zip(labels, row, strict=True) if is_legal)
        for row in batch.y[0, :steps]
    ]
    return _rows(batch, read, sets)


def of_numbers(batch: Batch) -> str:
    """The number read at each step and below it the target, a dot where there is none."""
    x, y = (part[0, : _steps(batch), 0] for part in (batch.x, batch.y))
    return _rows(batch, *(["." if np.isnan(v) else f"{v:.2g}" for v in row] for row in (x, y)))


def _steps(batch):
    return min(int(batch.valid()[0].sum()), SHOWN)


def _rows(batch, x, y):
    width = max(map(len, x + y))
    more = "  ..." if batch.valid()[0].sum() > SHOWN else ""
    return "\n".join(
        (name + "".join(f"  {part:{width}}" for part in row) + more).rstrip()
        for name, row in (("x", x), ("y", y))
    )

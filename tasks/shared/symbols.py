"""Strings of symbols: one-hot encoding, sketches, and baselines without memory."""

from collections.abc import Mapping, Sequence

import numpy as np

from ..framework.batches import Batch

SHOWN = 16  # steps in a sketch


def one_hot(symbols: np.ndarray, width: int) -> np.ndarray:
    """One-hot (..., width) float32; a row of zeros for -1, no symbol."""
    # take: indexing with an array is ten times slower for short rows.
    return np.eye(width + 1, width, dtype=np.float32).take(symbols, axis=0)


def log_frequencies(seen: np.ndarray, y: np.ndarray, kinds: int, classes: int) -> np.ndarray:
    """Log frequency of each target class, given what was seen.

    Args:
        seen: whole numbers below ``kinds``.
        y: target classes, shaped like ``seen``; -1 where there is no target.

    Returns:
        (kinds, classes). 0.01 is added to every count, so that no class is impossible.
    """
    asked = y >= 0
    counts = np.full((kinds, classes), 0.01)
    np.add.at(counts, (seen[asked], y[asked]), 1)
    return np.log(counts / counts.sum(1, keepdims=True))


def most_frequent(known: Mapping, y: np.ndarray, kinds: int, classes: int) -> dict:
    """Baselines without memory, from counts of the targets ``y`` of a validation split.

    Args:
        known: {name: (what is known of each validation target, and of each test target)}.

    Returns:
        {name: logits (..., classes) for the test targets}, see ``log_frequencies``.
    """
    return {
        name: log_frequencies(seen, y, kinds, classes)[asked]
        for name, (seen, asked) in known.items()
    }


def drawn(batch: Batch, read: Sequence[str], answers: Sequence[str]) -> str:
    """The first sequence of a labelling batch, by symbol names; a dot where there is no target."""
    steps = int(batch.valid()[0].sum())
    places = np.arange(steps)
    if steps > SHOWN:  # show both ends: the targets are at the end
        places = np.r_[: SHOWN // 2, steps - SHOWN // 2 : steps]
    x = [read[i] for i in batch.x[0, places].argmax(-1)]
    y = ["." if i < 0 else answers[i] for i in batch.y[0, places]]
    width = 1 + max(map(len, x + y))
    lines = []
    for name, row in (("x", x), ("y", y)):
        cells = [f"{cell:>{width}}" for cell in row]
        if steps > SHOWN:
            cells.insert(SHOWN // 2, " ...")
        lines.append(name + "".join(cells))
    return "\n".join(lines)

"""The scale of a table's columns: that of its training rows, for each series its own."""

from collections.abc import Sequence

import numpy as np

from ..shared.moments import moments
from ..tables import Piece
from .division import Part


def training_rows(
    rows: np.ndarray, pieces: Sequence[Piece], training: Part, apart: bool
) -> dict[str, np.ndarray]:
    """{series: its training rows (T, D)}; all under "" if they are not scaled apart.

    Args:
        rows: (T, D).
        pieces: stretches of rows, series by series.
        training: the rows of the training split.
        apart: whether each series has a scale of its own, so that one of large numbers does not
            hide the others.
    """
    own = [(start, rows[start:stop]) for start, stop in training.own]
    if not apart:
        return {"": np.concatenate([part for _, part in own])}
    names = {name: [part for start, part in own if _holds(pieces, name, start)]
             for name in dict.fromkeys(piece.series for piece in pieces)}  # fmt: skip
    # A series too short to have training rows has no window either.
    whole = [part for _, part in own]
    return {name: np.concatenate(parts or whole) for name, parts in names.items()}


def by_row(seen: dict[str, np.ndarray], pieces: Sequence[Piece]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each row's series.

    Args:
        seen: from ``training_rows``.

    Returns:
        (D,) and (D,) if all rows have one scale, else (T, D) and (T, D).
    """
    if [*seen] == [""]:
        return moments(seen[""])
    found = {name: moments(rows) for name, rows in seen.items()}
    lengths = [piece.stop - piece.start for piece in pieces]
    mean, spread = (
        np.repeat([found[piece.series][k] for piece in pieces], lengths, axis=0) for k in (0, 1)
    )
    return mean, spread


def _holds(pieces, name, row):
    return any(p.series == name and p.start <= row < p.stop for p in pieces)

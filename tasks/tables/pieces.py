"""Stretches of rows that belong together."""

from typing import NamedTuple

import numpy as np


class Piece(NamedTuple):
    """A stretch of rows, ``start`` to ``stop``, of one series, that no window may leave."""

    series: str
    start: int
    stop: int


def pieces(codes, names, cuts=()):
    """Pieces of rows that are sorted by series, cut before the rows in ``cuts``."""
    starts = np.union1d(np.flatnonzero(np.diff(codes, prepend=-1)), np.asarray(cuts, int))
    stops = np.append(starts[1:], len(codes))
    return tuple(
        Piece(names[codes[start]], int(start), int(stop))
        for start, stop in zip(starts, stops, strict=True)
    )

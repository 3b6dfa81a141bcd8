"""Masks for ragged batches in a compiled loop.

Values are selected, never multiplied by a mask, because padding may hold anything, even NaN. Arrays
are flat, (rows * B); ``on`` (B,) marks the sequences that are still running.
"""

from ..caching.numba_cache import compiled
from .options import INNER


@compiled(**INNER)
def hold(on, old, new):
    """Set new = old where a sequence has ended."""
    B = len(on)
    for row in range(0, len(new), B):
        for b in range(B):
            if not on[b]:
                new[row + b] = old[row + b]


@compiled(**INNER)
def silence(on, bar):
    """Set bar = 0 where a sequence has ended."""
    B = len(on)
    for row in range(0, len(bar), B):
        for b in range(B):
            if not on[b]:
                bar[row + b] = 0


@compiled(**INNER)
def add(source, target):
    """target += source."""
    for k in range(len(target)):
        target[k] += source[k]


@compiled(**INNER)
def copy(source, target):
    """target = source."""
    for k in range(len(target)):
        target[k] = source[k]

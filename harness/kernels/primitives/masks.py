"""Ragged batches in a compiled loop: what happens to sequences that are over.

Values are selected, never multiplied: what lies behind a sequence's end may be anything. Arrays
are flat, (rows * B); ``on`` (B,) tells which sequences are still running.
"""

from ..caching.numba_cache import compiled
from .options import INNER


@compiled(**INNER)
def hold(on, old, new):
    """new = old where a sequence is over."""
    B = len(on)
    for row in range(0, len(new), B):
        for b in range(B):
            if not on[b]:
                new[row + b] = old[row + b]


@compiled(**INNER)
def silence(on, bar):
    """Zero where a sequence is over."""
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

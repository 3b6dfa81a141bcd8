"""Means over the units of each sequence, in a compiled loop."""

from numba import njit

from .options import INNER


@njit(**INNER)
def mean(source, target, B):
    """target = the mean over the units of source, repeated for every unit; both flat, (H * B).

    The first unit's row is the accumulator, so that both may be the same array.
    """
    n = len(source)
    for b in range(B):
        target[b] = source[b]
    for row in range(B, n, B):
        for b in range(B):
            target[b] += source[row + b]
    units = source.dtype.type(n // B)
    for b in range(B):
        target[b] /= units
    for row in range(B, n, B):
        for b in range(B):
            target[row + b] = target[b]

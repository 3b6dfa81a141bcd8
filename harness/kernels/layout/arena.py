"""Reused memory for tapes: fresh pages cost more than the arithmetic of a small cell."""

import math
import sys

import numpy as np


class Arena:
    """Allocates buffers and reuses those that are no longer referenced.

    A buffer is free when no view of it is alive, because NumPy views hold a reference to their
    base. Callers need not return a buffer, and a buffer in use is never overwritten.
    """

    def __init__(self, dtype, keep=4):
        self.dtype, self.keep, self.buffers = dtype, keep, []

    def take(self, size):
        """A flat array of at least ``size`` elements, with arbitrary contents."""
        for k in range(len(self.buffers)):
            if size <= self.buffers[k].size <= 4 * size and self._is_free(k):
                return self.buffers[k]
        buffer = np.empty(size, self.dtype)
        self.buffers = [*self.buffers[-self.keep + 1 :], buffer]
        return buffer

    def _is_free(self, k):
        return sys.getrefcount(self.buffers[k]) == 2  # the list's and getrefcount's own

    def split(self, shapes):
        """One array per shape, all in one buffer."""
        return carve(self.take(sum(wide(math.prod(shape)) for shape in shapes) + LINE), shapes)


LINE = 16  # floats per cache line and per longest vector


def wide(size):
    """The next multiple of 16."""
    return -(-size // LINE) * LINE


def carve(buffer, shapes):
    """Arrays aligned to cache lines: vectors that cross lines would slow products by a tenth."""
    start, arrays = -buffer.ctypes.data % 64 // buffer.itemsize, []
    for shape in shapes:
        size = math.prod(shape)
        arrays.append(buffer[start : start + size].reshape(shape))
        start += wide(size)
    return arrays

"""Memory for tapes, used again: fresh pages cost more than the arithmetic of a small cell."""

import math
import sys

import numpy as np


class Arena:
    """Hands out buffers and takes back those that nobody looks at any more.

    A buffer is free when no view of it is alive (NumPy views hold their owner), so nothing has to
    be returned and nothing handed out can be overwritten.
    """

    def __init__(self, dtype, keep=4):
        self.dtype, self.keep, self.buffers = dtype, keep, []

    def take(self, size):
        """A flat array of at least ``size`` elements, its contents arbitrary."""
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


LINE = 16  # floats in a cache line, and in the longest vector


def wide(size):
    """The next multiple of 16."""
    return -(-size // LINE) * LINE


def carve(buffer, shapes):
    """Arrays that begin at cache lines: vectors across two lines cost products a tenth."""
    start, arrays = -buffer.ctypes.data % 64 // buffer.itemsize, []
    for shape in shapes:
        size = math.prod(shape)
        arrays.append(buffer[start : start + size].reshape(shape))
        start += wide(size)
    return arrays

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
        sizes = [math.prod(shape) for shape in shapes]
        buffer, start, arrays = self.take(sum(sizes)), 0, []
        for shape, size in zip(shapes, sizes, strict=True):
            arrays.append(buffer[start : start + size].reshape(shape))
            start += size
        return arrays

"""The two products of a compiled loop in float32, composed of blocks in registers."""

import numpy as np
from numba import float32
from numba.np import linalg

from ..caching.numba_cache import compiled
from .options import INNER
from .registers import LANES, ROWS_OF_ONE, ROWS_OF_TWO, block

gemm = linalg._BLAS().numba_xxgemm(float32)
KIND, PLAIN = ord("s"), ord("n")
ONE, ZERO = np.ones(1, np.float32), np.zeros(1, np.float32)
TWO = 2 * LANES

# Blocks of rows by vectors; those that add are for the gradients of the weights.
two, one = block(ROWS_OF_TWO, 2, adds=False), block(ROWS_OF_ONE, 1, adds=False)
two_more, one_more = block(ROWS_OF_TWO, 2, adds=True), block(ROWS_OF_TWO, 1, adds=True)
row_of_two_more, row_of_one_more = block(1, 2, adds=True), block(1, 1, adds=True)


@compiled(**INNER)
def product(A, first, z, out, b):
    """out = A[first:] @ z, for A (m, k); columns that do not fill a vector are left to BLAS."""
    m, k = A.shape[0] - first, A.shape[1]
    a, x, y, c = A[first].ctypes.data, z.ctypes.data, out.ctypes.data, 0
    if m >= ROWS_OF_ONE:
        while c + TWO <= b:
            for r in range(0, m, ROWS_OF_TWO):
                r = min(r, m - ROWS_OF_TWO)  # overlap: cheaper than a smaller block
                two(a + 4 * r * k, k, x + 4 * c, b, y + 4 * (r * b + c), b, k)
            c += TWO
        if c + LANES <= b:
            for r in range(0, m, ROWS_OF_ONE):
                r = min(r, m - ROWS_OF_ONE)
                one(a + 4 * r * k, k, x + 4 * c, b, y + 4 * (r * b + c), b, k)
            c += LANES
    if c < b:
        rows = A[first]
        gemm(KIND, PLAIN, PLAIN, b - c, m, k, ONE.ctypes, z[c:].ctypes, b, rows.ctypes, k,
             ZERO.ctypes, out[c:].ctypes, b)  # fmt: skip


@compiled(**INNER)
def outer(g, z, turned, out, b):
    """out += g @ z.T, for ``out`` (m, n) and ``turned`` (n * b), with n a multiple of 16."""
    n, m = out.shape[1], out.shape[0]
    turn(z, turned, b, n)
    a, x, y, c = g.ctypes.data, turned.ctypes.data, out.ctypes.data, 0
    while c + TWO <= n:
        for r in range(0, m - ROWS_OF_TWO + 1, ROWS_OF_TWO):
            two_more(a + 4 * r * b, b, x + 4 * c, n, y + 4 * (r * n + c), n, b)
        for r in range(m - m % ROWS_OF_TWO, m):
            row_of_two_more(a + 4 * r * b, b, x + 4 * c, n, y + 4 * (r * n + c), n, b)
        c += TWO
    if c < n:
        for r in range(0, m - ROWS_OF_TWO + 1, ROWS_OF_TWO):
            one_more(a + 4 * r * b, b, x + 4 * c, n, y + 4 * (r * n + c), n, b)
        for r in range(m - m % ROWS_OF_TWO, m):
            row_of_one_more(a + 4 * r * b, b, x + 4 * c, n, y + 4 * (r * n + c), n, b)


@compiled(**INNER)
def turn(z, out, b, n):
    """out = z.T, for z (k, b) and out (b, n), n >= k."""
    k = len(z) // b
    for c in range(b):
        for r in range(k):
            out[c * n + r] = z[r * b + c]

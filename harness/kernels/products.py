"""The two matrix products of a compiled loop: in registers (float32), or by BLAS.

Matrices of weights are row-major; operands and results are flat, (rows * b) for a batch of b:
reshaping them inside the loop would double the time that compiling takes.

Numba's own helper is used because it can add to what is there (accumulating weight gradients
through ``np.dot`` costs 1.06-1.38 of it); where a release of Numba lacks it, ``np.dot`` serves.
"""

import numpy as np
from numba import float32, float64, njit
from numba.np import linalg

from .options import OPTIONS
from .registers import LANES

_N, _T = ord("n"), ord("t")


def _through_blas(gemm, kind, real):
    one, zero = np.ones(1, real), np.zeros(1, real)

    @njit(**OPTIONS)
    def product(A, first, z, out, b):
        """out = A[first:] @ z, for A (m, k)."""
        m, k, rows = A.shape[0] - first, A.shape[1], A[first]
        gemm(kind, _N, _N, b, m, k, one.ctypes, z.ctypes, b, rows.ctypes, k, zero.ctypes,
             out.ctypes, b)  # fmt: skip

    @njit(**OPTIONS)
    def outer(g, z, turned, out, b):
        """out[:, :k] += g @ z.T, for z (k, b)."""
        m, n, k = out.shape[0], out.shape[1], len(z) // b
        gemm(kind, _T, _N, k, m, b, one.ctypes, z.ctypes, b, g.ctypes, b, one.ctypes, out.ctypes, n)

    return product, outer


def _through_dot():
    @njit(**OPTIONS)
    def product(A, first, z, out, b):
        m, k = A.shape[0] - first, A.shape[1]
        np.dot(A[first:], z.reshape(k, b), out.reshape(m, b))

    @njit(**OPTIONS)
    def outer(g, z, turned, out, b):
        m, k = out.shape[0], len(z) // b
        out[:, :k] += np.dot(g.reshape(m, b), np.ascontiguousarray(z.reshape(k, b).T))

    return product, outer


def products(dtype):
    """(product, outer) for "float32" or "float64", compiled at first use."""
    try:
        helper = linalg._BLAS().numba_xxgemm
    except AttributeError:
        return _through_dot()
    if dtype == "float32" and LANES:
        from . import tiled

        return tiled.product, tiled.outer
    if dtype == "float32":
        return _through_blas(helper(float32), ord("s"), np.float32)
    return _through_blas(helper(float64), ord("d"), np.float64)

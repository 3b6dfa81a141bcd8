"""The two matrix products of a compiled loop, on row-major arrays, by BLAS.

Numba's own helper is used because it can add to what is there (accumulating weight gradients
through ``np.dot`` costs 1.06-1.38 of it); where a release of Numba lacks it, ``np.dot`` serves.
"""

import numpy as np
from numba import float32, float64, njit
from numba.np import linalg

OPTIONS = {"error_model": "numpy", "fastmath": {"contract", "nsz"}, "nogil": True}
_N, _T = ord("n"), ord("t")


def _through_blas(gemm, kind, real):
    one, zero = np.ones(1, real), np.zeros(1, real)

    @njit(**OPTIONS)
    def product(A, z, out):
        """out = A @ z, for A (m, k), z (k, b)."""
        (m, k), b = A.shape, z.shape[1]
        gemm(
            kind, _N, _N, b, m, k, one.ctypes, z.ctypes, b, A.ctypes, k, zero.ctypes, out.ctypes, b
        )

    @njit(**OPTIONS)
    def outer(g, z, out):
        """out += g @ z.T, for g (m, b), z (k, b)."""
        (m, b), k = g.shape, z.shape[0]
        gemm(kind, _T, _N, k, m, b, one.ctypes, z.ctypes, b, g.ctypes, b, one.ctypes, out.ctypes, k)

    return product, outer


def _through_dot():
    @njit(**OPTIONS)
    def product(A, z, out):
        np.dot(A, z, out)

    @njit(**OPTIONS)
    def outer(g, z, out):
        out += np.dot(g, np.ascontiguousarray(z.T))

    return product, outer


def products(dtype):
    """(product, outer) compiled for "float32" or "float64"."""
    try:
        helper = linalg._BLAS().numba_xxgemm
    except AttributeError:
        return _through_dot()
    if dtype == "float32":
        return _through_blas(helper(float32), ord("s"), np.float32)
    return _through_blas(helper(float64), ord("d"), np.float64)

"""The two matrix products of a compiled loop: in registers (float32), or by BLAS.

Weight matrices are row-major. Operands and results are flat, (rows * b) for a batch of b, because
reshaping them inside the loop would double the compile time.

Numba's internal BLAS helper is used because it can add to its output: accumulating weight gradients
with ``np.dot`` takes 1.06-1.38 times as long. ``np.dot`` is the fallback for releases of Numba
without the helper.
"""

import numpy as np
from numba import float32, float64
from numba.extending import overload
from numba.np import linalg

from ..caching.numba_cache import compiled
from .options import OPTIONS
from .registers import LANES

_N, _T = ord("n"), ord("t")
_helper = getattr(linalg._BLAS(), "numba_xxgemm", None)


def _gemm(turn, m, n, k, a, lda, z, ldz, keep, out, ldo):
    """BLAS in Fortran order on flat arrays: out = a z + keep * out, z transposed if ``turn``."""


if _helper:
    # letter, the function, constants 0 and 1
    _BLAS = {
        float32: (ord("s"), _helper(float32), np.zeros(1, np.float32), np.ones(1, np.float32)),
        float64: (ord("d"), _helper(float64), np.zeros(1), np.ones(1)),
    }

    @overload(_gemm)
    def _typed_gemm(turn, m, n, k, a, lda, z, ldz, keep, out, ldo):
        kind, call, zero, one = _BLAS[out.dtype]

        def run(turn, m, n, k, a, lda, z, ldz, keep, out, ldo):
            beta = one if keep else zero
            call(kind, turn, _N, m, n, k, one.ctypes, a.ctypes, lda, z.ctypes, ldz, beta.ctypes,
                 out.ctypes, ldo)  # fmt: skip

        return run

    # Module-level functions: Numba would recompile nested functions in every process.
    @compiled(**OPTIONS)
    def product(A, first, z, out, b):
        """out = A[first:] @ z, for A (m, k)."""
        m, k, rows = A.shape[0] - first, A.shape[1], A[first]
        _gemm(_N, b, m, k, z, b, rows, k, False, out, b)

    @compiled(**OPTIONS)
    def outer(g, z, turned, out, b):
        """out[:, :k] += g @ z.T, for z (k, b)."""
        m, n, k = out.shape[0], out.shape[1], len(z) // b
        _gemm(_T, k, m, b, z, b, g, b, True, out, n)

else:

    @compiled(**OPTIONS)
    def product(A, first, z, out, b):
        m, k = A.shape[0] - first, A.shape[1]
        np.dot(A[first:], z.reshape(k, b), out.reshape(m, b))

    @compiled(**OPTIONS)
    def outer(g, z, turned, out, b):
        m, k = out.shape[0], len(z) // b
        out[:, :k] += np.dot(g.reshape(m, b), np.ascontiguousarray(z.reshape(k, b).T))


def products(dtype):
    """(product, outer) for "float32" or "float64", compiled at first use."""
    if _helper and dtype == "float32" and LANES:
        from . import tiled

        return tiled.product, tiled.outer
    return product, outer

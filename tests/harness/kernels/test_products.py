"""The products of the compiled loop, against NumPy in float64, for every remainder of a size."""

import numpy as np
import pytest

from gatelab.kernels.layout.arena import LINE, wide
from gatelab.kernels.primitives.products import products
from gatelab.kernels.primitives.registers import LANES


def driver(dtype):
    """The two products, callable from Python."""
    from numba import njit

    product, outer = products(dtype)

    @njit
    def both(A, first, z, out, g, turned, sums, b):
        product(A, first, z, out, b)
        outer(g, z, turned, sums, b)

    return both


@pytest.fixture(scope="module", params=["float32", "float64"])
def both(request):
    return request.param, driver(request.param)


ROWS, DEPTHS, BATCHES = (1, 5, 9, 10, 19, 20, 21, 64), (1, 3, 35), (1, 7, 8, 16, 19, 32, 45, 64)


@pytest.mark.parametrize("b", BATCHES)
@pytest.mark.parametrize("k", DEPTHS)
@pytest.mark.parametrize("m", ROWS)
def test_products_agree_with_numpy(both, m, k, b):
    dtype, run = both
    rng = np.random.default_rng(m * 1000 + k * 10 + b)
    draw = lambda *shape: rng.standard_normal(shape).astype(dtype)
    wide = -(-k // 16) * 16
    for first in {0, m - 1}:
        A, z, g = draw(m, k), draw(k, b), draw(m, b)
        out, sums = np.full((m - first) * b, np.nan, dtype), np.zeros((m, wide), dtype)
        sums[:, :k] = start = draw(m, k)
        turned = np.zeros(wide * b, dtype)
        run(A, first, z.ravel(), out, g.ravel(), turned, sums, b)
        bound = 1e-5 if dtype == "float32" else 1e-13
        right = A[first:].astype(float) @ z
        np.testing.assert_allclose(out.reshape(-1, b), right, atol=bound * np.sqrt(k) * 4)
        right = start + g.astype(float) @ z.T
        np.testing.assert_allclose(sums[:, :k], right, atol=bound * np.sqrt(b) * 4)
        assert not sums[:, k:].any()


def test_the_padding_holds_whole_vectors():
    """``outer`` writes whole vectors into rows that are padded to LINE."""
    assert all(wide(k) % LINE == 0 and wide(k) >= k for k in range(1, 40))
    assert LANES == 0 or LINE % LANES == 0

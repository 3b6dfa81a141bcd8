"""Elementwise functions of the kernels: precision, saturation, what is no number."""

import functools

import numpy as np
import pytest
from helpers.scalar import TABLES, arity, each_function, loop
from scipy import special

INF, NAN = np.inf, np.nan
SPECIAL = [0.0, -0.0, 1e-45, -1e-45, 1e-39, -1e-39, 60, -60, 100, -100, 3e38, -3e38, INF, -INF]
UNARY = {  # name: the reference and the bound on float32's relative error
    "sigmoid": (lambda x: np.where(x < 0, np.exp(x), 1) / (1 + np.exp(-np.abs(x))), 2e-7),
    "log_sigmoid": (lambda x: np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x))), 3e-7),
    "softplus": (lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))), 3e-7),
    "softsign": (lambda x: np.where(np.isinf(x), np.sign(x), x / (1 + np.abs(x))), 2e-7),
    "tanh": (np.tanh, 3.2e-7),
    "exp": (np.exp, 2e-7),
    "log": (np.log, 2e-7),
    "sqrt": (np.sqrt, 1e-7),
    "relu": (lambda x: np.maximum(x, 0), 0),
    "abs": (np.abs, 0),
    "sin": (np.sin, 2e-7),
    "cos": (np.cos, 2e-7),
    "erf": (lambda x: special.erf(x.astype(float)), 2e-7),
    "gelu": (lambda x: np.where(x == -INF, 0, x * special.ndtr(x.astype(float))), 3e-7),
}
#: An absolute error that is allowed as well, of float32 (2e-9 of it in float64: what a sum or a
#: rounded argument cancels), and up to which |x| float32 promises anything.
ABSOLUTE = {"sin": (6e-8, 1e5), "cos": (6e-8, 1e5), "gelu": (1e-7, INF)}
each_unary = pytest.mark.parametrize("name", UNARY)


def call(name, *arrays, table="float32"):
    arrays = [np.array(a, dtype=table) for a in np.broadcast_arrays(*arrays)]
    out = np.empty_like(arrays[0])
    loop(name, table)(*arrays, out)
    return out


@functools.cache
def grid(table="float32"):
    """Every magnitude, both signs, and densely where the functions bend."""
    far = np.geomspace(1e-44, 3e38, 200_001)
    return np.concatenate([far, -far, np.linspace(-110, 110, 400_001), SPECIAL]).astype(table)


def reference(name, x):
    """In extended precision, rounded to float64 (float32 would hide half an ulp)."""
    with np.errstate(all="ignore"):
        return UNARY[name][0](x.astype(np.longdouble))


def within(x, furthest):
    """What is not beyond it, and infinities."""
    return x[(np.abs(x) <= furthest) | np.isinf(x)]


def assert_near(y, true, bound, floor, x):
    """|y - true| <= bound * |true| + floor; NaN and infinities in the same places."""
    finite = np.isfinite(true) & (np.abs(true) <= np.finfo(y.dtype).max)
    assert np.array_equal(np.isnan(y), np.isnan(true))
    rest = ~finite & ~np.isnan(true)
    assert np.array_equal(y[rest], np.sign(true[rest]) * INF)
    excess = np.abs(y[finite] - true[finite]) - bound * np.abs(true[finite]) - floor
    k = np.argmax(excess)
    assert excess[k] <= 0, f"at {x[finite][k]!r}: {y[finite][k]!r}, not {true[finite][k]!r}"


@each_unary
def test_float32_error(name):
    floor, furthest = ABSOLUTE.get(name, (np.finfo(np.float32).tiny, INF))
    x, bound = within(grid(), furthest), UNARY[name][1]
    assert_near(call(name, x), reference(name, x), bound, floor, x)


@each_unary
def test_float64_is_the_library(name):
    x = grid("float64")
    floor = 2e-9 * ABSOLUTE[name][0] if name in ABSOLUTE else np.finfo(np.float64).tiny
    bound = 1e-15
    assert_near(call(name, x, table="float64"), reference(name, x), bound, floor, x)


def test_float64_agrees_with_scipy():
    x = np.linspace(-700, 700, 20_001)
    for name, theirs in {"sigmoid": special.expit, "log_sigmoid": special.log_expit}.items():
        np.testing.assert_allclose(call(name, x, table="float64"), theirs(x), rtol=1e-15)


@pytest.mark.parametrize("name", ["sin", "cos"])
def test_angles_beyond_exactness_stay_on_the_circle(name):
    x = np.geomspace(1e5, 3e38, 100_001)
    assert np.abs(call(name, np.concatenate([x, -x]))).max() <= 1
    small = np.geomspace(1e-40, 0.5, 10_001).astype(np.float32)
    np.testing.assert_allclose(call("sin", small), np.sin(small.astype(float)), rtol=1.3e-7)


def test_exp_keeps_its_denormal_results():
    x = np.linspace(-110, -86, 100_001, dtype=np.float32)
    ulp = np.finfo(np.float32).smallest_subnormal
    assert np.abs(call("exp", x) - np.exp(x.astype(np.float64))).max() <= 2 * ulp


def test_log_sigmoid_and_sigmoid_do_not_cut_off():
    """Through tanh, sigmoid is exactly 0 below -16 and its logarithm -inf."""
    x = np.linspace(-88, -15, 10_001, dtype=np.float32)
    true = np.exp(x.astype(np.float64))
    np.testing.assert_allclose(call("sigmoid", x), true / (1 + true), rtol=2e-7)
    np.testing.assert_allclose(call("log_sigmoid", x), x, rtol=1e-6)


def test_saturation_is_exact_and_never_passed():
    y = call("tanh", grid())
    assert np.abs(y).max() == 1
    assert call("tanh", [9, -9, INF, -INF]).tolist() == [1, -1, 1, -1]
    assert call("sigmoid", [90, -90, INF, -INF]).tolist() == [1, 0, 1, 0]


@pytest.mark.parametrize("table", TABLES)
@each_function
def test_nan_stays_visible(name, table):
    x = np.full(37, NAN)  # a vector and a remainder
    if arity(name) == 3:
        assert np.isnan(call(name, x, x, table=table)).all()
        return
    assert np.isnan(call(name, *[x] * arity(name), table=table)).all()
    if arity(name) == 2:
        assert np.isnan(call(name, x, 1.5, table=table)).all()
        assert np.isnan(call(name, 1.5, x, table=table)).all()


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_extremes_as_in_numpy(name, table):
    values = [*SPECIAL, NAN]
    x, y = np.meshgrid(np.array(values, table), np.array(values, table))
    got = call(name, x.ravel(), y.ravel(), table=table)
    np.testing.assert_array_equal(got, getattr(np, name)(x, y).ravel())


@pytest.mark.parametrize("table", TABLES)
def test_where_selects_and_never_blends(table):
    x, y = np.array([3, -1, INF, 2, 0.5]), np.array([2, 7, 1, NAN, 0.5])
    np.testing.assert_array_equal(call("where", x, y, table=table), [3, 7, INF, NAN, 0.5])

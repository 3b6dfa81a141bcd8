"""Loops over elementwise functions stay in float32 and are vectorised: seen in the machine code."""

import functools
import inspect
import platform
import re

import numpy as np
import pytest
from helpers.scalar import arity, each_function, loop
from numba import njit

from gatelab.kernels.primitives.scalar import FLOAT32, LOOP

reads_x86 = pytest.mark.skipif(platform.machine() not in {"x86_64", "AMD64"}, reason="x86 code")


def assembly(kernel, arrays):
    """The code of the loop alone, without the wrapper that Python calls."""
    kernel(*(np.ones(64, np.float32) for _ in range(arrays)))
    return kernel.inspect_asm(kernel.signatures[-1]).split(".globl")[1]


def converts(code):
    return re.search(r"cvt(ss2sd|ps2pd|sd2ss|pd2ps)", code)


def is_packed(code):
    return re.search(r"%[yz]mm", code)


@functools.cache
def has_wide_registers():
    return is_packed(assembly(loop("softsign"), 2))


@reads_x86
@each_function
def test_loops_stay_in_float32_and_vectorise(name):
    code = assembly(loop(name), min(arity(name), 2) + 1)
    assert not converts(code)
    assert is_packed(code) or not has_wide_registers()


@reads_x86
def test_those_checks_can_fail():
    @njit(**LOOP)
    def in_float64(x, out):
        for k in range(out.size):
            out[k] = 0.1 * x[k]

    @njit(**LOOP)
    def one_after_the_other(x, out):
        for k in range(1, out.size):
            out[k] = sigmoid(out[k - 1])

    assert converts(assembly(in_float64, 2))
    assert not is_packed(assembly(one_after_the_other, 2))


def lstm(zi, zf, zg, zo, c, i, f, g, o, c_new, tanh_c, h):
    for k in range(h.size):
        i[k], f[k], g[k], o[k] = sigmoid(zi[k]), sigmoid(zf[k]), tanh(zg[k]), sigmoid(zo[k])
        c_new[k] = f[k] * c[k] + i[k] * g[k]
        tanh_c[k] = tanh(c_new[k])
        h[k] = o[k] * tanh_c[k]


sigmoid, tanh = FLOAT32["sigmoid"], FLOAT32["tanh"]


def many(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t):
    for z in range(a.size):
        x = a[z] + b[z] + c[z] + d[z] + e[z] + f[z] + g[z] + h[z] + i[z] + j[z]
        k[z], l[z], m[z], n[z], o[z] = x + a[z], x + b[z], x + c[z], x + d[z], x + e[z]
        p[z], q[z], r[z], s[z], t[z] = x + f[z], x + g[z], x + h[z], x + i[z], x + j[z]


@reads_x86
@pytest.mark.parametrize("body", [lstm, many])
def test_fused_loops_vectorise_however_many_arrays(body):
    """10 arrays written and 10 read make 145 pairs: LLVM by itself gives up at 128."""
    code = assembly(njit(**LOOP)(body), len(inspect.signature(body).parameters))
    assert not converts(code)
    assert is_packed(code) or not has_wide_registers()


def test_a_fused_lstm_step():
    rng = np.random.default_rng(0)
    arrays = [rng.normal(0, 4, 1003).astype(np.float32) for _ in range(12)]
    zi, zf, zg, zo, c = (a.astype(np.float64) for a in arrays[:5])
    s = lambda z: 1 / (1 + np.exp(-z))
    cell = s(zf) * c + s(zi) * np.tanh(zg)
    njit(**LOOP)(lstm)(*arrays)
    np.testing.assert_allclose(arrays[9], cell, rtol=0, atol=4e-6)
    np.testing.assert_allclose(arrays[11], s(zo) * np.tanh(cell), rtol=0, atol=4e-6)

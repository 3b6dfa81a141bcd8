"""Elementwise functions for generated loops, in float32 that LLVM vectorises and in exact float64.

A library call inside a loop stops vectorisation (8 ns per tanh instead of 0.2), so the float32 family
is written out: range reduction, a polynomial, selects. Bounds on its errors stand in tests/test_scalar.py.
NaN in gives NaN out everywhere, so a diverging run is seen; infinities give the mathematical limit.
"""

import numpy as np
from numba import njit

__all__ = ["FLOAT32", "FLOAT64"]

# forceinline: LLVM's own estimate leaves the larger of these as calls once a cell uses several.
scalar = njit(error_model="numpy", fastmath={"contract", "nsz"}, forceinline=True)

F, I = np.float32, np.int32  # Numba widens int32 arithmetic to int64: cast each result back.
ZERO, HALF, ONE, TWO, INF, NAN = F(0), F(0.5), F(1), F(2), F(np.inf), F(np.nan)

LOG2E = F(1.4426950408889634)
LN2, LN2_REST = F(0.693359375), F(-2.12194440e-4)  # n * LN2 is exact for |n| < 2**13
ROUND, ROUND_BITS = F(12582912.0), I(0x4B400000)  # adding 1.5 * 2**23 leaves n in the low bits
BIAS, MANTISSA = I(127), I(23)


@scalar
def reduce32(x):
    """exp(x) = y * 2**n with y in [0.7, 1.42]: returns y and the bits of ROUND + n. Error 3e-9 before rounding."""
    t = x * LOG2E + ROUND
    n = t - ROUND
    r = (x - n * LN2) - n * LN2_REST
    y = F(0.0013814597623422742) * r + F(0.008368716575205326)
    y = (y * r + F(0.04166838899254799)) * r + F(0.1666652113199234)
    y = (y * r + F(0.4999999403953552)) * (r * r) + r
    return y + ONE, F(t).view(I)


@scalar
def exp32(x):
    x = F(-104) if x < F(-104) else x
    x = F(89) if x > F(89) else x
    y, n = reduce32(x)
    n = I(n - ROUND_BITS)
    half = I(n >> I(1))  # 2**n in two factors: n reaches from -150 to 128
    one = I(I(half + BIAS) << MANTISSA).view(F)
    other = I(I(I(n - half) + BIAS) << MANTISSA).view(F)
    return y * one * other


@scalar
def sigmoid32(x):
    z = -x
    z = F(-80) if z < F(-80) else z
    z = F(89) if z > F(89) else z  # n = 128 makes the factor inf, the quotient 0
    y, n = reduce32(z)
    power = I(I(n + BIAS) << MANTISSA).view(F)
    return ONE / (y * power + ONE)


@scalar
def tanh32(x):
    x = F(-9) if x < F(-9) else x
    x = F(9) if x > F(9) else x
    z = x * x
    p = F(1.335465871221686e-08) * z + F(2.0609079001587816e-05)
    p = ((p * z + F(0.003495587967336178)) * z + F(0.13381025195121765)) * z + ONE
    q = F(7.776557140459772e-07) * z + F(0.00032856344478204846)
    q = ((q * z + F(0.025876982137560844)) * z + F(0.4671434164047241)) * z + ONE
    y = x * p / q
    y = -ONE if y < -ONE else y  # rounding may pass 1, and (1 - y)(1 + y) turn negative
    return ONE if y > ONE else y


@scalar
def log32(x):
    tiny = x < F(1.1754943508222875e-38)
    y = x * F(8388608.0) if tiny else x
    bits = F(y).view(I)
    e = I(I(bits - I(0x3F3504F3)) >> MANTISSA)
    f = I(bits - I(e << MANTISSA)).view(F) - ONE  # mantissa in [sqrt(1/2), sqrt(2))
    e = F(e) - (F(23) if tiny else ZERO)
    z = f * f
    y = F(0.08700434863567352) * f - F(0.14267486333847046)
    y = (y * f + F(0.14914768934249878)) * f - F(0.1657758504152298)
    y = (y * f + F(0.19963063299655914)) * f - F(0.2500133812427521)
    y = (y * f + F(0.3333390951156616)) * (f * z) + e * LN2_REST
    y = (y - HALF * z) + f + e * LN2
    y = y if x < INF else x
    y = -INF if x == ZERO else y
    return NAN if x < ZERO else y


@scalar
def log1p32(t):
    """log(1 + t) for t in [0, 1], as 2 artanh(t / (2 + t)): small t keep their relative precision."""
    s = t / (TWO + t)
    z = s * s
    y = F(0.2802445888519287) * z + F(0.27999141812324524)
    y = ((y * z + F(0.4002169966697693)) * z + F(0.6666641235351562)) * z
    return s * y + TWO * s


@scalar
def softplus32(x):
    return relu32(x) + log1p32(exp32(-abs(x)))


@scalar
def log_sigmoid32(x):
    return -softplus32(-x)


@scalar
def relu32(x):
    return ZERO if x < ZERO else x


@scalar
def softsign32(x):
    return x / (ONE + abs(x))


@scalar
def power32(x, y):
    z = exp32(y * log32(x))
    return ONE if (y == ZERO and x == x) else z

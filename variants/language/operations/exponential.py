"""The exponential, the logarithm, the square root."""

import numpy as np

from ..table import exact, scalar
from .defining import library, operation
from .float32 import (
    BIAS,
    HALF,
    INF,
    LN2,
    LN2_REST,
    LOG2E,
    MANTISSA,
    NAN,
    ONE,
    ROOT_HALF_BITS,
    ROUND,
    ROUND_BITS,
    SMALLEST_NORMAL,
    ZERO,
    F,
    I,
)

__all__ = ["exp", "log", "sqrt"]


@scalar
def reduced_exp32(x):
    """exp(x) = y * 2**n, y in [0.7, 1.42]: returns y and the bits of ROUND + n."""
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
    y, n = reduced_exp32(x)
    n = I(n - ROUND_BITS)
    half = I(n >> I(1))  # 2**n as two factors: n runs from -150 to 128
    one = I(I(half + BIAS) << MANTISSA).view(F)
    other = I(I(I(n - half) + BIAS) << MANTISSA).view(F)
    return y * one * other


@exact
def exp64(x):
    return np.exp(x)


@operation(
    derivative=lambda bar, y, a: (bar * y,),
    rough=True,
    float32=exp32,
    float64=exp64,
    onnx="Exp",
    torch="torch.exp",
    jax="jnp.exp",
    keras="ops.exp",
    latex=r"\exp",
    gate=True,
    numpy=("exp",),
    squashes=True,
)
def exp(x):
    """Exponential."""
    return library(x).exp(x)


@scalar
def log32(x):
    tiny = x < SMALLEST_NORMAL
    y = x * F(2**23) if tiny else x
    bits = F(y).view(I)
    n = I(I(bits - ROOT_HALF_BITS) >> MANTISSA)
    f = I(bits - I(n << MANTISSA)).view(F) - ONE  # x = (1 + f) * 2**n, 1 + f in [0.7, 1.42]
    n = F(n) - (F(23) if tiny else ZERO)
    z = f * f
    y = F(0.08700434863567352) * f - F(0.14267486333847046)
    y = (y * f + F(0.14914768934249878)) * f - F(0.1657758504152298)
    y = (y * f + F(0.19963063299655914)) * f - F(0.2500133812427521)
    y = (y * f + F(0.3333390951156616)) * (f * z) + n * LN2_REST
    y = (y - HALF * z) + f + n * LN2
    y = y if x < INF else x
    y = -INF if x == ZERO else y
    return NAN if x < ZERO else y


@exact
def log64(x):
    return np.log(x)


@operation(
    derivative=lambda bar, y, a: (bar / a,),
    rough=True,
    float32=log32,
    float64=log64,
    onnx="Log",
    torch="torch.log",
    jax="jnp.log",
    keras="ops.log",
    latex=r"\log",
    numpy=("log",),
)
def log(x):
    """Natural logarithm."""
    return library(x).log(x)


@scalar
def root(x):
    return np.sqrt(x)


@operation(
    derivative=lambda bar, y, a: (bar / (2 * y),),
    rough=True,
    float32=root,
    float64=root,
    onnx="Sqrt",
    torch="torch.sqrt",
    jax="jnp.sqrt",
    keras="ops.sqrt",
    latex=lambda a: rf"\sqrt{{{a}}}",
    small="√",
    numpy=("sqrt",),
)
def sqrt(x):
    """Square root."""
    return library(x).sqrt(x)

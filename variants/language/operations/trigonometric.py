"""Sine and cosine."""

import numpy as np

from ..table import exact, scalar
from .defining import library, operation
from .float32 import HALF, ONE, ROUND, F, I

__all__ = ["cos", "sin"]

TWO_OVER_PI = F(0.6366197723675814)
# pi / 2 in three parts: the first two have 8 bits each, so that multiples up to 2**16 are exact.
QUARTER, QUARTER_REST, QUARTER_LAST = F(1.5703125), F(4.825592041015625e-4), F(1.26759079505673e-6)
FURTHEST = F(0.8)  # of what is left, pi / 4 at most; where nothing is exact any more it may be


@scalar
def reduced_angle32(x):
    """x = n * pi / 2 + r, |r| <= pi / 4: returns r and n modulo 4. Exact up to |x| = 1e5."""
    t = x * TWO_OVER_PI + ROUND
    n = t - ROUND
    r = ((x - n * QUARTER) - n * QUARTER_REST) - n * QUARTER_LAST
    r = FURTHEST if r > FURTHEST else r
    r = -FURTHEST if r < -FURTHEST else r
    return r, I(F(t).view(I) & I(3))


@scalar
def quadrant32(r, n):
    """sin(r + n * pi / 2)."""
    z = r * r
    s = ((F(-1.9515295891e-4) * z + F(8.3321608736e-3)) * z - F(1.6666654611e-1)) * z * r + r
    c = (F(2.443315711809948e-5) * z - F(1.388731625493765e-3)) * z + F(4.166664568298827e-2)
    c = c * z * z - HALF * z + ONE
    y = c if I(n & I(1)) != I(0) else s
    return -y if I(n & I(2)) != I(0) else y


@scalar
def sin32(x):
    r, n = reduced_angle32(x)
    return quadrant32(r, n)


@exact
def sin64(x):
    return np.sin(x)


@operation(
    derivative=lambda bar, y, a: (bar * cos(a),),
    float32=sin32,
    float64=sin64,
    onnx="Sin",
    torch="torch.sin",
    jax="jnp.sin",
    keras="ops.sin",
    latex=r"\sin",
    numpy=("sin",),
    squashes=True,
)
def sin(x):
    """Sine, of radians; compiled in float32 its argument is exact up to |x| = 1e5."""
    return library(x).sin(x)


@scalar
def cos32(x):
    r, n = reduced_angle32(x)
    return quadrant32(r, I(n + I(1)))


@exact
def cos64(x):
    return np.cos(x)


@operation(
    derivative=lambda bar, y, a: (-bar * sin(a),),
    float32=cos32,
    float64=cos64,
    onnx="Cos",
    torch="torch.cos",
    jax="jnp.cos",
    keras="ops.cos",
    latex=r"\cos",
    numpy=("cos",),
    squashes=True,
)
def cos(x):
    """Cosine, of radians; compiled in float32 its argument is exact up to |x| = 1e5."""
    return library(x).cos(x)

"""The error function and the GELU."""

import importlib
import math

import numpy as np

from ..table import exact, scalar
from .arithmetic import maximum
from .defining import library, operation
from .exponential import exp, exp32
from .float32 import HALF, ONE, F

__all__ = ["erf", "gelu"]

SLOPE, ROOT_HALF = 2 / math.sqrt(math.pi), math.sqrt(0.5)
LOWEST = -40.0  # below it, the normal distribution function is 0 in float64
ONE_TO_FLOAT32 = F(4)  # erf(4) rounds to 1
ROOT_HALF32, LOWEST32 = F(ROOT_HALF), F(-15)


def _special(x):
    """The module with special functions of an array's library."""
    xp = library(x)
    if xp is np:
        return importlib.import_module("scipy.special")
    return xp.special if xp.__name__ == "torch" else importlib.import_module("jax.scipy.special")


@scalar
def erf32(x):
    """By a polynomial near 0, and 1 - exp(polynomial) beyond; after N. Juffa."""
    t = abs(x)
    t = ONE_TO_FLOAT32 if t > ONE_TO_FLOAT32 else t
    s = t * t
    far = F(-1.72853470e-5) * t + F(3.83197126e-4)
    far = far * s + (F(-3.88396438e-3) * t + F(2.42546219e-2))
    far = ((far * t - F(1.06777877e-1)) * t - F(6.34846687e-1)) * t - F(1.28717512e-1)
    far = ONE - exp32(far * t - t)
    near = (F(-5.96761703e-4) * s + F(4.99119423e-3)) * s - F(2.67681349e-2)
    near = ((near * s + F(1.12819925e-1)) * s - F(3.76125336e-1)) * s + F(1.28379166e-1)
    near = near * t + t
    y = far if t > F(0.927734375) else near
    return -y if x < F(0) else y


@exact
def erf64(x):
    return math.erf(x)


@operation(
    derivative=lambda bar, y, a: (bar * (SLOPE * exp(-(a * a))),),
    float32=erf32,
    float64=erf64,
    onnx="Erf",
    torch="torch.erf",
    jax="jax.scipy.special.erf",
    keras="ops.erf",
    numpy=("erf",),
    squashes=True,
)
def erf(x):
    """The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x."""
    return _special(x).erf(x)


@scalar
def gelu32(x):
    x = LOWEST32 if x < LOWEST32 else x
    return HALF * x * (ONE + erf32(x * ROOT_HALF32))


@exact
def gelu64(x):
    x = -40.0 if x < -40.0 else x
    return 0.5 * x * math.erfc(-x * math.sqrt(0.5))


def _gelu_derivative(bar, y, a):
    share = 0.5 * (1 + erf(ROOT_HALF * a))
    return (bar * (share + (0.5 * ROOT_HALF * SLOPE) * a * exp(-0.5 * (a * a))),)


def _gelu_in_onnx(nodes, name, a):
    """a (1 + erf(a / sqrt(2))) / 2."""
    scaled = nodes.add("Mul", a, nodes.weight("root_half", [ROOT_HALF]), name=f"{name}.scaled")
    share = nodes.add("Erf", scaled, name=f"{name}.erf")
    share = nodes.add("Add", share, nodes.weight("1.0", [1.0]), name=f"{name}.share")
    half = nodes.add("Mul", a, nodes.weight("0.5", [0.5]), name=f"{name}.half")
    return nodes.add("Mul", half, share, name=name)


@operation(
    derivative=_gelu_derivative,
    float32=gelu32,
    float64=gelu64,
    onnx=_gelu_in_onnx,
    torch="torch.nn.functional.gelu",
    jax="jax.nn.gelu({}, approximate=False)",
    keras="ops.gelu({}, approximate=False)",
    latex=r"\operatorname{GELU}",
    squashes=True,
)
def gelu(x):
    """x times the normal distribution function at x, computed exactly with erf.

    Hendrycks, Gimpel (2016), Gaussian Error Linear Units (GELUs), arXiv:1606.08415.
    """
    x = maximum(x, LOWEST)
    return 0.5 * x * _special(x).erfc(-ROOT_HALF * x)

"""The error function."""

import importlib
import math

import numpy as np

from ..table import exact, scalar
from .defining import library, operation
from .exponential import exp, exp32
from .float32 import ONE, F

__all__ = ["erf"]

SLOPE = 2 / math.sqrt(math.pi)
ONE_TO_FLOAT32 = F(4)  # erf(4) rounds to 1


def _special(x):
    """Where the library of an array keeps such functions."""
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
    numpy=("erf",),
    squashes=True,
)
def erf(x):
    """The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x."""
    return _special(x).erf(x)

"""Elementwise functions that generated loops call, and the options those loops are compiled with.

``FLOAT32[name]`` can be vectorised, ``FLOAT64[name]`` is the exact library function. A loop stays
in float32 only if its literals do: ``np.float32(2) * x[k]``, for ``2 * x[k]`` is float64 to Numba.
"""

import math

import numpy as np
from numba import njit
from numba.core.compiler import Compiler

from . import scalar32
from .scalar32 import scalar


class NoAlias(Compiler):
    """Numba's compiler, told that no two arguments of the function overlap.

    LLVM otherwise compares every array written with every other array at each call, and gives up
    vectorising past 128 pairs: w (w - 1) / 2 + w r for w arrays written and r only read, that is
    at 17 written, or at 10 written and 10 read. Handing overlapping arrays to such a function is
    undefined behaviour, unless both are only read.
    """

    def define_pipelines(self):
        self.state.flags.noalias = True
        return super().define_pipelines()


# The division check of Python's error model would stop vectorisation as well.
LOOP = {
    "error_model": "numpy",
    "fastmath": {"contract", "nsz"},
    "nogil": True,
    "forceinline": True,
    "pipeline_class": NoAlias,
}
# Of a function that only compiled code calls (from Python it would crash) and that allocates
# nothing: it compiles in two thirds of the time.
SEGMENT = LOOP | {"_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}

# Named functions only: Numba names what it caches after the function's qualified name and a counter
# that starts anew in every process, so that two lambdas can come to share one cached symbol.
exact = njit(error_model="numpy", cache=True)


@scalar
def absolute(x):
    return abs(x)


@scalar
def sqrt(x):
    return np.sqrt(x)


@scalar
def maximum(x, y):
    return x if x > y or x != x else y  # NaN on either side wins, as in NumPy


@scalar
def minimum(x, y):
    return x if x < y or x != x else y


@scalar
def where(condition, a, b):
    return a if condition else b


@exact
def tanh(x):
    return np.tanh(x)


@exact
def exp(x):
    return np.exp(x)


@exact
def log(x):
    return np.log(x)


@exact
def power(x, y):
    return x**y


@exact
def sigmoid(x):
    z = np.exp(-abs(x))
    return 1.0 / (1.0 + z) if x >= 0.0 else z / (1.0 + z)


@exact
def softplus(x):
    return relu(x) + np.log1p(np.exp(-abs(x)))


@exact
def log_sigmoid(x):
    return -softplus(-x)


@exact
def relu(x):
    return 0.0 if x < 0.0 else x


@exact
def softsign(x):
    return math.copysign(1.0, x) if math.isinf(x) else x / (1.0 + abs(x))


BOTH = {"abs": absolute, "sqrt": sqrt, "maximum": maximum, "minimum": minimum, "where": where}
FLOAT32 = BOTH | {
    "sigmoid": scalar32.sigmoid,
    "log_sigmoid": scalar32.log_sigmoid,
    "tanh": scalar32.tanh,
    "exp": scalar32.exp,
    "log": scalar32.log,
    "relu": scalar32.relu,
    "softplus": scalar32.softplus,
    "softsign": scalar32.softsign,
    "power": scalar32.power,
}
FLOAT64 = BOTH | {
    "sigmoid": sigmoid,
    "log_sigmoid": log_sigmoid,
    "tanh": tanh,
    "exp": exp,
    "log": log,
    "relu": relu,
    "softplus": softplus,
    "softsign": softsign,
    "power": power,
}

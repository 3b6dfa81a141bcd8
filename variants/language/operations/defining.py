"""Enter operations into the table, and helpers for writing their array forms."""

import functools
import inspect
import sys

import numpy as np

from ..symbols import Matrix, Symbol
from ..table import TABLE, Operation


def enter(name, arrays, **facts):
    """Put an operation into the table."""
    TABLE[name] = Operation(name, arrays, **facts)
    return TABLE[name]


def operation(**facts):
    """Decorator: a function of arrays becomes an operation, which symbols can be given, too.

    Args:
        facts: what else is known of it, see ``table.Operation``.
    """

    def define(compute):
        name, signature = compute.__name__.rstrip("_"), inspect.signature(compute)

        @functools.wraps(compute)
        def function(*given, **named):
            traced = [a for a in (*given, *named.values()) if isinstance(a, (Symbol, Matrix))]
            if not traced:
                return compute(*given, **named)
            try:
                operands = signature.bind(*given, **named).args
            except TypeError as error:
                raise TypeError(f"{compute.__name__}(): {error}") from None
            return traced[0].graph.apply(name, *operands)

        enter(name, function, **facts)
        return function

    return define


def library(*args):
    """The array library of the arguments: torch, jax.numpy or NumPy."""
    for a in args:
        root = type(a).__module__.partition(".")[0]
        if root == "torch":
            return sys.modules["torch"]
        if root in ("jax", "jaxlib"):
            return sys.modules["jax.numpy"]
    return np


def is_complex(x):
    return isinstance(x, (np.ndarray, np.generic, complex)) and np.iscomplexobj(x)


def real(x):
    """The real part, on which branches depend."""
    return x.real if is_complex(x) else x


def pair(xp, a, b):
    """Both operands as arrays of one library (torch wants no plain numbers)."""
    if xp is np or xp.__name__ != "torch":
        return a, b
    like = a if isinstance(a, xp.Tensor) else b
    return tuple(v if isinstance(v, xp.Tensor) else xp.full_like(like, v) for v in (a, b))

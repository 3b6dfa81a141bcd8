"""The text of a compiled loop, run by Python: the same statements, without seconds of compiling.

What Numba links in (products, functions over all units, masks) is written here in NumPy. A wrong
array, name, order or sum in a loop is found just the same; only Numba's own part is not tested.
"""

import re

import numpy as np

from gatelab.kernels.primitives.scalar import FLOAT64
from gatelab.variants.language.operations import REDUCTIONS
from gatelab.variants.language.table import TABLE


def product(A, first, z, out, b):
    out.reshape(-1, b)[:] = A[first:] @ z.reshape(-1, b)


def outer(g, z, turned, out, b):
    k = len(z) // b
    out[:, :k] += g.reshape(-1, b) @ z.reshape(k, b).T


def in_place(name):
    """A function of all units that overwrites its operand: (a, y, beside, B)."""
    operation = TABLE[name]

    def compute(a, y, beside, B):
        rows = a.reshape(-1, B)
        if operation.beside:
            beside[:] = TABLE[operation.beside].arrays(rows)[0]
        rows[:] = operation.arrays(*(rows.copy(), y.reshape(-1, B), beside)[: operation.arity])

    return compute


def hold(on, old, new):
    new.reshape(-1, len(on))[:, ~on] = old.reshape(-1, len(on))[:, ~on]


def silence(on, bar):
    bar.reshape(-1, len(on))[:, ~on] = 0


def add(source, target):
    target += source


def copy(source, target):
    target[:] = source


def module(text):
    """The functions of a generated float64 text; what it imports is replaced."""
    space = {f.__name__: f for f in (product, outer, hold, silence, add, copy)}
    space |= {"np": np, "real": np.float64, "DRIVER": {}, "SEGMENT": {}, **FLOAT64}
    space |= {"njit": lambda **_: lambda f: f, "compiled": lambda **_: lambda f: f}
    space |= {name: in_place(name) for name in REDUCTIONS}
    loops = re.findall(r"^@\w+\(\*\*(?:DRIVER|SEGMENT)\)\n.*?(?=\n\n|\Z)", text, re.M | re.S)
    exec(compile("\n".join(loops), "<interpreted loop>", "exec"), space)
    return type("Module", (), {n: staticmethod(space[n]) for n in ("forward", "backward")})


def by_python(layer):
    """The layer, its loop run by Python; float64 only."""
    layer.backend.__dict__["module"] = module(layer.backend.source.text)
    return layer

"""The functions a step may use, on symbols, NumPy arrays, torch tensors or jax arrays alike.

One file per group of operations; an entry says all that is known of one: what it computes of
arrays, its derivative, its compiled forms, its ONNX form, how it is shown. On complex arrays they
branch on the real part, so that complex-step derivatives are exact.
"""
# ruff: noqa: F403

from ..table import TABLE, allowed, names
from . import arithmetic, exponential, gaussian, over_units, squashing, trigonometric
from .arithmetic import *
from .exponential import *
from .gaussian import *
from .over_units import *
from .squashing import *
from .trigonometric import *

__all__ = [
    *arithmetic.__all__,
    *exponential.__all__,
    *gaussian.__all__,
    *over_units.__all__,
    *squashing.__all__,
    *trigonometric.__all__,
]

# In the order in which messages list them: first the functions used in gates.
for _group in (squashing, exponential, trigonometric, gaussian, arithmetic, over_units):
    for _name in names(lambda op: op.arrays.__module__ == _group.__name__):  # noqa: B023
        TABLE[_name] = TABLE.pop(_name)

#: Names of functions that a step may use.
FUNCTIONS = allowed()
#: Names of functions of all units, those that derivatives need included.
REDUCTIONS = names(lambda op: op.reduces)
#: Names that generated code calls.
CALLED = names(lambda op: op.called)

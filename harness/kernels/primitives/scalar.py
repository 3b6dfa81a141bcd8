"""Elementwise functions that generated loops call, and the options those loops are compiled with.

``FLOAT32[name]`` can be vectorised, ``FLOAT64[name]`` is the exact library function. A loop stays
in float32 only if its literals do: ``np.float32(2) * x[k]``, for ``2 * x[k]`` is float64 to Numba.
"""

from numba.core.compiler import Compiler
from numba.extending import register_jitable

from gatelab.variants.language.table import EXACT, SCALAR, TABLE

from ..caching.numba_cache import compiled


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

# forceinline: LLVM's own estimate may leave a call in a loop that uses several of these, and a call
# stops vectorisation. "contract" and "nsz" alone: full fastmath is no faster and loses NaN.
VECTORISED = {"error_model": "numpy", "fastmath": {"contract", "nsz"}, "forceinline": True}


def _compiled(functions, **options):
    """{function of the table: what generated code calls}; those also learn to call each other."""
    for function in functions:
        register_jitable(**options)(function)
    return {function: compiled(**options)(function) for function in functions}


_made = _compiled(EXACT, error_model="numpy") | _compiled(SCALAR, **VECTORISED)
FLOAT32 = {op.name: _made[op.float32] for op in TABLE.values() if op.float32}
FLOAT64 = {op.name: _made[op.float64] for op in TABLE.values() if op.float64}

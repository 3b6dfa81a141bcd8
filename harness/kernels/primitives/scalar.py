"""Elementwise functions for generated loops, and the options with which these are compiled.

``FLOAT32[name]`` can be vectorised, ``FLOAT64[name]`` is the exact library function. A loop stays
in float32 only if its literals are float32, as in ``np.float32(2) * x[k]``. Numba computes
``2 * x[k]`` in float64.
"""

from numba.core.compiler import Compiler
from numba.extending import register_jitable

from gatelab.variants.language.table import EXACT, SCALAR, TABLE

from ..caching.numba_cache import compiled


class NoAlias(Compiler):
    """Numba's compiler, with the assumption that no two arguments of the function overlap.

    Otherwise LLVM checks every array that is written against every other array at each call, and
    does not vectorise beyond 128 pairs. With w arrays written and r only read there are
    w (w - 1) / 2 + w r pairs, so the limit is exceeded at 17 written, or at 10 written and 10 read.
    Overlapping arguments are undefined behaviour, unless both are only read.
    """

    def define_pipelines(self):
        self.state.flags.noalias = True
        return super().define_pipelines()


# The division check of Python's error model would prevent vectorisation as well.
LOOP = {
    "error_model": "numpy",
    "fastmath": {"contract", "nsz"},
    "nogil": True,
    "forceinline": True,
    "pipeline_class": NoAlias,
}
# For functions that allocate nothing and are called from compiled code only (a call from Python
# would crash): they compile in two thirds of the time.
SEGMENT = LOOP | {"_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}

# forceinline: by its own cost estimate, LLVM may keep a call in a loop that uses several of these,
# and a call prevents vectorisation. Only "contract" and "nsz": full fastmath is no faster and
# loses NaN.
VECTORISED = {"error_model": "numpy", "fastmath": {"contract", "nsz"}, "forceinline": True}


def _compiled(functions, **options):
    """{name in the table: compiled function}; the functions can also call each other."""
    for function in functions:
        register_jitable(**options)(function)
    return {function: compiled(**options)(function) for function in functions}


_made = _compiled(EXACT, error_model="numpy") | _compiled(SCALAR, **VECTORISED)
FLOAT32 = {op.name: _made[op.float32] for op in TABLE.values() if op.float32}
FLOAT64 = {op.name: _made[op.float64] for op in TABLE.values() if op.float64}

"""Functions of all units of a sequence, in a compiled loop, computed in place.

Each is (a, y, beside, B): a is overwritten, y is read, beside holds a number per sequence; what an
operation does not need may be any array. Arrays are flat, (H * B): row after row, a unit's values
for all sequences. What they compute stands in the table of operations.
"""

from numba.extending import register_jitable

from gatelab.variants.language.operations import REDUCTIONS
from gatelab.variants.language.table import TABLE

from .columns import over_columns
from .options import OPTIONS


def _in_place(operation):
    if operation.columns:
        return over_columns(operation.columns)
    return register_jitable(**OPTIONS)(operation.in_place)


IN_PLACE = {name: _in_place(TABLE[name]) for name in REDUCTIONS}

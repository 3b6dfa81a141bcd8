"""Functions of all units of a sequence, in a compiled loop, computed in place.

Each is (a, y, beside, B): a is overwritten, y is read, beside holds a number per sequence; what an
operation does not need may be any array. Arrays are flat, (H * B): row after row, a unit's values
for all sequences. What they compute stands in the table of operations.
"""

from gatelab.variants.language.operations import REDUCTIONS
from gatelab.variants.language.table import TABLE

from .columns import over_columns

#: Per operation its stages; a name stands for a function of single values, applied to a.
STAGES = {
    name: [s if isinstance(s, str) else over_columns(s) for s in TABLE[name].stages]
    for name in REDUCTIONS
}

"""Reductions in a compiled loop: functions of all units of a sequence, computed in place.

Each has the arguments (a, y, beside, B): a is overwritten, y is read, beside holds one number per
sequence. An array that an operation does not need may be any array. Arrays are flat, (H * B); each
row holds one unit's values for all sequences. The table of operations defines what they compute.
"""

from gatelab.variants.language.operations import REDUCTIONS
from gatelab.variants.language.table import TABLE

from .columns import over_columns

#: The stages of each operation. A string is the name of an elementwise function, applied to a.
STAGES = {
    name: [s if isinstance(s, str) else over_columns(s) for s in TABLE[name].stages]
    for name in REDUCTIONS
}

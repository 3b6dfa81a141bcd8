"""Functions of all units of a sequence, in a compiled loop, computed in place.

Arrays are flat, (H * B): row after row, a unit's values for all sequences.
"""

from numba import njit

from variants.operations import EPSILON

from .columns import mean_block, norm_back_block, norm_block
from .options import INNER
from .registers import LANES

# Columns at a time: enough sums at once to hide how long an addition takes, then what is left.
WIDE, ONE = 4 * (LANES or 4), LANES or 4


def reductions(real):
    """(mean, layer_norm, layer_norm_back) for "float32" or "float64", compiled at first use."""
    mean = _over_columns(*(mean_block(real, width) for width in (WIDE, ONE, 1)))
    norm = _over_columns(*(norm_block(real, width, EPSILON) for width in (WIDE, ONE, 1)))
    back = _over_columns(*(norm_back_block(real, width) for width in (WIDE, ONE, 1)))
    size = 4 if real == "float32" else 8

    @njit(**INNER)
    def mean_(a, B):
        """a = the mean over its units, repeated for every unit."""
        mean(a.ctypes.data, 0, 0, B, len(a) // B, size)

    @njit(**INNER)
    def layer_norm(a, deviation, B):
        """a = (a - mean(a)) / deviation(a), and that deviation, (B,)."""
        norm(a.ctypes.data, 0, deviation.ctypes.data, B, len(a) // B, size)

    @njit(**INNER)
    def layer_norm_back(bar, y, deviation, B):
        """bar = (bar - mean(bar) - y * mean(bar * y)) / deviation."""
        back(bar.ctypes.data, y.ctypes.data, deviation.ctypes.data, B, len(bar) // B, size)

    return mean_, layer_norm, layer_norm_back


def _over_columns(wide, one, single):
    """Blocks of columns, put together to all B of them."""

    @njit(**INNER)
    def run(a, y, deviation, B, rows, size):
        b = 0
        while b < B:
            at = size * b
            if b + WIDE <= B:
                wide(a + at, y + at, deviation + at, B, rows)
                b += WIDE
            elif b + ONE <= B:
                one(a + at, y + at, deviation + at, B, rows)
                b += ONE
            else:
                single(a + at, y + at, deviation + at, B, rows)
                b += 1

    return run

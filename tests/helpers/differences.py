"""Slopes by finite differences, for functions that no complex step can pass through.

Both move an array in place and put it back.
"""

import numpy as np


def slope(function, at, direction, step=3e-4):
    """Slope of ``function()`` as the array ``at`` moves along a direction, to fourth order."""
    start, values = at.copy(), {}
    for k in (-2, -1, 1, 2):
        at[...] = start + k * step * direction
        values[k] = function()
    at[...] = start
    return (8 * (values[1] - values[-1]) - values[2] + values[-2]) / (12 * step)


def slopes(function, at, step=1e-5):
    """Central differences of ``function()``, one entry of ``at`` after the other."""
    found = np.zeros_like(at)
    for k in np.ndindex(at.shape):
        kept = at[k]
        at[k] = kept + step
        up = function()
        at[k] = kept - step
        found[k] = (up - function()) / (2 * step)
        at[k] = kept
    return found

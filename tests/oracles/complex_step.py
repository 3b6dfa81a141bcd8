"""Derivatives by complex step: f'(a) = Im f(a + ih) / h, exact to rounding for any tiny h.

Unlike in a finite difference nothing is subtracted, so h may be 1e-30, and its square vanishes. The
method needs no rules of differentiation and can therefore check code that uses them.

Squire and Trapp (1998), SIAM Review 40(1).
"""

import numpy as np

STEP = 1e-30


def gradient(function, arrays):
    """Gradient of a real scalar function of {name: array}, entry by entry, shaped as ``arrays``."""
    point = {name: np.asarray(value, dtype=complex) for name, value in arrays.items()}
    return {name: _partials(function, point, name) for name in point}


def _partials(function, point, name):
    result = np.empty(point[name].shape)
    for index in np.ndindex(result.shape):
        nudged = point[name].copy()
        nudged[index] += 1j * STEP
        result[index] = function({**point, name: nudged}).imag / STEP
    return result

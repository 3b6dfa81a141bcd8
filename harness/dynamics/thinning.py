"""Fewer of many: evenly chosen indices."""

import numpy as np


def evenly(available, most):
    """At most ``most`` of the indices below ``available``, the first and the last among them."""
    return np.unique(np.linspace(0, available - 1, min(available, most)).round().astype(int))

"""Series made up for tests."""

import numpy as np


def wave(steps, period):
    return np.sin(2 * np.pi * np.arange(steps) / period)

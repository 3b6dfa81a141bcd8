"""Random numbers of tests."""

import numpy as np
from hypothesis import strategies as st

#: What hypothesis may choose as a seed.
seeds = st.integers(0, 2**32 - 1)


def rng(seed=0):
    return np.random.default_rng(seed)

"""Mean and standard deviation of columns of numbers of any size."""

import numpy as np


def moments(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each column, whose squares need not be finite.

    Columns are scaled by a power of two and back, which is exact: where NumPy's own mean and
    standard deviation are finite and not 0, these are the same to the bit.

    Args:
        rows: (T, D), float64.

    Returns:
        (D,) and (D,).
    """
    _, exponents = np.frexp(np.abs(rows).max(0))
    scaled = np.ldexp(rows, -exponents)
    return np.ldexp(scaled.mean(0), exponents), np.ldexp(scaled.std(0), exponents)

"""Does one of two cells fail more often?"""

import numpy as np
from scipy.special import bdtr


def mcnemar(first, second):
    """McNemar's exact test on paired failures: draws that failed in one of the two cells only.

    Args:
        first, second: (n,), whether the trial of each shared draw failed.

    Returns:
        p, two-sided; 1 if no draw failed in one only.

    McNemar (1947), Psychometrika 12:153-157.
    """
    first, second = np.asarray(first, dtype=bool), np.asarray(second, dtype=bool)
    one, other = int((first & ~second).sum()), int((second & ~first).sum())
    return min(1.0, 2 * float(bdtr(min(one, other), one + other, 0.5)))

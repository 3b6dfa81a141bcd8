"""Is a difference smaller than a margin?"""

import numpy as np

from .signed_rank import signed_rank


def equivalence(differences, margin):
    """The p of two one-sided signed-rank tests: is the difference within ±margin?

    It is the larger of both p, so that a true difference of one margin passes at level alpha in at
    most alpha of the studies.

    Args:
        differences: (n,), paired differences without NaN.
        margin: above 0, in their unit.

    Schuirmann (1987), J. Pharmacokin. Biopharm. 15:657-680.
    """
    d = np.asarray(differences, dtype=float)
    return max(signed_rank(d + margin, "greater"), signed_rank(d - margin, "less"))


def margin_of(margin, noise):
    """The margin asked for, or else half the noise; NaN if neither is known.

    A margin that is not above zero is no margin.
    """
    chosen = margin if margin is not None else np.nan if noise is None else noise / 2
    return float(chosen) if chosen > 0 else np.nan

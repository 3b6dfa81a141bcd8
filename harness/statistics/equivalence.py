"""Is a difference smaller than a margin?"""

from numbers import Real

import numpy as np

from ..errors import StudyError
from .signed_rank import signed_rank
from .steps import largest, on_grid, told_apart


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
    margin = on_grid(margin, d)
    above, below = told_apart(np.array([d + margin, d - margin]), largest(d, margin))
    return max(signed_rank(above, "greater"), signed_rank(below, "less"))


def margin_of(margin, noise):
    """The margin asked for, or else half the noise; NaN if that is not above 0."""
    chosen = noise / 2 if np.isnan(margin) else margin
    return chosen if chosen > 0 else np.nan


def size(name, value):
    """A size of a difference as a number, NaN if it is not known.

    Raises:
        StudyError: it is negative, infinite or no number.
    """
    if value is None:
        return np.nan
    number = float(value) if isinstance(value, Real) and not isinstance(value, bool) else -1.0
    if np.isnan(number) or 0 <= number < np.inf:
        return number
    raise StudyError(f"{name} {value!r} is not a size; give a number of at least 0")

"""Scores that come in steps, as an accuracy does: ties that binary fractions would hide."""

import numpy as np

DIGITS = 12


def told_apart(values, scale):
    """The values, rounded to 12 digits of a scale.

    .3 - .2 and .1 - .0 differ by 3e-17 as binary fractions. As differences of scores they are tied.
    """
    if not 0 < scale < np.inf:
        return np.asarray(values)
    return np.round(values, DIGITS - int(np.ceil(np.log10(scale))))


def largest(*values):
    """The largest finite absolute value, 0 if there is none."""
    absolute = np.abs(np.concatenate([np.ravel(v) for v in values]))
    return float(np.max(absolute, initial=0.0, where=np.isfinite(absolute)))


def on_grid(margin, differences):
    """The margin, or the next multiple of half a step below it if the differences have ties.

    Only about such a multiple can differences in steps be symmetric. About any other margin the
    signed-rank test errs: it called cells equal that were one margin apart in up to 11% of the
    studies, with steps of one standard deviation of the noise.
    """
    finite = differences[np.isfinite(differences)]
    values = np.unique(finite)
    if len(values) == len(finite) or len(values) < 2:
        return margin
    half = np.diff(values).min() / 2
    return np.floor(margin / half + 1e-9) * half

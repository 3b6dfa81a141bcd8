"""Comparison of two sets of arrays: the largest difference, and the array that has it."""

import numpy as np

from ..errors import CertificationError

#: Lower bound on the scale of an array, relative to the largest array. An array that is much
#: smaller may be zero up to rounding, such as the gradient of a shift that a normalisation removes.
FLOOR = 1e-3


class NotFinite(CertificationError):
    """An array has an infinity or NaN where a finite number is required."""


def compare(check, found, right, bound):
    """Largest relative difference between arrays of the same names.

    Differences are relative to the largest entry of each array, not to each entry, so that entries
    near zero do not dominate.

    Args:
        check: name of the check, for messages.
        found: {description: array} to be checked.
        right: {description: array} of correct values.
        bound: largest relative difference allowed.

    Raises:
        CertificationError: a difference exceeds the bound or is NaN; the message names the worst
            array and both numbers.
    """
    finite(check, right, np.finfo(float).max)
    whole = max(_size(a) for a in right.values())
    differences = {n: _difference(found[n], right[n], FLOOR * whole) for n in right}
    off = [n for n in right if not differences[n].max(initial=0) <= bound]
    if off:
        broken = any(not np.isfinite(found[n]).all() for n in off)
        refusal = NotFinite if broken else CertificationError
        raise refusal(f"{check}: {_worst(off, differences, found, right, bound)}")
    return float(max(d.max(initial=0) for d in differences.values()))


def finite(check, found, bound):
    """Largest magnitude among arrays that must be finite.

    Args:
        check: name of the check, for messages.
        found: {description: array}.
        bound: largest magnitude allowed.

    Raises:
        NotFinite: an entry exceeds the bound or is NaN; the message names the entry, its value and
            the bound.
    """
    for name, array in found.items():
        if not (np.abs(array) <= bound).all():
            at = np.unravel_index(int(np.argmin(np.abs(array) <= bound)), array.shape)
            raise NotFinite(
                f"{check}: {_entry(name, at)} is {array[at]:.6g}, allowed are +-{bound:.2g}"
            )
    return float(max(np.abs(array).max() for array in found.values()))


def _size(array):
    return float(np.abs(array).max(initial=0))


def _difference(found, right, floor):
    """|found - right| relative to the size of right; infinite for NaN or unequal shapes."""
    found, right = np.asarray(found), np.asarray(right)
    if found.shape != right.shape:
        return np.full(right.shape or 1, np.inf)
    apart = np.abs(found - right) / max(_size(right), floor, 1e-300)
    return np.where(np.isfinite(apart), apart, np.inf)


def _worst(off, differences, found, right, bound):
    name = max(off, key=lambda n: differences[n].max())
    shapes = np.shape(found[name]), np.shape(right[name])
    if shapes[0] != shapes[1]:
        return f"{name} has shape {shapes[0]}, should have {shapes[1]}"
    at = np.unravel_index(int(np.argmax(differences[name])), shapes[1])
    others = [n for n in off if n != name]
    also = f"; {', '.join(others)} too" if others else ""
    return (
        f"{_entry(name, at)} is {found[name][at]:.12g}, should be {right[name][at]:.12g} "
        f"(relative difference {differences[name].max():.1e}, allowed {bound:.0e}{also})"
    )


def _entry(name, at):
    return f"{name}{list(map(int, at))}" if at else name

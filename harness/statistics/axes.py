"""The scales of a search: hyperparameters as positions on axes of equal probability.

A learning rate drawn log-uniformly is uniform on a logarithmic axis, so that half of the draws lie
on each half of the axis. On a linear axis almost all of it would be large learning rates, and any
share of variance would be that of large ones.
"""

import numpy as np

from ..errors import StudyError


def position(values, entry, name):
    """Where values of a hyperparameter lie on its axis.

    Args:
        values: (n,).
        entry: of the search space: ``(low, high)``, ``(low, high, "log")`` or ``[a, b, c]``.
        name: for the message.

    Returns:
        (n,), from 0 to 1 within a range; 0, 1, 2 ... for the choices of a list.

    Raises:
        StudyError: a value that the search cannot have drawn.
    """
    if isinstance(entry, list):
        places = {value: place for place, value in enumerate(entry)}
        known = [None if value != value else value for value in values]  # None, once in a table
        found = np.array([places.get(value, np.nan) for value in known], dtype=float)
    else:
        low, high = ends(entry)
        found = (scale(np.asarray(values, dtype=float), entry) - low) / ((high - low) or 1.0)
    outside = ~((found >= -1e-9) & ((found <= 1 + 1e-9) | isinstance(entry, list)))
    if outside.any():
        value = list(values)[int(np.argmax(outside))]
        raise StudyError(f"{name} = {value!r} does not come from the search space {entry!r}")
    return found


def grid(entry, size):
    """Positions that are equally probable: all choices, or the middles of ``size`` equal parts."""
    return np.arange(len(entry)) if isinstance(entry, list) else (np.arange(size) + 0.5) / size


def value_at(positions, entry):
    """The values of a hyperparameter at positions on its axis; the inverse of ``position``."""
    if isinstance(entry, list):
        return [entry[int(each)] for each in positions]
    low, high = ends(entry)
    values = low + (high - low) * np.asarray(positions)
    values = np.exp(values) if is_log(entry) else values
    return list(np.clip(values, *entry[:2]))  # an integer's half unit is no value


def ends(entry):
    """The ends of a range on its scale; an integer covers half a unit on both sides."""
    low, high = entry[:2]
    if isinstance(low, int) and isinstance(high, int):
        low, high = low - 0.5, high + 0.5
    return scale(low, entry), scale(high, entry)


def scale(values, entry):
    return np.log(values) if is_log(entry) else values


def is_log(entry):
    return len(entry) == 3

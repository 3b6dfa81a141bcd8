"""Activations: every named value of a step along one test sequence."""

from dataclasses import dataclass

import numpy as np

from .gates import found_gates
from .thinning import evenly

STEPS, UNITS = 200, 48  # most that a picture shows
NUMBERS = 50_000  # most values in all: a file of some 300 kB


@dataclass(frozen=True)
class Activations:
    """Every named value along one sequence, for a picture.

    Attributes:
        x: (T, D), what the layer reads; T is at most ``STEPS``, D at most ``UNITS``.
        values: {name: (T, U)}, U of the units, evenly chosen: at most ``UNITS``, fewer of long
            sequences in cells of many values.
        roles: {name: "gate", "state" or "value"}.
    """

    x: np.ndarray
    values: dict[str, np.ndarray]
    roles: dict[str, str]


def activations(passage, row=0):
    """The values along one sequence.

    Args:
        passage: a ``Passage``.
        row: which of its sequences.

    Returns:
        ``Activations``.
    """
    shown = np.zeros_like(passage.valid)
    shown[: min(STEPS, passage.lengths[row]), row] = True
    steps = int(shown.sum())
    gates, _ = found_gates(passage)
    named = passage.look(shown, nodes=gates)
    states = {name: s[1 : steps + 1, :, row].T for name, s in passage.states.items()}
    room = max(NUMBERS // (steps * len(named | states)), 1)
    units = evenly(passage.layer.hidden, min(UNITS, room))
    values = {name: value[units].T for name, value in (named | states).items()}
    roles = {name: "state" if name in states else "value" for name in values}
    x = passage.x[:steps, evenly(passage.x.shape[1], UNITS), row]
    return Activations(x, values, roles | dict.fromkeys(gates, "gate"))

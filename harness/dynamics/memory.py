"""Memory: how many steps a unit takes to lose half of what it holds.

A step multiplies a state by a factor, in the LSTM by its forget gate: c' = f c + i g. After k steps
the share f_1 f_2 ... f_k is left, so half is left after log(1/2) / mean(log f) steps. Which factor
it is comes from the equations; see ``calculus.keeping``.

This is said of single units. A network may remember for longer: its units hand values on through
matrices, and a mean of logarithms gives much weight to the few steps at which a gate shuts. How far
back the network reaches is told by ``lag``.
"""

from dataclasses import dataclass

import numpy as np

from ..calculus.gates import label
from ..calculus.keeping import keeping

#: A smaller share of a state is lost in float32's rounding.
LEAST = 2.0**-24
LONGEST = 48  # letters of a factor that is written out


@dataclass(frozen=True)
class Memory:
    """How fast the units forget one of their states.

    Attributes:
        state: name of the state.
        factor: what a step multiplies it by, as text: "f", "1 - z"; "d h' / d h" if it is long.
        rate: (H,), mean of log |factor| over all steps: 0 keeps everything, below 0 forgets, above
            0 grows.
    """

    state: str
    factor: str
    rate: np.ndarray

    @property
    def half_life(self):
        """(H,), in steps; infinite for a unit that does not forget."""
        with np.errstate(divide="ignore"):
            return np.where(self.rate < 0, np.log(0.5) / self.rate, np.inf + self.rate)


def memories(passage):
    """How fast each state is forgotten, over all valid steps of all sequences.

    Args:
        passage: a ``Passage``.

    Returns:
        tuple of ``Memory``; empty if all that a cell remembers goes through a matrix, as in the
        simple recurrent network.
    """
    program, factors = keeping(passage.program, passage.hypers)
    names = {f"{state} kept": node for state, node in factors.items()}  # no variable has a space
    values = passage.look(passage.valid, program, names)
    return tuple(
        Memory(state, _text(program, node, state), _rate(values[f"{state} kept"]))
        for state, node in factors.items()
    )


def _rate(factor):
    return np.log(np.maximum(np.abs(factor), LEAST)).mean(1)


def _text(program, node, state):
    text = label(program, node)
    return text if len(text) <= LONGEST else f"d {state}' / d {state}"

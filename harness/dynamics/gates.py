"""Gates: which there are, and how often each is shut or fully open.

Karpathy, Johnson, Li (2015), Visualizing and Understanding Recurrent Networks, arXiv:1506.02078,
call a gate left-saturated below .1 and right-saturated above .9, and plot the two shares of every
unit against each other.
"""

from dataclasses import dataclass

import numpy as np

from ..calculus import gates as derived

SHUT, OPEN = 0.1, 0.9


@dataclass(frozen=True)
class Gate:
    """How often a gate is saturated, unit by unit.

    Attributes:
        name: as in the equations; an expression for a gate that has no name.
        low: (H,), share of the steps at which a unit's gate is below ``SHUT``.
        high: (H,), share of the steps at which it is above ``OPEN``.
        observed: whether it is a gate only because all its values here were between 0 and 1.
    """

    name: str
    low: np.ndarray
    high: np.ndarray
    observed: bool = False


def found_gates(passage):
    """The gates of a layer.

    A gate multiplies another value and lies between 0 and 1 whatever the weights and inputs. If a
    cell has none, a value that multiplies and lay there at every step counts as one.

    Args:
        passage: a ``Passage``.

    Returns:
        {name: node}; whether they are gates by observation only.
    """
    program, blocks = passage.program, passage.program.blocks
    bounded = derived.gates(blocks, passage.hypers)
    candidates = {derived.label(program, node): node for node in bounded or derived.factors(blocks)}
    if bounded or not candidates:
        return candidates, False
    values = passage.look(passage.valid, nodes=candidates)
    inside = lambda v: bool(v.min() >= 0 and v.max() <= 1)
    return {name: node for name, node in candidates.items() if inside(values[name])}, True


def saturation(passage):
    """How often each gate is saturated, over all valid steps of all sequences.

    Args:
        passage: a ``Passage``.

    Returns:
        tuple of ``Gate``, in the order of the step; empty for a cell without gates.
    """
    gates, observed = found_gates(passage)
    values = passage.look(passage.valid, nodes=gates)
    return tuple(
        Gate(name, _share(values[name] < SHUT, values[name]), _share(values[name] > OPEN,
             values[name]), observed)
        for name in gates
    )  # fmt: skip


def _share(where, values):
    """(H,), the share of steps; NaN for a unit whose values are."""
    return np.where(np.isnan(values).any(1), np.nan, where.mean(1))

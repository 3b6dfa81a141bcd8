"""All that is found out about a trained cell, as one value that can be written to a file."""

from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from ..errors import LayerError
from ..foundation.jsonable import plain
from . import activations, drift, gates, lag, memory, passage

DIGITS = 3  # that a file keeps


@dataclass(frozen=True)
class Dynamics:
    """What a trained cell does on test sequences.

    Attributes:
        cell: the variant's name.
        place: which layer of the network was looked at; "" if it has only one.
        sequences: number of sequences that were read.
        steps: number of steps of the longest.
        activations: every named value of the step along the first sequence.
        gates: how often each gate is saturated.
        memories: how fast each state is forgotten.
        drifts: the size of each state along a sequence.
        lag: the norm of the gradient against the lag.
    """

    cell: str
    place: str
    sequences: int
    steps: int
    activations: activations.Activations
    gates: tuple[gates.Gate, ...]
    memories: tuple[memory.Memory, ...]
    drifts: tuple[drift.Drift, ...]
    lag: lag.Lag

    def to_json(self):
        """A dict of lists, numbers and text that ``json`` can write; NaN and infinity are None."""
        return plain(_rounded(asdict(self)))

    @classmethod
    def from_json(cls, kept):
        """What ``to_json`` returned, as a ``Dynamics`` again.

        Raises:
            LayerError: it is something else.
        """
        try:
            made = {
                "activations": activations.Activations(**_arrays(kept["activations"])),
                "gates": _each(gates.Gate, kept["gates"]),
                "memories": _each(memory.Memory, kept["memories"]),
                "drifts": _each(drift.Drift, kept["drifts"]),
                "lag": lag.Lag(**_arrays(kept["lag"])),
            }
            return cls(**{f.name: kept[f.name] for f in fields(cls)} | made)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise LayerError(
                f"not what Dynamics.to_json wrote ({error}); describe the network again"
            ) from None


def of(network, batch):
    """What a trained network's cell does; see ``Dynamics``.

    In a network of several layers it is the forward layer of the highest level.

    Args:
        network: a ``Network``, of any backend; the computation is NumPy's, in float64.
        batch: test sequences, a ``tasks`` ``Batch``; targets are not used.

    Returns:
        ``Dynamics``.

    Raises:
        LayerError: not a batch, or not one of sequences that the network reads.
    """
    with np.errstate(all="ignore"):  # diverged networks are looked at, too
        run = passage.passage(network, batch)
        return Dynamics(
            network.layer.program.title,
            _place(network.stack),
            len(run.lengths),
            len(run.x),
            activations.activations(run),
            gates.saturation(run),
            memory.memories(run),
            drift.drifts(run),
            lag.lag(network, run),
        )


def _place(stack):
    levels = f"level {len(stack.levels)} of {len(stack.levels)}" if len(stack.levels) > 1 else ""
    return ", ".join(filter(None, [levels, "forward layer" * stack.wiring.bidirectional]))


def _rounded(value):
    """Arrays with ``DIGITS`` significant digits of their largest element, vectors of each."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    if not isinstance(value, np.ndarray):
        return value
    if value.ndim < 2:
        return [float(f"{v:.{DIGITS + 1}g}") for v in value]
    size = np.abs(value, where=np.isfinite(value), out=np.zeros_like(value)).max(initial=0)
    return value.round(DIGITS - 1 - int(np.floor(np.log10(size))) if size > 0 else 0)


def _arrays(kept) -> dict[str, Any]:
    """A dict with lists as arrays; None is NaN."""
    return {
        key: np.array(item, float) if isinstance(item, list) else
             _arrays(item) if isinstance(item, dict) else
             np.nan if item is None else item
        for key, item in kept.items()
    }  # fmt: skip


def _each(cls, kept):
    return tuple(cls(**_arrays(item)) for item in kept)

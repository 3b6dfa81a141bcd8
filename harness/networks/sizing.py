"""The number of units that gives a network a requested number of parameters."""

from bisect import bisect_left
from dataclasses import fields

from ..errors import StudyError
from .network import count, shapes_of
from .stack import Stack, Wiring


def hidden_for(parameters, task, variant, settings):
    """Units per layer with which a network comes nearest to a number of parameters.

    All parameters of the network count: every level, both directions, embedding, projections and
    readout.

    Args:
        parameters: the requested number.
        task: gives the numbers of inputs and outputs.
        variant: the cell.
        settings: of the trial; the fields of ``stack.Wiring`` are read.

    Returns:
        H, at least 1.

    Raises:
        StudyError: fewer parameters than the smallest network has.
    """
    wiring = Wiring(**{field.name: settings[field.name] for field in fields(Wiring)})

    def size(hidden):
        return count(shapes_of(Stack(variant, task.inputs, hidden, wiring), task.outputs))

    least = size(1)
    if parameters < least:
        raise StudyError(
            f"parameters is {parameters}; a network of {variant.name or variant} has at least "
            f"{least} on {task.name}: give as many, or other settings"
        )
    high = 1
    while size(high) < parameters:
        high *= 2
    above = bisect_left(range(high + 1), parameters, 1, key=size)
    below = max(above - 1, 1)
    return min((below, above), key=lambda hidden: abs(size(hidden) - parameters))

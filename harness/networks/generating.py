"""A network goes on from an opening, reading what was drawn from its own predictions."""

import math
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np

from gatelab.tasks import Task
from gatelab.tasks.framework.writer import Writer

from ..errors import StudyError
from .network import Network


class Sample(NamedTuple):
    """What a network has written.

    x: (T, D), the opening and, from step ``given`` on, what was drawn.
    """

    x: np.ndarray
    given: int


def generate(
    network: Network,
    task: Task,
    steps: int,
    rng: np.random.Generator,
    opening: np.ndarray | str = "",
    temperature: float = 1.0,
) -> Sample:
    """Let a network write ``steps`` steps.

    Args:
        opening: what it begins with, as text or as x (T, D); nothing by default.
        temperature: divides the logits; 0 takes the most probable answer at every step.

    Raises:
        StudyError: a task that cannot be written, a network that does not fit it, steps or a
            temperature below 0.
        TaskError: an opening that is not in the task's symbols.
    """
    writer = writer_of(network, task)
    if steps < 1 or not (temperature >= 0 and math.isfinite(temperature)):
        raise StudyError(
            f"{steps} steps at temperature {temperature}: give at least 1 step and a "
            "temperature of 0 or more"
        )
    begun = writer.read(opening) if isinstance(opening, str) else opening
    drawn = islice(continued(network, writer, begun[None], temperature, rng), steps)
    return Sample(np.concatenate([begun, *drawn]), len(begun))


def writer_of(network: Network, task: Task) -> Writer:
    """How the task is written; StudyError if it cannot be, or not by this network."""
    writer = task.writer()
    if writer is None:
        raise StudyError(
            f"{task.name} cannot be written: what it predicts is not the next step of its sequences"
        )
    asked = (task.kind, writer.inputs, writer.outputs)
    found = (network.kind, network.inputs, network.outputs)
    if asked != found:
        raise StudyError(
            f"the network does not fit {task.name}: its kind, inputs and outputs are {found}, "
            f"not {asked}"
        )
    if network.stack.wiring.bidirectional:
        raise StudyError("a bidirectional network cannot write: it reads what is not there yet")
    return writer


def continued(
    network: Network,
    writer: Writer,
    opening: np.ndarray,
    temperature: float,
    rng: np.random.Generator,
) -> Iterator[np.ndarray]:
    """What follows an opening (N, T, D), one step (N, D) after the other, without end."""
    x, state = writer.fed(opening), None
    while True:
        outputs, state = network.advance(x, state)
        drawn = writer.drawn(outputs[:, -1], temperature, rng)
        yield drawn
        x = drawn[:, None]

"""Generate sequences: a network reads, step by step, what is sampled from its own predictions."""

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
    """A sequence that a network has continued.

    Attributes:
        x: (T, D), the opening followed by the generated steps.
        given: number of steps of the opening.
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
    """Let a network generate a sequence.

    Args:
        steps: number of steps to generate after the opening.
        rng: draws the samples.
        opening: what the network reads first, as text or as x (T, D); empty by default.
        temperature: the logits are divided by it; 0 takes the most probable symbol at every step.

    Returns:
        the opening and the generated steps.

    Raises:
        StudyError: the task's sequences cannot be generated, the network does not fit the task,
            fewer than 1 step, or a negative temperature.
        TaskError: the opening contains symbols that the task does not have.
    """
    writer = writer_of(network, task)
    if steps < 1 or not (temperature >= 0 and math.isfinite(temperature)):
        raise StudyError(
            f"{steps} steps at temperature {temperature}: give at least 1 step and a "
            "temperature of 0 or more"
        )
    given = writer.read(opening) if isinstance(opening, str) else opening
    drawn = islice(continuation(network, writer, given[None], temperature, rng), steps)
    return Sample(np.concatenate([given, *drawn]), len(given))


def writer_of(network: Network, task: Task) -> Writer:
    """The task's writer, which encodes openings and samples the next step.

    Raises:
        StudyError: the task has no writer, or the network does not fit the task.
    """
    writer = task.writer()
    if writer is None:
        raise StudyError(
            f"{task.name} cannot be written: what it predicts is not the next step of its sequences"
        )
    expected = (task.kind, writer.inputs, writer.outputs)
    actual = (network.kind, network.inputs, network.outputs)
    if expected != actual:
        raise StudyError(
            f"the network does not fit {task.name}: its kind, inputs and outputs are {actual}, "
            f"not {expected}"
        )
    if network.stack.wiring.bidirectional:
        raise StudyError(
            "a bidirectional network cannot write: it would have to read the steps still to come"
        )
    return writer


def continuation(
    network: Network,
    writer: Writer,
    opening: np.ndarray,
    temperature: float,
    rng: np.random.Generator,
) -> Iterator[np.ndarray]:
    """Endless continuation of an opening.

    Args:
        opening: (N, T, D).

    Yields:
        one generated step (N, D) at a time.
    """
    x, state = writer.fed(opening), None
    while True:
        outputs, state = network.advance(x, state)
        drawn = writer.drawn(outputs[:, -1], temperature, rng)
        yield drawn
        x = drawn[:, None]

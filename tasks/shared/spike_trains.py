"""Trains of spikes with random intervals, for the tasks that measure or make them."""

from typing import ClassVar

import numpy as np

from ..framework.batches import Batch
from .generated import Generated
from .rows import of_numbers


class SpikeTrains(Generated):
    """Spikes whose delays are measured or asked for, at every step; longer trains in the test."""

    kind = "series"
    metric = "mse"
    inputs = 1
    outputs = 1
    epochs = 30
    search: ClassVar = {"hidden": (4, 32)}

    interval = 10
    largest = 1
    spikes = 10
    test_spikes = 100
    valid_sequences = 200
    test_sequences = 100

    def draw(self, rng, size, split="train"):
        spikes = self.test_spikes if split == "test" else self.spikes
        return self.batch(*trains(rng, size, spikes, self.interval, self.largest))

    def batch(self, delays: np.ndarray, steps: np.ndarray, train: np.ndarray) -> Batch:
        """The sequences of trains as ``trains`` returns them, each up to its last spike."""
        raise NotImplementedError(f"{type(self).__name__} has no batch(delays, steps, train)")

    def sketch(self, batch):
        return of_numbers(batch)


def trains(
    rng: np.random.Generator, size: int, spikes: int, interval: int, largest: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The n-th spike comes ``interval`` + I(n) steps after the one before it (or the beginning).

    Returns:
        (N, spikes) the delays I, uniform in 0, 1, ... ``largest``; (N, spikes) the steps of the
        spikes, from 0; (N, T) float32, 1 at each spike, 0 elsewhere. The latest last spike is at
        step T - 1.
    """
    delays = rng.integers(largest, size=(size, spikes), endpoint=True)
    steps = np.cumsum(interval + delays, axis=1) - 1
    train = np.zeros((size, steps[:, -1].max() + 1), np.float32)
    np.put_along_axis(train, steps, 1, axis=1)
    return delays, steps, train

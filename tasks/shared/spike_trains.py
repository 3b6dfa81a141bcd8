"""Spike trains with random intervals, for the tasks that measure or generate intervals."""

from typing import ClassVar

import numpy as np

from ..framework.batches import Batch
from .generated import Generated
from .rows import of_numbers


class SpikeTrains(Generated):
    """Spikes whose delays are to be measured or produced; the test has longer trains."""

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
        """The sequences of trains, in the form that ``trains`` returns, up to their last spikes."""
        raise NotImplementedError(f"{type(self).__name__} has no batch(delays, steps, train)")

    def sketch(self, batch):
        return of_numbers(batch)


def trains(
    rng: np.random.Generator, size: int, spikes: int, interval: int, largest: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw trains whose n-th spike comes ``interval`` + I(n) steps after the last or the beginning.

    Returns:
        the delays I (N, spikes), uniform in 0, 1, ... ``largest``; the steps of the spikes
        (N, spikes), counted from 0; the trains (N, T) float32, 1 at each spike and 0 elsewhere. The
        latest spike of all is at step T - 1.
    """
    delays = rng.integers(largest, size=(size, spikes), endpoint=True)
    steps = np.cumsum(interval + delays, axis=1) - 1
    train = np.zeros((size, steps[:, -1].max() + 1), np.float32)
    np.put_along_axis(train, steps, 1, axis=1)
    return delays, steps, train

"""Trains of spikes with random intervals, for the tasks that measure or make them."""

import numpy as np


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

"""Training at toy size."""

import math

import numpy as np

from gatelab import variants
from gatelab.networks.network import BatchGradient, Network
from gatelab.tasks.framework.batches import Batch, Continued, Dataset, StatefulStream, Stream
from gatelab.tasks.framework.dealing import Batches


class Scripted:
    """Validation losses as given; a gradient of -1, so that theta counts updates."""

    def __init__(self, losses, scores=None, broken=None):
        self.theta, self.broken = np.zeros(1), broken
        self.script = iter(zip(losses, scores or losses, strict=True))

    def gradient(self, batch, rng, state=None):
        loss = math.nan if self.theta[0] == self.broken else 1.0
        return BatchGradient(loss, None, -np.ones(1), None)

    def evaluate(self, batch, metric):
        return next(self.script)


# Sources of every kind ---------------------------------------------------------------------------


def drawn(rng, size, steps=3):
    """Series of random numbers: x (size, steps, 2), y (size, steps, 1)."""
    x = rng.standard_normal((size, steps, 2), np.float32)
    return Batch(x, x.sum(2, keepdims=True).cumsum(1), rng.integers(1, steps + 1, size))


def _round(rng, rows, count):
    """Pieces of which each continues the one before."""
    for k in range(count):
        yield (Continued if k else Batch)(*drawn(rng, rows)[:2])


def _endless(rng, rows):
    while True:
        yield from _round(rng, rows, 3)


def _known(rng, rows):
    return Batches(rng, lambda rng: iter([*_round(rng, rows, 4)]), 4)


#: {name: () -> a source of batches}.
SOURCES = {
    "data set": lambda: Dataset(drawn(np.random.default_rng(0), 23)._replace(lengths=None)),
    "ragged": lambda: Dataset(drawn(np.random.default_rng(0), 23)),
    "stream": lambda: Stream(drawn),
    "at once": lambda: Stream(drawn, at_once=3),
    "carried": lambda: StatefulStream(_known, lambda rows: 4),
    "a user's own": lambda: StatefulStream(_endless, lambda rows: 3),
}
NOISE = ("input_dropout", "output_dropout", "recurrent_dropout", "zoneout", "input_noise")


def small_network(noise=0.0, seed=0):
    """An LSTM's two states, three units, one output at every step; nothing is compiled."""
    cell, noises = variants.get("standard")(), dict.fromkeys(NOISE, noise)
    network = Network(cell, 2, 3, 1, "series", **noises, backend="numpy")
    return network.init(np.random.default_rng(seed))

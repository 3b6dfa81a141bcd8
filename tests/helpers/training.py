"""Training at toy size."""

import math

import numpy as np

from gatelab.networks.network import BatchGradient


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

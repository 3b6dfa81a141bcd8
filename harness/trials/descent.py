"""Updates of a network's weights, one after the other: the steps of every training loop."""

import math
from typing import Any, NamedTuple

import numpy as np

from ..networks.network import BatchGradient
from .optimizers import OPTIMIZERS, clipped, decay, rate


class Stopped(Exception):
    """Training ended before its budget; a study's loop puts what there is into ``course``."""

    course: Any


class Diverged(Stopped):
    """The loss or its gradient is no longer a finite number."""


class Update(NamedTuple):
    """One update: what the network found on its batch, and the gradient's norm before clipping."""

    found: BatchGradient
    norm: float


class Descent:
    """Gradient descent on a network, in place.

    Attributes:
        done: updates so far; lr: the last one's learning rate.
        state: the network's after the last batch, for one that goes on from there.
    """

    def __init__(self, network, settings, rng):
        self.network, self.settings, self.rng = network, settings, rng
        self.optimizer = OPTIMIZERS[settings["optimizer"]](network.theta, settings["momentum"])
        self.done, self.lr, self.state = 0, math.nan, None

    def update(self, batch, spent, follows):
        """Move the weights by one batch.

        Args:
            spent: shares of the budget that are spent before the update and with it.
            follows: whether the batch goes on where the last one ended.

        Raises:
            Diverged: the loss or the gradient's norm is not finite; the weights stay.
        """
        found = self.network.gradient(batch, self.rng, self.state if follows else None)
        gradient, norm = clipped(found.gradient, self.settings["clip"] or None)
        self.done, self.state = self.done + 1, found.state
        if not np.isfinite([found.loss, norm]).all():
            raise Diverged(f"diverged at update {self.done}: the loss is no finite number")
        self._move(gradient, *spent)
        return Update(found, norm)

    def _move(self, gradient, before, after):
        settings, theta = self.settings, self.network.theta
        factor = rate(settings["schedule"], settings["warmup"], before, after)
        self.lr = settings["lr"] * factor
        decay(theta, self.lr, settings["weight_decay"])
        self.optimizer.step(theta, gradient, theta.dtype.type(self.lr))

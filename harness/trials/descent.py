"""Gradient descent: one update of a network's weights, the step of every training loop."""

import math
from typing import Any, NamedTuple

import numpy as np

from ..networks.network import BatchGradient
from .optimizers import OPTIMIZERS, clipped, decay, rate


class Stopped(Exception):
    """Training ended before its budget was spent.

    Attributes:
        course: training.Course so far, set by ``training.train``.
    """

    course: Any


class Diverged(Stopped):
    """The loss or its gradient is no longer finite."""


class Update(NamedTuple):
    """One update.

    Attributes:
        found: what ``Network.gradient`` returned for the batch.
        norm: global norm of the gradient before clipping.
    """

    found: BatchGradient
    norm: float


class Descent:
    """Gradient descent on a network, in place.

    Args:
        network: Network, with its initial weights.
        settings: {setting: value}, complete.
        rng: NumPy generator for dropout and other noise.

    Attributes:
        done: number of updates so far.
        lr: learning rate of the last update.
        state: state of the network after the last batch, for a batch that continues it.
    """

    def __init__(self, network, settings, rng):
        self.network, self.settings, self.rng = network, settings, rng
        self.optimizer = OPTIMIZERS[settings["optimizer"]](network.theta, settings["momentum"])
        self.done, self.lr, self.state = 0, math.nan, None

    def update(self, batch, spent, follows):
        """Update the weights on one batch.

        Args:
            batch: Batch.
            spent: (before, after), shares of the budget spent before and after the update.
            follows: whether the batch continues the sequences of the last one.

        Returns:
            Update.

        Raises:
            Diverged: the loss or the gradient's norm is not finite; the weights are unchanged.
        """
        found = self.network.gradient(batch, self.rng, self.state if follows else None)
        gradient, norm = clipped(found.gradient, self.settings["clip"] or None)
        self.done, self.state = self.done + 1, found.state
        if not np.isfinite([found.loss, norm]).all():
            raise Diverged(f"diverged at update {self.done}: the loss is no finite number")
        self._move(gradient, *spent)
        return Update(found, norm)

    def snapshot(self):
        """The weights and all that their next update depends on, for ``resume``; not copied."""
        return {
            "theta": self.network.theta,
            "optimizer": vars(self.optimizer),
            "rng": self.rng.bit_generator.state,
            "done": self.done,
            "lr": self.lr,
            "state": self.state,
        }

    def resume(self, snapshot):
        """Continue from a snapshot of a descent with the same arguments."""
        self.network.theta[:] = snapshot["theta"]
        vars(self.optimizer).update(snapshot["optimizer"])
        self.rng.bit_generator.state = snapshot["rng"]
        self.done, self.lr, state = snapshot["done"], snapshot["lr"], snapshot["state"]
        self.state = None if state is None else tuple(map(tuple, state))

    def _move(self, gradient, before, after):
        settings, theta = self.settings, self.network.theta
        factor = rate(settings["schedule"], settings["warmup"], before, after)
        self.lr = settings["lr"] * factor
        decay(theta, self.lr, settings["weight_decay"])
        self.optimizer.step(theta, gradient, theta.dtype.type(self.lr))

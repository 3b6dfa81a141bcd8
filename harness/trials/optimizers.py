"""Optimizers, weight decay, learning-rate schedules and clipping, on one flat vector."""

import math

import numpy as np


class Adam:
    """Kingma and Ba (2015), arXiv:1412.6980, with the paper's beta1 .9, beta2 .999, eps 1e-8."""

    def __init__(self, theta, beta1=0.9, beta2=0.999, eps=1e-8):
        self.beta1, self.beta2, self.eps, self.t = beta1, beta2, eps, 0
        self.m, self.v = np.zeros_like(theta), np.zeros_like(theta)

    def step(self, theta, gradient, lr):
        """Move theta in place."""
        self.t += 1
        self.m += (1 - self.beta1) * (gradient - self.m)
        self.v += (1 - self.beta2) * (gradient * gradient - self.v)
        scale = math.sqrt(1 - self.beta2**self.t)
        step = lr * scale / (1 - self.beta1**self.t)
        theta -= step * self.m / (np.sqrt(self.v) + self.eps * scale)


class SGD:
    """Momentum in torch's form: v = mu v + g, theta -= lr v; Nesterov's: theta -= lr (g + mu v).

    ``rescaled`` multiplies the learning rate by 1 - mu. Steps under a constant gradient then have
    the same size whatever the momentum, so that a search can vary the two independently.
    """

    def __init__(self, theta, momentum=0.9, nesterov=False, rescaled=False):
        self.momentum, self.nesterov = momentum, nesterov
        self.scale = 1 - momentum if rescaled else 1
        self.v = np.zeros_like(theta)

    def step(self, theta, gradient, lr):
        """Move theta in place."""
        lr = lr * self.scale
        self.v *= self.momentum
        self.v += gradient
        theta -= lr * (gradient + self.momentum * self.v if self.nesterov else self.v)


class RMSprop:
    """Tieleman and Hinton (2012), lecture 6.5: divide by a running root mean square."""

    def __init__(self, theta, decay=0.9, eps=1e-8):
        self.decay, self.eps = decay, eps
        self.v = np.zeros_like(theta)

    def step(self, theta, gradient, lr):
        """Move theta in place."""
        self.v += (1 - self.decay) * (gradient * gradient - self.v)
        theta -= lr * gradient / (np.sqrt(self.v) + self.eps)


OPTIMIZERS = {
    "adam": lambda theta, momentum: Adam(theta),
    "adamw": lambda theta, momentum: Adam(theta),  # has weight decay by default, see ``DECAY``
    "sgd": lambda theta, momentum: SGD(theta, momentum),
    "nesterov": lambda theta, momentum: SGD(theta, momentum, nesterov=True),
    "rescaled_nesterov": lambda theta, momentum: SGD(theta, momentum, True, rescaled=True),
    "rmsprop": lambda theta, momentum: RMSprop(theta),
}

#: The optimizers that use ``momentum``.
WITH_MOMENTUM = ("sgd", "nesterov", "rescaled_nesterov")

#: Default weight decay; 0 for the other optimizers.
DECAY = {"adamw": 0.01}


def decay(theta, lr, rate):
    """Decoupled weight decay, in place: theta -= lr * rate * theta.

    Loshchilov and Hutter (2019), arXiv:1711.05101, in the form of torch's AdamW: the rate is
    multiplied by the learning rate, so that the schedule applies to both.

    Args:
        theta: (P,), all weights.
        lr: learning rate of the update.
        rate: weight decay; 0 or None for none.
    """
    if rate:
        theta -= theta.dtype.type(lr * rate) * theta


#: Factor on the learning rate after a share ``s`` of the updates.
SCHEDULES = {
    "constant": lambda s: 1.0,
    "linear": lambda s: 1.0 - s,
    "cosine": lambda s: 0.5 * (1.0 + math.cos(math.pi * s)),
}


def rate(schedule, warmup, before, after):
    """Factor on the learning rate of one update.

    Args:
        schedule: a name in ``SCHEDULES``; it starts after the warm-up.
        warmup: share of the budget over which the factor rises linearly to 1.
        before, after: shares of the budget spent before and after the update.
    """
    if before < warmup:
        return min(after / warmup, 1.0)
    return SCHEDULES[schedule]((before - warmup) / (1 - warmup))


@np.errstate(over="ignore")
def clipped(gradient, limit):
    """Clip a gradient by its global norm.

    A norm that overflows in float32 is computed again in float64.

    Args:
        gradient: (P,).
        limit: largest norm; None for no clipping.

    Returns:
        (the clipped gradient, the norm before clipping).
    """
    norm = float(np.sqrt(np.dot(gradient, gradient)))
    if not math.isfinite(norm):
        norm = float(np.linalg.norm(gradient.astype(np.float64)))
    if limit is None or not norm > limit:
        return gradient, norm
    return gradient * gradient.dtype.type(limit / norm), norm

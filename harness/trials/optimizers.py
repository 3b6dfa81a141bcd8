"""Optimizers, weight decay, learning-rate schedules, clipping; all on one flat vector."""

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
    """Momentum in torch's form: v = mu v + g, theta -= lr v; Nesterov's: theta -= lr (g + mu v)."""

    def __init__(self, theta, momentum=0.9, nesterov=False):
        self.momentum, self.nesterov = momentum, nesterov
        self.v = np.zeros_like(theta)

    def step(self, theta, gradient, lr):
        """Move theta in place."""
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
    "adamw": lambda theta, momentum: Adam(theta),  # decays by default, see ``DECAY``
    "sgd": lambda theta, momentum: SGD(theta, momentum),
    "nesterov": lambda theta, momentum: SGD(theta, momentum, nesterov=True),
    "rmsprop": lambda theta, momentum: RMSprop(theta),
}

#: Weight decay where none is given; the other optimizers have none.
DECAY = {"adamw": 0.01}


def decay(theta, lr, rate):
    """Take a share lr * rate off all weights in place, apart from the gradient's step.

    Loshchilov and Hutter (2019), arXiv:1711.05101, in the form of torch's AdamW: multiplied by the
    learning rate, so that a schedule decays both.
    """
    if rate:
        theta -= theta.dtype.type(lr * rate) * theta


#: Factor on the learning rate when a share ``s`` of the updates is done.
SCHEDULES = {
    "constant": lambda s: 1.0,
    "linear": lambda s: 1.0 - s,
    "cosine": lambda s: 0.5 * (1.0 + math.cos(math.pi * s)),
}


def rate(schedule, warmup, before, after):
    """Factor on the learning rate of one update.

    Args:
        schedule: a name in ``SCHEDULES``; it runs over what follows the warm-up.
        warmup: share of the budget over which the factor rises in a line, to 1 at its end.
        before, after: shares of the budget that are spent before the update and with it.
    """
    if before < warmup:
        return min(after / warmup, 1.0)
    return SCHEDULES[schedule]((before - warmup) / (1 - warmup))


@np.errstate(over="ignore")
def clipped(gradient, limit):
    """(gradient scaled so that its norm is at most ``limit``, the norm before).

    The norm before clipping shows when clipping bites; it is computed in float64, where a large
    gradient in float32 would overflow.
    """
    norm = float(np.sqrt(np.dot(gradient, gradient)))
    if not math.isfinite(norm):
        norm = float(np.linalg.norm(gradient.astype(np.float64)))
    if limit is None or not norm > limit:
        return gradient, norm
    return gradient * gradient.dtype.type(limit / norm), norm

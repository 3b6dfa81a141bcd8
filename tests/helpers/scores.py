"""Outputs and targets to score."""

import numpy as np

from gatelab.tasks.framework.metrics import CLASSES, VALUES

BINARY = ("roc_auc", "average_precision")


def drawn(kind, draw, shape, width):
    """Outputs (*shape, width) and targets that they often meet; both of two classes occur."""
    outputs = draw.normal(size=(*shape, width))
    if kind in VALUES:
        return outputs, outputs + draw.normal(size=outputs.shape)
    if kind in CLASSES:
        y = np.where(draw.random(shape) < 0.5, outputs.argmax(-1), draw.integers(0, width, shape))
        y.flat[0], y.flat[-1] = 0, 1
        return outputs, y
    y = np.where(draw.random(outputs.shape) < 0.3, outputs <= 0, outputs > 0).astype(np.float32)
    y.flat[0], y.flat[-1] = 0, 1
    return outputs, y

"""What training minimises, by kind of task: the value and its gradient, written together.

Outputs are what the readout gives: values or logits, (N, K) per sequence or (N, T, K) per step.
Values are in nats per sequence or per step (mean squared error: the target's unit squared). Where
a step has no target, past the end or by a NaN or a -1, it costs nothing; a batch without a single
one costs 0, with a gradient of 0, for chance may draw such a batch from sound data.
"""

import numpy as np

from gatelab.tasks.framework.batches import valid_steps


def squared_error(outputs, y, lengths=None):
    """Mean squared error, and its gradient."""
    error = outputs - y
    return float(np.mean(np.square(error), dtype=np.float64)), error * (2 / error.size)


def cross_entropy(outputs, y, lengths=None):
    """-log softmax of the right class, averaged over sequences, and its gradient."""
    shifted = outputs - outputs.max(1, keepdims=True)
    exps = np.exp(shifted)
    sums = exps.sum(1, keepdims=True)
    rows = np.arange(len(y))
    value = float(np.mean(np.log(sums[:, 0]) - shifted[rows, y], dtype=np.float64))
    gradient = exps / sums
    gradient[rows, y] -= 1
    return value, gradient / len(y)


def bernoulli(outputs, y, lengths=None):
    """-log likelihood of the K labels, summed over them, averaged over valid steps; gradient."""
    on = valid_steps(lengths, *outputs.shape[:2])
    logits = np.where(on[..., None], outputs, 0)
    exps = np.exp(-np.abs(logits))
    each = np.log1p(exps) + np.maximum(logits, 0) - y * logits
    probability = np.where(logits >= 0, 1, exps) / (1 + exps)
    steps = int(on.sum())  # a NumPy integer would turn float32 into float64
    value = float(each.sum(2, dtype=np.float64)[on].sum() / steps)
    return value, np.where(on[..., None], probability - y, 0) / steps


def squared_error_of_steps(outputs, y, lengths=None):
    """Squared error averaged over the values that are targets, and its gradient."""
    on = valid_steps(lengths, *outputs.shape[:2])[..., None] & ~np.isnan(y)
    error = np.where(on, outputs - y, 0)
    values = max(int(on.sum()), 1)
    return float(np.square(error).sum(dtype=np.float64) / values), error * (2 / values)


def cross_entropy_of_steps(outputs, y, lengths=None):
    """-log softmax of the right class, averaged over the steps with a target, and its gradient."""
    on = valid_steps(lengths, *y.shape) & (y >= 0)
    gradient = np.zeros_like(outputs)
    if not on.any():
        return 0.0, gradient
    value, gradient[on] = cross_entropy(outputs[on], y[on])
    return value, gradient


LOSSES = {
    "regression": squared_error,
    "classification": cross_entropy,
    "multilabel": bernoulli,
    "series": squared_error_of_steps,
    "labelling": cross_entropy_of_steps,
}
#: Kinds whose readout looks at every step, not at the last state.
PER_STEP = ("multilabel", "series", "labelling")

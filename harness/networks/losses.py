"""Loss functions, one per kind of task. Each returns the loss and its gradient.

``outputs`` are the readout's values or logits: (N, K) per sequence or (N, T, K) per step. The
gradient is taken with respect to them. Cross entropies are in nats per sequence or per step, mean
squared errors in the target's unit squared. Steps without a target (past the end, NaN or class -1)
do not count. A batch without any target has loss 0 and gradient 0, because sampling may draw such
a batch from valid data.
"""

import numpy as np

from gatelab.tasks.framework.batches import valid_steps


def squared_error(outputs, y, lengths=None):
    """Mean squared error and its gradient."""
    error = outputs - y
    return float(np.mean(np.square(error), dtype=np.float64)), error * (2 / error.size)


def cross_entropy(outputs, y, lengths=None):
    """-log softmax of the target class, averaged over sequences, and its gradient."""
    shifted = outputs - outputs.max(1, keepdims=True)
    exps = np.exp(shifted)
    sums = exps.sum(1, keepdims=True)
    rows = np.arange(len(y))
    value = float(np.mean(np.log(sums[:, 0]) - shifted[rows, y], dtype=np.float64))
    gradient = exps / sums
    gradient[rows, y] -= 1
    return value, gradient / len(y)


def bernoulli(outputs, y, lengths=None):
    """-log likelihood of K labels, summed over labels, averaged over valid steps; its gradient."""
    valid = valid_steps(lengths, *outputs.shape[:2])
    logits = np.where(valid[..., None], outputs, 0)
    exps = np.exp(-np.abs(logits))
    each = np.log1p(exps) + np.maximum(logits, 0) - y * logits
    probability = np.where(logits >= 0, 1, exps) / (1 + exps)
    steps = int(valid.sum())  # a NumPy integer would turn float32 into float64
    value = float(each.sum(2, dtype=np.float64)[valid].sum() / steps)
    return value, np.where(valid[..., None], probability - y, 0) / steps


def squared_error_of_steps(outputs, y, lengths=None):
    """Squared error, averaged over all target values, and its gradient."""
    valid = valid_steps(lengths, *outputs.shape[:2])[..., None] & ~np.isnan(y)
    error = np.where(valid, outputs - y, 0)
    values = max(int(valid.sum()), 1)
    return float(np.square(error).sum(dtype=np.float64) / values), error * (2 / values)


def cross_entropy_of_steps(outputs, y, lengths=None):
    """-log softmax of the target class, averaged over steps with a target, and its gradient."""
    valid = valid_steps(lengths, *y.shape) & (y >= 0)
    gradient = np.zeros_like(outputs)
    if not valid.any():
        return 0.0, gradient
    value, gradient[valid] = cross_entropy(outputs[valid], y[valid])
    return value, gradient


LOSSES = {
    "regression": squared_error,
    "classification": cross_entropy,
    "multilabel": bernoulli,
    "series": squared_error_of_steps,
    "labelling": cross_entropy_of_steps,
}
#: Kinds whose readout sees every step; the others see only the final output.
PER_STEP = ("multilabel", "series", "labelling")

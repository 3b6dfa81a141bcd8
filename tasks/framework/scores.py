"""Scores of outputs: squared error, accuracy, nats, subset accuracy, sequences solved.

Outputs are those of a network's readout: values (regression, series) or logits (classification,
labelling, multilabel). There is one per sequence, (N, K), or one per step, (N, T, K). Only targets
count: steps past the end of a sequence, values of NaN and classes of -1 are not targets. If there
is no target at all, a score is NaN.
"""

import numpy as np

from .batches import valid_steps
from .errors import TaskError

# Values ------------------------------------------------------------------------------------------


def mse(outputs, y, lengths=None) -> float:
    """Squared error averaged over the target values, in the square of their unit."""
    on = _values("mse", outputs, y, lengths)
    return _mean(np.square(_errors(outputs, y, on)))


def rmse(outputs, y, lengths=None) -> float:
    """Root of the mean squared error, in the targets' unit."""
    return float(np.sqrt(mse(outputs, y, lengths)))


def mae(outputs, y, lengths=None) -> float:
    """Absolute error averaged over the target values, in their unit."""
    on = _values("mae", outputs, y, lengths)
    return _mean(np.abs(_errors(outputs, y, on)))


def nmse(outputs, y, lengths=None) -> float:
    """Squared error over that of the best constant, each output's mean; NaN if the latter is 0."""
    on = _values("nmse", outputs, y, lengths)
    axes = tuple(range(y.ndim - 1))
    sums = y.sum(axes, dtype=np.float64, where=on)
    means = np.broadcast_to(sums / np.maximum(on.sum(axes), 1), y.shape)
    constant = _mean(np.square(_errors(means, y, on)))
    return mse(outputs, y, lengths) / constant if constant else np.nan


# Classes and labels ------------------------------------------------------------------------------


def accuracy(outputs, y, lengths=None) -> float:
    """Share of classes predicted correctly; a row of logits with a NaN predicts none."""
    on = _classes("accuracy", outputs, y, lengths)
    return _mean((_named(outputs) == y)[on])


def macro_f1(outputs, y, lengths=None) -> float:
    """Mean F1 over the classes (or labels) that occur in targets or predictions."""
    if _is_classes(y):
        on = _classes("macro_f1", outputs, y, lengths)
        truth, answer = y[on], _named(outputs)[on]
        classes = np.union1d(truth, answer[answer >= 0])
        truth, answer = truth[:, None] == classes, answer[:, None] == classes
    else:
        logits, truth = _labels("macro_f1", outputs, y, lengths)
        truth = truth > 0.5
        answer = np.where(np.isnan(logits), ~truth, logits > 0)
    right, named = (truth & answer).sum(0), truth.sum(0) + answer.sum(0)  # (K,)
    return _mean(2 * right[named > 0] / named[named > 0])


def confusion(outputs, y, lengths=None) -> np.ndarray:
    """Confusion matrix (K, K) int, targets in rows, predictions in columns.

    A row of logits with a NaN predicts no class.
    """
    on = _classes("confusion", outputs, y, lengths)
    counts = np.zeros((outputs.shape[-1],) * 2, np.int64)
    truth, answer = y[on], _named(outputs)[on]
    np.add.at(counts, (truth[answer >= 0], answer[answer >= 0]), 1)
    return counts


def legal(outputs, y, lengths=None) -> float:
    """Subset accuracy: share of steps whose labels with probability above 1/2 are the true set."""
    logits, truth = _labels("legal", outputs, y, lengths)
    right = ((logits > 0) == (truth > 0.5)) & ~np.isnan(logits)
    return _mean(right.all(-1))


def nll(outputs, y, lengths=None) -> float:
    """Negative log likelihood of the targets, in nats per target (a step or a sequence).

    Logits of classes go through a softmax; labels are independent, and their nats are summed.
    """
    if _is_classes(y):
        from scipy.special import log_softmax

        on = _classes("nll", outputs, y, lengths)
        log = log_softmax(outputs[on].astype(np.float64), -1)
        return _mean(-np.take_along_axis(log, y[on][:, None], -1))
    logits, truth = _labels("nll", outputs, y, lengths)
    against = np.where(truth > 0.5, -logits, logits).astype(np.float64)
    with np.errstate(invalid="ignore"):  # logaddexp warns of a NaN
        return _mean(np.logaddexp(0, against).sum(-1))


def perplexity(outputs, y, lengths=None) -> float:
    """exp of the nats per target: the equivalent number of equally likely choices."""
    with np.errstate(over="ignore"):
        return float(np.exp(nll(outputs, y, lengths)))


def bits(outputs, y, lengths=None) -> float:
    """Negative log2 likelihood of the targets, in bits per target (a step or a sequence)."""
    return nll(outputs, y, lengths) / np.log(2)


def roc_auc(outputs, y, lengths=None) -> float:
    """Probability that a positive target has a higher logit than a negative one.

    NaN if either is missing. With two classes, class 1 is positive. All labels are pooled.
    """
    from sklearn.metrics import roc_auc_score

    score, truth = _binary("roc_auc", outputs, y, lengths)
    if np.isnan(score).any() or truth.all() or not truth.any():
        return np.nan
    return float(roc_auc_score(truth, _ranks(score)))


def average_precision(outputs, y, lengths=None) -> float:
    """Precision averaged over the recall that each positive target adds; NaN without positives.

    With two classes, class 1 is positive. All labels are pooled.
    """
    from sklearn.metrics import average_precision_score

    score, truth = _binary("average_precision", outputs, y, lengths)
    if np.isnan(score).any() or not truth.any():
        return np.nan
    return float(average_precision_score(truth, _ranks(score)))


# Sequences ---------------------------------------------------------------------------------------


def solved(outputs, y, lengths=None, tolerance=0.04) -> float:
    """Share of sequences with every target right: errors below tolerance, correct classes.

    Sequences without a target do not count.
    """
    if _is_classes(y):
        on = _classes("solved", outputs, y, lengths)
        right = _named(outputs) == y
    else:
        on = _values("solved", outputs, y, lengths)
        right = np.abs(np.subtract(outputs, y, dtype=np.float64)) < tolerance
    on, right = (part.reshape(len(y), -1) for part in (on, right))
    return _mean((right | ~on).all(1)[on.any(1)])


def accepted(outputs, y, lengths=None) -> float:
    """Share of sequences whose predicted sets are exactly right at every step (see ``legal``)."""
    _fits("accepted", outputs, y)
    right = ((outputs > 0) == (y > 0.5)).all(-1) & ~np.isnan(outputs).any(-1)
    if y.ndim == 3:
        right = (right | ~valid_steps(lengths, *y.shape[:2])).all(1)
    return _mean(right)


# What counts -------------------------------------------------------------------------------------


def _is_classes(y):
    return y.dtype.kind in "iu"


def _values(score, outputs, y, lengths):
    """Mask of the target values, shaped like y."""
    _fits(score, outputs, y)
    on = ~np.isnan(y)
    return on & valid_steps(lengths, *y.shape[:2])[..., None] if y.ndim == 3 else on


def _errors(outputs, y, on):
    return np.subtract(outputs[on], y[on], dtype=np.float64)


def _classes(score, outputs, y, lengths):
    """Mask of the target classes, shaped like y."""
    _fits(score, outputs, y, classes=True)
    return (y >= 0) & valid_steps(lengths, *y.shape) if y.ndim == 2 else y >= 0


def _named(outputs):
    """The class that each row of logits predicts, -2 for none."""
    return np.where(np.isnan(outputs).any(-1), -2, outputs.argmax(-1))


def _labels(score, outputs, y, lengths):
    """Logits and labels of the steps that count, (M, K) each."""
    _fits(score, outputs, y)
    if y.ndim == 3:
        on = valid_steps(lengths, *y.shape[:2])
        return outputs[on], y[on]
    return outputs, y


def _binary(score, outputs, y, lengths):
    """Logit of each target and whether it is positive, (M,) each."""
    if not _is_classes(y):
        logits, truth = _labels(score, outputs, y, lengths)
        return logits.ravel(), truth.ravel() > 0.5
    on = _classes(score, outputs, y, lengths)
    if outputs.shape[-1] != 2:
        raise TaskError(f"{score}: wants two classes, got {outputs.shape[-1]}")
    logits = outputs[on]
    return logits[:, 1] - logits[:, 0], y[on] == 1


def _ranks(score):
    return np.unique(score, return_inverse=True)[1]  # scikit-learn refuses infinity


def _mean(values) -> float:
    return float(values.mean(dtype=np.float64)) if values.size else np.nan


def _fits(score, outputs, y, classes=False):
    # Before anything broadcasts: (N, 1) against (N,) would silently compare all pairs.
    if y.shape != (outputs.shape[:-1] if classes else outputs.shape):
        raise TaskError(
            f"{score}: outputs of shape {outputs.shape} do not fit targets of {y.shape}"
        )

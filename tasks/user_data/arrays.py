"""Tasks made from the user's own arrays."""

from typing import Any

import numpy as np

from gatelab.foundation.errors import unknown

from ..framework.batches import Batch, Dataset, Splits, valid_steps
from ..framework.errors import TaskError
from ..framework.metrics import CLASSES, METRICS
from ..framework.task import Task
from ..shared.partition import divide
from ..shared.ragged import standardised
from ..shared.references import moments_and_line, moments_and_logistic
from .conversion import TARGETS, array, finite, sequences, valid_lengths

METRIC_OF = {
    "regression": "mse",
    "classification": "accuracy",
    "multilabel": "legal",
    "series": "mse",
    "labelling": "accuracy",
}


def from_arrays(
    x: Any,
    y: Any,
    lengths: Any = None,
    kind: str = "classification",
    name: str = "arrays",
    standardise: bool = False,
    **options: Any,
) -> Task:
    """Make a task from your own arrays.

    Args:
        x: (N, T, D), floating point; at least five sequences.
        y: classification (N,) whole numbers from 0 to K - 1; regression (N, K) or (N,);
            multilabel (N, T, K) of 0 and 1; series (N, T, K) or (N, T), NaN where there is no
            target; labelling (N, T) whole numbers from 0 to K - 1, -1 where there is none.
        lengths: (N,) valid steps of each sequence, 1 to T; None if all are full. Values of x and y
            past the end of a sequence are ignored.
        standardise: scale each of the D inputs to mean 0 and variance 1 over the steps of the
            training split; otherwise x is used as it is. y is never scaled.
        options: epochs, patience, min_updates and search, as for every task.

    Returns:
        a task that shuffles the sequences into 60/20/20 with the study's rng.

    Raises:
        TaskError: a wrong shape or type, NaN or infinity, a length out of range.
    """
    if kind not in METRIC_OF:
        raise unknown("kind of task", kind, METRIC_OF, TaskError)
    x = sequences(x)
    lengths = valid_lengths(lengths, *x.shape[:2])
    alive = valid_steps(lengths, *x.shape[:2])[..., None]
    y = TARGETS[kind](array("y", y), alive)
    options |= {"name": name, "standardise": standardise}
    return Arrays(Batch(finite("x", np.where(alive, x, 0)), y, lengths), kind, **options)


class Arrays(Task):
    """Sequences given as arrays, shuffled by the study's rng into 60/20/20.

    If every class has at least five sequences, the splits are stratified by class.
    ``standardise`` scales each input to mean 0 and variance 1 over the training steps.
    Baselines: the best answer that does not look at x, learned on the training split; where a
    whole sequence has one answer, a logistic regression or a line on each channel's mean and
    spread, which forget all order.
    """

    standardise = False

    def __init__(self, batch: Batch, kind: str, **options):
        super().__init__(**options)
        self.batch, self.kind, self.metric = batch, kind, METRIC_OF[kind]
        self.inputs = batch.x.shape[2]
        self.outputs = int(batch.y.max()) + 1 if self._has_classes() else batch.y.shape[-1]

    def splits(self, rng):
        y = self.batch.y
        first, rest = divide(rng, y, 2 / 5, self._stratifies(y, 5))
        second, third = divide(rng, y[rest], 1 / 2, self._stratifies(y[rest], 2))
        train, *others = map(self.batch.rows, (first, rest[second], rest[third]))
        valid, test = (part.cropped() for part in others)
        if self.standardise:
            return standardised(train, valid, test)
        return Splits(Dataset(train), valid, test)

    def baselines(self, splits):
        assert isinstance(splits.train, Dataset)
        train, test = splits.train.batch, splits.test
        if self._has_classes():
            name, classes = "majority class", train.y[train.y >= 0]
            answer = np.eye(self.outputs)[np.bincount(classes, minlength=1).argmax()]
        elif self.kind == "multilabel":
            name, answer = "majority of each label", train.y[train.valid()].mean(0) - 0.5
        else:
            name, answer = "training mean", _means(train.y)
        leading = test.y.shape if self._has_classes() else test.y.shape[:-1]
        outputs, score = (
            np.broadcast_to(answer, (*leading, self.outputs)),
            METRICS[self.metric].score,
        )
        blind = {name: score(outputs, test.y, test.lengths)}
        if self.kind == "regression":
            return blind | {
                "line, mean and spread": score(moments_and_line(train, test), test.y, None)
            }
        if self.kind == "classification" and len(np.unique(train.y)) > 1:
            return blind | {"logistic, mean and spread": moments_and_logistic(train, test)}
        return blind

    def _has_classes(self):
        return self.kind in CLASSES

    def _stratifies(self, y, fewest):
        return self.kind == "classification" and bool(np.bincount(y).min() >= fewest)


def _means(y):
    """The mean of each of the K values over its targets; 0 for a value without targets."""
    on, axes = ~np.isnan(y), tuple(range(y.ndim - 1))
    return y.sum(axes, dtype=np.float64, where=on) / np.maximum(on.sum(axes), 1)

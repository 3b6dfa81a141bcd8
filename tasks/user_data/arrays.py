"""Tasks made from the user's own arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from gatelab.foundation.errors import unknown

from ..framework.batches import Batch, Dataset, Splits
from ..framework.errors import TaskError
from ..framework.metrics import CLASSES, METRICS
from ..framework.task import Task
from ..preparation.sequences import Sequences
from ..shared.ragged import standardised
from ..shared.references import moments_and_line, moments_and_logistic
from .reading import checked_labels, read_arrays
from .splitting import each_class_in_each_split, few_held_out, three_parts

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
    order: str | None = None,
    missing: Any = None,
    fill: str | None = None,
    labels: Sequence[str] | None = None,
    **options: Any,
) -> Task:
    """Make a task from your own arrays, lists or frames.

    What had to be done to read them stands in the task's ``notes``.

    Args:
        x: (N, T, D) numbers, or (N, T) of one input; at least five sequences. Also a list of N
            arrays (t, D) or (t,) of different lengths, and the frames of pandas and sktime.
        y: classification (N,) labels: whole numbers, words, truth values, a pandas Categorical, or
            one-hot rows (N, K). Regression (N, K) or (N,) numbers. Multilabel (N, T, K) of 0 and
            1, or a set of words at every step. Series (N, T, K) or (N, T) numbers, NaN where there
            is no target. Labelling (N, T) labels, -1 (or -100, as in torch) where there is none.
            Targets of steps may be a list of N rows that are as long as their sequences.
        lengths: (N,) valid steps of each sequence, 1 to T, or a mask (N, T). None if all are full;
            NaN at the ends is padding then. "padded" takes zeros at the ends for padding, too,
            "full" for data. Values of x and y past the end of a sequence are ignored.
        standardise: scale each of the D inputs to mean 0 and variance 1 over the steps of the
            training split; otherwise x is used as it is. y is never scaled.
        order: the axes of x: "NTD", "TND" (time first) or "NDT" (as aeon has them). None finds
            them out where y tells, and otherwise means "NTD".
        missing: labels that mean "none", such as -9; of whole sequences, these are left out.
            "drop" leaves out those whose target is NaN or blank, "none" makes every label a class.
        fill: fills NaN within a sequence: "interpolate" or "previous".
        labels: names of the classes 0, 1, ... K - 1.
        options: epochs, patience, min_updates and search, as for every task.

    Returns:
        a task that shuffles the sequences into 60/20/20 with the study's rng.

    Raises:
        TaskError: a wrong shape or type, NaN or infinity, a length out of range, a class with too
            few sequences to be in every split.
    """
    if kind not in METRIC_OF:
        raise unknown("kind of task", kind, METRIC_OF, TaskError)
    batch, names, notes = read_arrays(x, y, lengths, kind, order, missing, fill)
    names = names if labels is None else checked_labels(labels, batch, kind)
    if kind == "classification":
        each_class_in_each_split(batch.y, names)
    options |= {"name": name, "standardise": standardise}
    return Arrays(batch, kind, names, (*notes, *few_held_out(len(batch.x))), **options)


class Arrays(Task):
    """Sequences given as arrays, shuffled by the study's rng into 60/20/20.

    If every class has at least five sequences, the splits are stratified by class. With fewer,
    three at the least, each class is in each split.
    ``standardise`` scales each input to mean 0 and variance 1 over the training steps.
    Baselines: the best answer that does not look at x, learned on the training split; where a
    whole sequence has one answer, a logistic regression or a line on each channel's mean and
    spread, which forget all order.
    """

    standardise = False

    def __init__(
        self,
        batch: Batch,
        kind: str,
        labels: Sequence[str] = (),
        notes: Sequence[str] = (),
        **options: Any,
    ):
        super().__init__(**options)
        self.batch, self.kind, self.metric = batch, kind, METRIC_OF[kind]
        self.labels, self.notes = tuple(labels), tuple(notes)
        self.inputs = batch.x.shape[2]
        self.outputs = int(batch.y.max()) + 1 if self._has_classes() else batch.y.shape[-1]

    def splits(self, rng):
        train, *others = self._parts(rng)
        valid, test = (part.cropped() for part in others)
        if self.standardise:
            return standardised(train, valid, test)
        return Splits(Dataset(train), valid, test)

    def preparation(self, rng=None):
        train = self._parts(rng)[0] if self.standardise else None
        return Sequences.of(self, train, self.labels)

    def _parts(self, rng):
        """The sequences for training, validation and test."""
        parts = three_parts(rng, self.batch.y, self.kind == "classification")
        return [*map(self.batch.rows, parts)]

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


def _means(y):
    """The mean of each of the K values over its targets; 0 for a value without targets."""
    on, axes = ~np.isnan(y), tuple(range(y.ndim - 1))
    return y.sum(axes, dtype=np.float64, where=on) / np.maximum(on.sum(axes), 1)

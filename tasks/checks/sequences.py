"""The checks of every batch: shapes, types, ranges, lengths and targets."""

from itertools import islice

import numpy as np

from ..framework.batches import Batch, StatefulStream
from .comparing import array_of, demand

SIZE = 32  # sequences per training batch
#: By kind of task: type, dimensions and shape of y.
TARGETS = {
    "regression": (np.float32, 2, "(N, K)"),
    "classification": (np.int64, 1, "(N,)"),
    "multilabel": (np.float32, 3, "(N, T, K)"),
    "series": (np.float32, 3, "(N, T, K)"),
    "labelling": (np.int64, 2, "(N, T)"),
}


def check_sequences(task, splits):
    training = training_batches(splits.train)
    for split, batches in (("train", training), ("valid", [splits.valid]), ("test", [splits.test])):
        for batch in batches:
            _check_batch(task, split, batch)
        if isinstance(splits.train, StatefulStream) and split == "train":
            _check_continued(task, batches)
        demand(any(targets_of(task, b).any() for b in batches), f"{split}.y has no target")


def training_batches(train, seed=1) -> list[Batch]:
    updates = train.updates(SIZE)
    demand(isinstance(updates, int) and updates > 0, f"train: {updates!r} updates in one epoch")
    return list(islice(train.batches(np.random.default_rng(seed), SIZE), 3))


def _check_batch(task, split, batch):
    demand(isinstance(batch, Batch), f"{split} is {type(batch).__name__}, not Batch")
    x, lengths = batch.x, batch.lengths
    array_of(f"{split}.x", x, np.float32, 3, "(N, T, D)")
    n, steps, width = x.shape
    demand(n > 0 and steps > 0, f"{split}.x is empty, shape {x.shape}")
    demand(width == task.inputs, f"{split}.x has {width} inputs, the task says {task.inputs}")
    demand(split != "train" or n <= SIZE, f"a training batch of {SIZE} has {n} sequences")
    if lengths is not None:
        array_of(f"{split}.lengths", lengths, np.int64, 1, "(N,)")
        demand(len(lengths) == n, f"{split}.lengths has {len(lengths)} entries for {n} sequences")
        good = lengths.min() >= 1 and lengths.max() <= steps
        demand(good, f"{split}.lengths are not within 1 to {steps}")
    demand(np.isfinite(x[batch.valid()]).all(), f"{split}.x holds NaN or infinity")
    _check_targets(task, split, batch)


def _check_continued(task, batches):
    demand("T" in TARGETS[task.kind][2], f"a {task.kind} has no targets by step: no StatefulStream")
    demand(not batches[0].continues, "train: the first batch continues none")
    for batch in batches:
        demand(batch.lengths is None, "train: batches of a StatefulStream have no lengths")
        demand(len(batch.x) == len(batches[0].x), "train: a batch continues one of other rows")


def _check_targets(task, split, batch):
    y, name = batch.y, f"{split}.y"
    array_of(name, y, *TARGETS[task.kind])
    leading = batch.x.shape[: 2 if "T" in TARGETS[task.kind][2] else 1]
    demand(y.shape[: len(leading)] == leading, f"{name} is {y.shape} beside x {batch.x.shape}")
    if y.dtype == np.int64:
        seen = y[targets_of(task, batch)]
        least = "0" if task.kind == "classification" else "-1 (no target), 0"
        good = seen.min(initial=0) >= 0 and seen.max(initial=0) < task.outputs
        demand(good, f"{name} holds classes outside {least} to {task.outputs - 1}")
        return
    demand(y.shape[-1] == task.outputs, f"{name} has {y.shape[-1]} outputs, not {task.outputs}")
    seen = y[targets_of(task, batch)]
    demand(np.isfinite(seen).all(), f"{name} holds NaN or infinity")
    if task.kind == "multilabel":
        demand(np.isin(seen, (0, 1)).all(), f"{name} holds values other than 0 and 1")


def targets_of(task, batch):
    """Mask of the targets in y: by sequence, step or value, depending on the kind."""
    if task.kind == "labelling":
        return batch.valid() & (batch.y != -1)
    if task.kind == "series":
        return batch.valid()[..., None] & ~np.isnan(batch.y)
    return batch.valid() if task.kind == "multilabel" else np.ones(len(batch.y), bool)

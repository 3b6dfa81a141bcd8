"""The checks that a task must pass before a study takes it."""

import math
from collections.abc import Iterator, Mapping
from itertools import islice
from numbers import Real

import cloudpickle
import numpy as np

from ..user_data.spelled import make
from .batches import Batch, Dataset, Source, Splits, StatefulStream, Stream
from .errors import TaskError
from .metrics import METRICS
from .task import Task

SIZE = 32  # sequences per training batch
TARGETS = {
    "regression": (np.float32, 2, "(N, K)"),
    "classification": (np.int64, 1, "(N,)"),
    "multilabel": (np.float32, 3, "(N, T, K)"),
    "series": (np.float32, 3, "(N, T, K)"),
    "labelling": (np.int64, 2, "(N, T)"),
}


def check_task(task: str | type[Task] | Task) -> None:
    """Raises TaskError naming the first thing that is wrong with a task.

    Takes a registered name, a class or an instance. Checked are the declarations; that the same
    rng gives the same arrays, here and in a worker process, and that a stream heeds its rng;
    shapes, types, ranges and lengths of every split; that the splits differ; that there are
    targets, and that the metric makes finite numbers of them and of the baselines.
    """
    for _ in checks(task):
        pass


def checks(task: str | type[Task] | Task) -> Iterator[str]:
    """The checks of ``check_task``, one after the other; yields a line for each that is passed."""
    task = make(task)
    try:
        _declarations(task)
        _writer(task)
        yield f"{task.kind}, inputs {task.inputs}, outputs {task.outputs}, metric {task.metric}"
        splits = _repeatable_splits(task)
        yield "the same rng gives the same sequences, in another process too"
        _sequences(task, splits)
        yield "shapes, types, ranges and targets of training, validation and test"
        _different(splits, task.has_validation)
        yield "validation and test hold sequences of their own"
        _metric(task, splits)
        yield f"{task.metric} is finite on validation and test"
        baselines = _baselines(task, splits)
        yield "baselines: " + ", ".join(f"{score:.4g} {name}" for name, score in baselines.items())
    except TaskError as error:
        raise type(error)(f"task {task.name}: {error}") from error


def _declarations(task):
    _demand(task.kind in TARGETS, f"kind {task.kind!r} is none of {', '.join(TARGETS)}")
    _demand(task.metric in METRICS, f"metric {task.metric!r} is none of {', '.join(METRICS)}")
    for name in ("inputs", "outputs"):
        width = getattr(task, name)
        _demand(isinstance(width, int) and width > 0, f"{name} is {width!r}, not a positive int")
    _demand(
        task.ahead == 1 or (task.kind == "regression" and task.outputs % task.ahead == 0),
        f"ahead is {task.ahead!r}, for {task.outputs} outputs of a {task.kind}",
    )
    _demand(
        len(task.labels) in (0, task.outputs),
        f"{len(task.labels)} labels for {task.outputs} outputs",
    )
    for name in ("splits", "baselines"):
        _demand(getattr(type(task), name) is not getattr(Task, name), f"{name} is not defined")


def _writer(task):
    writer = task.writer()
    if writer is not None:
        found, asked = (writer.inputs, writer.outputs), (task.inputs, task.outputs)
        _demand("T" in TARGETS[task.kind][2], f"a {task.kind} has a writer, but no next step")
        _demand(found == asked, f"its writer is for {found} inputs and outputs, not for {asked}")


def _repeatable_splits(task) -> Splits:
    splits, again = (task.splits(np.random.default_rng(0)) for _ in range(2))
    _demand(isinstance(splits, Splits), f"splits(rng) gives {type(splits).__name__}, not Splits")
    _demand(isinstance(splits.train, Source), "train is no Dataset, Stream or StatefulStream")
    for name in ("valid", "test"):
        batch = getattr(splits, name)
        _demand(isinstance(batch, Batch), f"{name} is {type(batch).__name__}, not Batch")
        _demand(_same(batch, getattr(again, name)), f"{name}: the same rng gives other sequences")
    _demand(
        all(map(_same, _training(splits.train), _training(again.train))),
        "train: the same rng gives other batches",
    )
    sent = cloudpickle.loads(cloudpickle.dumps(task)).splits(np.random.default_rng(0))
    _demand(_same(splits.test, sent.test), "test: a pickled copy of the task gives other sequences")
    if not isinstance(splits.train, Dataset):
        others = _training(splits.train, seed=2)
        _demand(
            not all(map(_same, _training(splits.train), others)),
            "train: the stream ignores its rng",
        )
    return splits


def _sequences(task, splits):
    training = _training(splits.train)
    for split, batches in (("train", training), ("valid", [splits.valid]), ("test", [splits.test])):
        for batch in batches:
            _batch(task, split, batch)
        if isinstance(splits.train, StatefulStream) and split == "train":
            _continued(task, batches)
        _demand(any(_targets_of(task, b).any() for b in batches), f"{split}.y has no target")


def _training(train, seed=1) -> list[Batch]:
    updates = train.updates(SIZE)
    _demand(isinstance(updates, int) and updates > 0, f"train: {updates!r} updates in one epoch")
    return list(islice(train.batches(np.random.default_rng(seed), SIZE), 3))


def _batch(task, split, batch):
    _demand(isinstance(batch, Batch), f"{split} is {type(batch).__name__}, not Batch")
    x, lengths = batch.x, batch.lengths
    _array(f"{split}.x", x, np.float32, 3, "(N, T, D)")
    n, steps, width = x.shape
    _demand(n > 0 and steps > 0, f"{split}.x is empty, shape {x.shape}")
    _demand(width == task.inputs, f"{split}.x has {width} inputs, the task says {task.inputs}")
    _demand(split != "train" or n <= SIZE, f"a training batch of {SIZE} has {n} sequences")
    if lengths is not None:
        _array(f"{split}.lengths", lengths, np.int64, 1, "(N,)")
        _demand(len(lengths) == n, f"{split}.lengths has {len(lengths)} entries for {n} sequences")
        good = lengths.min() >= 1 and lengths.max() <= steps
        _demand(good, f"{split}.lengths are not within 1 to {steps}")
    _demand(np.isfinite(x[batch.valid()]).all(), f"{split}.x holds NaN or infinity")
    _targets(task, split, batch)


def _continued(task, batches):
    _demand(
        "T" in TARGETS[task.kind][2], f"a {task.kind} has no targets by step: no StatefulStream"
    )
    _demand(not batches[0].continues, "train: the first batch continues none")
    for batch in batches:
        _demand(batch.lengths is None, "train: batches of a StatefulStream have no lengths")
        _demand(len(batch.x) == len(batches[0].x), "train: a batch continues one of other rows")


def _targets(task, split, batch):
    y, name = batch.y, f"{split}.y"
    _array(name, y, *TARGETS[task.kind])
    leading = batch.x.shape[: 2 if "T" in TARGETS[task.kind][2] else 1]
    _demand(y.shape[: len(leading)] == leading, f"{name} is {y.shape} beside x {batch.x.shape}")
    if y.dtype == np.int64:
        seen = y[_targets_of(task, batch)]
        least = "0" if task.kind == "classification" else "-1 (no target), 0"
        good = seen.min(initial=0) >= 0 and seen.max(initial=0) < task.outputs
        _demand(good, f"{name} holds classes outside {least} to {task.outputs - 1}")
        return
    _demand(y.shape[-1] == task.outputs, f"{name} has {y.shape[-1]} outputs, not {task.outputs}")
    seen = y[_targets_of(task, batch)]
    _demand(np.isfinite(seen).all(), f"{name} holds NaN or infinity")
    if task.kind == "multilabel":
        _demand(np.isin(seen, (0, 1)).all(), f"{name} holds values other than 0 and 1")


def _targets_of(task, batch):
    """Where y holds targets: by sequence, by step or by value, as the kind has it."""
    if task.kind == "labelling":
        return batch.valid() & (batch.y != -1)
    if task.kind == "series":
        return batch.valid()[..., None] & ~np.isnan(batch.y)
    return batch.valid() if task.kind == "multilabel" else np.ones(len(batch.y), bool)


def _different(splits, has_validation):
    """Sequences of one split in another: half may be, for real data hold some twice."""
    train, valid, test = splits
    _demand(not _same(valid, test), "valid and test are the same")
    if not isinstance(train, Dataset):
        size = len(test.x) if isinstance(train, Stream) else SIZE
        batch = next(train.batches(np.random.default_rng(0), size))
        _demand(not _same(batch, test), "train and test are the same")
        return
    held = {"train": train.batch, "valid": valid, "test": test}
    pairs = [("test", "train"), ("test", "valid")]
    pairs += [("valid", "train")] if has_validation else []
    for part, other in pairs:
        n, shared = len(held[part].x), len(_fingerprints(held[part]) & _fingerprints(held[other]))
        _demand(shared <= n / 2, f"{shared} of {n} {part} sequences are in {other}")


def _metric(task, splits):
    """The metric suits the kind, and the targets: roc_auc wants true ones and false ones."""
    metric = METRICS[task.metric]
    _demand(task.kind in metric.kinds, f"metric {metric.name} is not for {task.kind}")
    for name in ("valid", "test"):
        _, y, lengths = getattr(splits, name)
        leading = y.shape if y.dtype == np.int64 else y.shape[:-1]
        score = metric.score(np.zeros((*leading, task.outputs), np.float32), y, lengths)
        _demand(
            math.isfinite(score), f"metric {metric.name} gives {score} on {name}, whatever it is"
        )
    _further_scores(task, splits.test)


def _further_scores(task, test):
    leading = test.y.shape if test.y.dtype == np.int64 else test.y.shape[:-1]
    outputs = np.zeros((*leading, task.outputs), np.float32)
    for name, score in task.further_scores(outputs, test).items():
        good = name.isidentifier() and name != task.metric
        _demand(good, f"further_scores: {name!r} is no name for another score")
        _demand(isinstance(score, Real), f"further_scores: {name} is {score!r}, not a number")


def _baselines(task, splits):
    baselines = task.baselines(splits)
    _demand(isinstance(baselines, Mapping) and len(baselines) > 0, "no baselines")
    for name, score in baselines.items():
        finite = isinstance(score, int | float) and math.isfinite(score)
        _demand(finite, f"baseline {name!r} is {score!r}, not a finite number")
    return baselines


def _demand(good, complaint):
    if not good:
        raise TaskError(complaint)


def _array(name, array, dtype, ndim, shape):
    _demand(isinstance(array, np.ndarray), f"{name} is {type(array).__name__}, not an array")
    _demand(array.dtype == dtype, f"{name} is {array.dtype}, should be {np.dtype(dtype)}")
    _demand(array.ndim == ndim, f"{name} has shape {array.shape}, should be {shape}")


def _same(a, b):
    pairs = zip(a, b, strict=True)
    return all(_equal(p, q) if p is not None else q is None for p, q in pairs)


def _equal(p, q):
    return np.array_equal(p, q, equal_nan=True)  # NaN is for _batch to name


def _fingerprints(batch):
    return {row[alive].tobytes() for row, alive in zip(batch.x, batch.valid(), strict=True)}

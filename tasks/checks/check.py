"""Check a task before a study accepts it."""

import math
from collections.abc import Iterator, Mapping
from numbers import Real

import cloudpickle
import numpy as np

from ..framework.batches import Batch, Dataset, Source, Splits, Stream
from ..framework.errors import TaskError
from ..framework.metrics import METRICS
from ..framework.task import Task
from ..user_data.spelled import make
from .comparing import demand, fingerprints, same
from .sequences import SIZE, TARGETS, check_sequences, training_batches

SEEDS = 5  # with which a stream is asked for other batches


def check_task(task: str | type[Task] | Task) -> None:
    """Check a task.

    The checks cover the declarations; that the same rng gives the same arrays, here and in a worker
    process, and that a stream depends on its rng; shapes, types, ranges and lengths of every split;
    that the splits differ; that there are targets; and that scores and baselines are finite.

    Args:
        task: a registered name, a class or an instance.

    Raises:
        TaskError: a check fails; the message names the first problem.
    """
    for _ in checks(task):
        pass


def checks(task: str | type[Task] | Task) -> Iterator[str]:
    """Run the checks of ``check_task`` one by one; yields a line for each that passes."""
    task = make(task)
    try:
        _declarations(task)
        _writer(task)
        yield f"{task.kind}, inputs {task.inputs}, outputs {task.outputs}, metric {task.metric}"
        splits = _repeatable_splits(task)
        yield "the same rng gives the same sequences, in another process too"
        check_sequences(task, splits)
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
    demand(task.kind in TARGETS, f"kind {task.kind!r} is none of {', '.join(TARGETS)}")
    demand(task.metric in METRICS, f"metric {task.metric!r} is none of {', '.join(METRICS)}")
    for name in ("inputs", "outputs"):
        width = getattr(task, name)
        demand(isinstance(width, int) and width > 0, f"{name} is {width!r}, not a positive int")
    demand(
        task.ahead == 1 or (task.kind == "regression" and task.outputs % task.ahead == 0),
        f"ahead is {task.ahead!r}, for {task.outputs} outputs of a {task.kind}",
    )
    demand(
        len(task.labels) in (0, task.outputs),
        f"{len(task.labels)} labels for {task.outputs} outputs",
    )
    for name in ("splits", "baselines"):
        demand(getattr(type(task), name) is not getattr(Task, name), f"{name} is not defined")


def _writer(task):
    writer = task.writer()
    if writer is not None:
        found, asked = (writer.inputs, writer.outputs), (task.inputs, task.outputs)
        demand("T" in TARGETS[task.kind][2], f"a {task.kind} has a writer, but no next step")
        demand(found == asked, f"its writer is for {found} inputs and outputs, not for {asked}")


def _repeatable_splits(task) -> Splits:
    splits, again = (task.splits(np.random.default_rng(0)) for _ in range(2))
    demand(isinstance(splits, Splits), f"splits(rng) gives {type(splits).__name__}, not Splits")
    demand(isinstance(splits.train, Source), "train is no Dataset, Stream or StatefulStream")
    for name in ("valid", "test"):
        batch = getattr(splits, name)
        demand(isinstance(batch, Batch), f"{name} is {type(batch).__name__}, not Batch")
        demand(same(batch, getattr(again, name)), f"{name}: the same rng gives other sequences")
    demand(
        all(map(same, training_batches(splits.train), training_batches(again.train))),
        "train: the same rng gives other batches",
    )
    sent = cloudpickle.loads(cloudpickle.dumps(task)).splits(np.random.default_rng(0))
    demand(same(splits.test, sent.test), "test: a pickled copy of the task gives other sequences")
    if not isinstance(splits.train, Dataset):
        demand(_differs(splits.train), "train: the stream ignores its rng")
    return splits


def _differs(stream):
    """Whether other seeds give other batches; few texts that repeat look alike to all of them."""
    first = training_batches(stream)
    others = (training_batches(stream, seed) for seed in range(2, 2 + SEEDS))
    return any(not all(map(same, first, batches)) for batches in others)


def _different(splits, has_validation):
    """Splits must not share most sequences; up to half is allowed, as real data has duplicates."""
    train, valid, test = splits
    demand(not same(valid, test), "valid and test are the same")
    if not isinstance(train, Dataset):
        size = len(test.x) if isinstance(train, Stream) else SIZE
        batch = next(train.batches(np.random.default_rng(0), size))
        demand(not same(batch, test), "train and test are the same")
        return
    held = {"train": train.batch, "valid": valid, "test": test}
    pairs = [("test", "train"), ("test", "valid")]
    pairs += [("valid", "train")] if has_validation else []
    for part, other in pairs:
        n, shared = len(held[part].x), len(fingerprints(held[part]) & fingerprints(held[other]))
        demand(shared <= n / 2, f"{shared} of {n} {part} sequences are in {other}")


def _metric(task, splits):
    """The metric suits the kind and the targets: roc_auc needs positive and negative ones."""
    metric = METRICS[task.metric]
    demand(task.kind in metric.kinds, f"metric {metric.name} is not for {task.kind}")
    for name in ("valid", "test"):
        _, y, lengths = getattr(splits, name)
        leading = y.shape if y.dtype == np.int64 else y.shape[:-1]
        score = metric.score(np.zeros((*leading, task.outputs), np.float32), y, lengths)
        demand(
            math.isfinite(score), f"metric {metric.name} gives {score} on {name}, whatever it is"
        )
    _further_scores(task, splits.test)


def _further_scores(task, test):
    leading = test.y.shape if test.y.dtype == np.int64 else test.y.shape[:-1]
    outputs = np.zeros((*leading, task.outputs), np.float32)
    for name, score in task.further_scores(outputs, test).items():
        good = name.isidentifier() and name != task.metric
        demand(good, f"further_scores: {name!r} is no name for another score")
        demand(isinstance(score, Real), f"further_scores: {name} is {score!r}, not a number")


def _baselines(task, splits):
    baselines = task.baselines(splits)
    demand(isinstance(baselines, Mapping) and len(baselines) > 0, "no baselines")
    for name, score in baselines.items():
        finite = isinstance(score, int | float) and math.isfinite(score)
        demand(finite, f"baseline {name!r} is {score!r}, not a finite number")
    return baselines

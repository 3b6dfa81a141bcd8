"""The training loop: minibatches, validation, early stopping, pruning, the best weights."""

import math
import time
from dataclasses import dataclass, field

import numpy as np

from .descent import Descent, Diverged, Stopped


class Pruned(Stopped):
    """The search stopped this trial at one of its rungs."""


@dataclass(frozen=True)
class Budget:
    """How long a trial trains.

    Attributes:
        ends: number of updates done by the end of each epoch, where validation is evaluated.
        patience: epochs without a better validation loss before early stopping; None for none.
        min_updates: no stopping before this many updates.
        rungs: epochs at which the search decides whether to continue.
    """

    ends: tuple[int, ...]
    patience: int | None = None
    min_updates: int = 0
    rungs: tuple[int, ...] = ()

    @property
    def updates(self):
        return self.ends[-1]


def budget(task, train, settings, rungs=lambda epochs: ()):
    """The budget of a trial: the task's, unless settings change it.

    An epoch is one pass over a data set, or what a stream defines as one. Pruning never happens
    before the task's ``min_updates``, nor before half the epochs (``searching.rungs.rungs``).

    Args:
        task: instance of a task.
        train: its training data.
        settings: {setting: value}, complete. ``updates`` sets the exact number of updates.
        rungs: number of epochs -> epochs at which pruning is possible; by default none.

    Returns:
        Budget.
    """
    size, wanted = settings["batch"], settings["updates"]
    epochs = settings["epochs"] or task.epochs
    if wanted is None:
        ends = [train.updates(size) * k for k in range(1, epochs + 1)]
    elif hasattr(train, "batch"):  # a data set: whole passes, the last one cut short
        per_epoch = train.updates(size)
        ends = [*range(per_epoch, wanted, per_epoch), wanted]
    else:
        epochs = min(epochs, wanted)
        ends = [wanted * k // epochs for k in range(1, epochs + 1)]
    late = tuple(k for k in rungs(len(ends)) if ends[k - 1] >= task.min_updates)
    patience = task.patience and (settings["patience"] or task.patience)  # a task may forbid it
    return Budget(tuple(ends), patience, task.min_updates, late)


@dataclass
class Course:
    """The course of training, and the best result on validation.

    Attributes:
        metric: name of the metric.
        curves: {key: a value per epoch}.
        seconds: training time of each epoch.
        epoch: the best epoch on validation, counted from 1; None if there is none.
        best: {key: score} at that epoch.
        weights: (P,), the weights at that epoch.
    """

    metric: str
    curves: dict[str, list[float]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    epoch: int | None = None
    best: dict[str, float] = field(default_factory=dict)
    weights: np.ndarray | None = None

    def add(self, values):
        """Append one epoch's values, {key: value}, to the curves."""
        for key, value in values.items():
            self.curves.setdefault(key, []).append(float(value))

    def last(self, key):
        return self.curves[key][-1]


def train(network, splits, settings, metric, budget, streams, report=None):
    """Train a network in place; at the end it has the weights that were best on validation.

    Args:
        network: Network, with its initial weights.
        splits: training, validation and test data.
        settings: {setting: value}, complete.
        metric: selects the best epoch on validation; ties are broken by the lower loss.
        budget: Budget.
        streams: {"data": NumPy generator, "dropout": NumPy generator}.
        report: (epoch, validation score) -> True to prune the trial; called at the rungs only.

    Returns:
        Course.

    Raises:
        Diverged, Pruned: with the course so far as ``error.course``.
    """
    course = Course(metric.name)
    epochs = _Epochs(network, splits.train, settings, metric, budget.updates, streams)
    stale, lowest = 0, math.inf
    try:
        for epoch, end in enumerate(budget.ends, start=1):
            started = time.perf_counter()
            means = epochs.until(end)
            course.seconds.append(time.perf_counter() - started)
            loss, score = network.evaluate(splits.valid, metric)
            _note(course, means, loss, score, epochs.descent.lr)
            if not math.isfinite(loss):
                raise Diverged(f"diverged at update {end}: the validation loss is not finite")
            _keep_best(course, network, metric, epoch)
            stale, lowest = (0, loss) if loss < lowest else (stale + 1, lowest)
            if epoch in budget.rungs and report is not None and report(epoch, score):
                raise Pruned(f"pruned after epoch {epoch} of {len(budget.ends)}")
            if budget.patience and stale >= budget.patience and end >= budget.min_updates:
                break
    except Stopped as stopped:
        stopped.course = course
        raise
    finally:
        if course.weights is not None:
            network.theta[:] = course.weights
    return course


class _Epochs:
    """Runs the updates of an epoch, and averages their measurements."""

    def __init__(self, network, source, settings, metric, updates, streams):
        self.metric, self.updates = metric, updates
        self.descent = Descent(network, settings, streams["dropout"])
        self.batches = source.batches(streams["data"], settings["batch"])

    def until(self, end):
        """Train until ``end`` updates are done.

        Returns:
            (3,), means over the epoch of loss, training score and gradient norm.

        Raises:
            Diverged: the loss or the gradient norm is not finite.
        """
        sums, counts, begun = np.zeros(3), np.zeros(3), self.descent.done
        while self.descent.done < end:
            batch = next(self.batches)
            done = self.descent.done
            spent = done / self.updates, (done + 1) / self.updates
            found, norm = self.descent.update(batch, spent, batch.continues)
            score = self._score(found, batch, self.descent.done - begun)
            seen = np.array([found.loss, score, norm], np.float64)
            known = ~np.isnan(seen)  # a batch without targets, or of one class, has no score
            sums, counts = sums + np.where(known, seen, 0), counts + known
        return sums / np.where(counts, counts, np.nan)

    def _score(self, found, batch, nth):
        """Training score of an epoch's nth batch; NaN for batches that a slow metric skips."""
        if self.metric.of_loss is not None:
            return self.metric.of_loss(found.loss)
        if (nth - 1) % self.metric.every:
            return math.nan
        return self.metric.score(found.outputs, batch.y, batch.lengths)


def _note(course, means, loss, score, lr):
    train_loss, train_score, norm = means
    course.add(
        {
            "train/loss": train_loss, "train/gradient_norm": norm, "train/lr": lr,
            "valid/loss": loss,
            f"train/{course.metric}": train_score, f"valid/{course.metric}": score,
        }
    )  # fmt: skip


def _keep_best(course, network, metric, epoch):
    """Keep scores and weights if the epoch is the best so far on validation."""
    selected = f"valid/{course.metric}"
    score, loss = course.last(selected), course.last("valid/loss")
    held = course.best.get(selected, math.nan)
    level = score == held and loss < course.best["valid/loss"]
    if metric.better(score, held) or level:
        keys = ("train/loss", "valid/loss", f"train/{course.metric}", selected)
        course.epoch, course.best = epoch, {key: course.last(key) for key in keys}
        course.weights = network.theta.copy()

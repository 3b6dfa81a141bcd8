"""The training loop: minibatches, validation, early stopping, pruning, checkpoints."""

import math
import time
from dataclasses import dataclass

import numpy as np

from gatelab.tasks.framework.dealing import positioned

from .course import Course
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


def train(network, splits, settings, metric, budget, streams, report=None, keeper=None):
    """Train a network in place; at the end it has the weights that were best on validation.

    Args:
        network: Network, with its initial weights.
        splits: training, validation and test data.
        settings: {setting: value}, complete.
        metric: selects the best epoch on validation; ties are broken by the lower loss.
        budget: Budget.
        streams: {"data": NumPy generator, "dropout": NumPy generator}.
        report: (epoch, validation score) -> True to prune the trial; called at the rungs only.
        keeper: ``checkpoints.Keeper``, which looks at the training after every update; None for no
            checkpoints. Training continues from its checkpoint, to the bit, if it has one.

    Returns:
        Course.

    Raises:
        Diverged, Pruned: with the course so far as ``error.course``.
        checkpoints.HandedBack: the keeper was told to stop.
    """
    training = Training(network, splits, settings, metric, budget, streams)
    if keeper is not None:
        keeper.resume(training)
    try:
        training.finish(report, keeper)
    except Stopped as stopped:
        stopped.course = training.course
        raise
    finally:
        training.course.total = time.perf_counter() - training.begun
        if training.course.weights is not None:
            network.theta[:] = training.course.weights
    return training.course


class Training:
    """A network in training: its weights, the position in the data and in the budget, its course.

    The arguments are those of ``train``.
    """

    def __init__(self, network, splits, settings, metric, budget, streams):
        self.network, self.splits, self.metric, self.budget = network, splits, metric, budget
        self.descent = Descent(network, settings, streams["dropout"])
        self.batches = positioned(splits.train.batches(streams["data"], settings["batch"]))
        self.course, self.begun = Course(metric.name), time.perf_counter()
        self._begin_epoch()

    def finish(self, report=None, keeper=None):
        """Train until the budget is spent or patience has run out; see ``train``."""
        course, budget = self.course, self.budget
        for epoch, end in enumerate(budget.ends[len(course.seconds) :], len(course.seconds) + 1):
            means = self._until(end, keeper)
            loss, score = self.network.evaluate(self.splits.valid, self.metric)
            course.note(means, loss, score, self.descent.lr)
            if not math.isfinite(loss):
                raise Diverged(f"diverged at update {end}: the validation loss is not finite")
            course.keep_best(self.metric, self.network.theta)
            if epoch in budget.rungs and report is not None and report(epoch, score):
                raise Pruned(f"pruned after epoch {epoch} of {len(budget.ends)}")
            if budget.patience and course.stale >= budget.patience and end >= budget.min_updates:
                break
            self._begin_epoch()

    def _begin_epoch(self):
        self.sums, self.counts = np.zeros(3), np.zeros(3)  # of its measurements
        self.epoch_begun = time.perf_counter()

    def _until(self, end, keeper):
        """Train until ``end`` updates are done.

        Returns:
            (3,), means over the epoch of loss, training score and gradient norm.

        Raises:
            Diverged: the loss or the gradient norm is not finite.
        """
        while self.descent.done < end:
            self._update()
            if keeper is not None:
                keeper.updated(self)
        self.course.seconds.append(time.perf_counter() - self.epoch_begun)
        return self.sums / np.where(self.counts, self.counts, np.nan)

    def _update(self):
        batch, done, all_ = next(self.batches), self.descent.done, self.budget.updates
        found, norm = self.descent.update(batch, (done / all_, (done + 1) / all_), batch.continues)
        seen = np.array([found.loss, self._score(found, batch), norm], np.float64)
        known = ~np.isnan(seen)  # a batch without targets, or of one class, has no score
        self.sums, self.counts = self.sums + np.where(known, seen, 0), self.counts + known

    def _score(self, found, batch):
        """Training score of the last batch; NaN for batches that a slow metric skips."""
        if self.metric.of_loss is not None:
            return self.metric.of_loss(found.loss)
        begun = (0, *self.budget.ends)[len(self.course.seconds)]
        if (self.descent.done - begun - 1) % self.metric.every:
            return math.nan
        return self.metric.score(found.outputs, batch.y, batch.lengths)

    # -- to be continued -------------------------------------------------------------------

    def snapshot(self):
        """All that the rest of training depends on, for ``resume``, as ``snapshots.pack`` takes it.

        Arrays are not copied.
        """
        now = time.perf_counter()
        return {
            "descent": self.descent.snapshot(),
            "batches": self.batches.position(),
            "course": vars(self.course) | {"total": now - self.begun},
            "sums": self.sums,
            "counts": self.counts,
            "seconds": now - self.epoch_begun,
        }

    def resume(self, snapshot):
        """Continue where a training with the same arguments was when it took the snapshot."""
        self.batches.resume(snapshot["batches"])
        self.descent.resume(snapshot["descent"])
        vars(self.course).update(snapshot["course"])
        self.sums, self.counts = snapshot["sums"], snapshot["counts"]
        now = time.perf_counter()
        self.begun, self.epoch_begun = now - self.course.total, now - snapshot["seconds"]

"""Sequences in batches: a fixed set, a stream of fresh ones, or long ones read in pieces."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np

from .dealing import Batches
from .errors import TaskError


class Batch(NamedTuple):
    """Sequences, batch first.

    x: (N, T, D) float32.
    y: by kind of task. Per sequence: (N, K) float32 (regression), (N,) int64 (classification). Per
        step: (N, T, K) float32 of 0 and 1, a set of labels (multilabel); (N, T, K) float32, NaN
        where there is no target (series); (N, T) int64, -1 where there is none (labelling).
    lengths: (N,) int64, valid steps of each sequence; None if all are full.
    """

    x: np.ndarray
    y: np.ndarray
    lengths: np.ndarray | None = None
    continues = False  # a property of the class, not a field

    def rows(self, index) -> "Batch":
        """The sequences that ``index`` picks: a slice, indices or a mask."""
        lengths = None if self.lengths is None else self.lengths[index]
        return Batch(self.x[index], self.y[index], lengths)

    def cropped(self) -> "Batch":
        """The batch up to the end of its longest sequence."""
        return self if self.lengths is None else self.until(int(self.lengths.max()))

    def until(self, steps: int) -> "Batch":
        """The first ``steps`` steps of the batch; lengths are kept."""
        y = self.y[:, :steps] if self.per_step else self.y
        return Batch(self.x[:, :steps], y, self.lengths)

    @property
    def per_step(self) -> bool:
        """Whether targets belong to steps, not to whole sequences."""
        classes = self.y.ndim == 2 and self.y.dtype.kind == "i"  # regression has floats
        return self.y.ndim == 3 or classes

    def valid(self) -> np.ndarray:
        """(N, T) bool: which steps belong to their sequence."""
        return valid_steps(self.lengths, *self.x.shape[:2])


class Continued(Batch):
    """A batch in which each row continues the same row of the previous batch."""

    continues = True


def valid_steps(lengths: np.ndarray | None, n: int, steps: int) -> np.ndarray:
    """A mask (n, steps) bool, true before the end of each sequence."""
    if lengths is None:
        return np.ones((n, steps), bool)
    return np.arange(steps) < np.asarray(lengths)[:, None]


class Dataset:
    """A fixed set of sequences, shuffled in each epoch.

    Ragged sequences are put into batches of similar lengths, which saves padding: every ``POOL``
    batches' worth of the shuffled sequences are sorted by length and then divided into batches.
    """

    POOL = 8

    def __init__(self, batch: Batch):
        if len(batch.x) == 0:
            raise TaskError("a data set needs at least one sequence")
        self.batch = batch

    def batches(self, rng: np.random.Generator, size: int) -> Iterator[Batch]:
        """Yield batches endlessly; each epoch is a permutation, and its last batch may be short.

        Ragged batches are cropped to their longest sequence.
        """
        return Batches(rng, partial(self._epoch, size=size), self.updates(size))

    def updates(self, size: int) -> int:
        """Batches in one epoch."""
        return -(-len(self.batch.x) // _positive("batch size", size))

    def _epoch(self, rng, size):
        order = rng.permutation(len(self.batch.x))
        if self.batch.lengths is not None:
            order = self._alike(rng, order, size)
        for start in range(0, len(order), size):
            yield self._dealt(order[start : start + size])

    def _dealt(self, index):
        """The sequences at ``index``, cropped before they are copied: copying is slow."""
        if self.batch.lengths is None:
            return self.batch.rows(index)
        return self.batch.until(int(self.batch.lengths[index].max())).rows(index)

    def _alike(self, rng, order, size):
        """The order with sequences of similar lengths side by side, batches in random order."""
        assert self.batch.lengths is not None
        full = len(order) - len(order) % size  # the remainder keeps its mixed lengths
        lengths, pool, batches = self.batch.lengths, self.POOL * size, []
        for start in range(0, full, pool):
            part = order[start : min(start + pool, full)]
            part = part[np.argsort(lengths[part], kind="stable")].reshape(-1, size)
            batches += list(rng.permutation(part))
        return np.concatenate([*batches, order[full:]])


class Stream:
    """Sequences drawn afresh for every update.

    Args:
        draw: (rng, size) -> Batch.
        epoch: updates that count as one epoch.
        at_once: updates drawn together. In NumPy, a generator that loops over time takes hardly
            longer for 500 sequences than for 30.
    """

    def __init__(
        self,
        draw: Callable[[np.random.Generator, int], Batch],
        epoch: int = 100,
        at_once: int = 1,
    ):
        self.draw = draw
        self.epoch = _positive("epoch of a stream", epoch)
        self.at_once = _positive("updates drawn at once", at_once)

    def batches(self, rng: np.random.Generator, size: int) -> Iterator[Batch]:
        """Yield fresh batches endlessly."""
        fresh = partial(self._fresh, size=_positive("batch size", size))
        return Batches(rng, fresh, self.at_once)

    def updates(self, size: int) -> int:
        """Batches in one epoch, whatever their size."""
        _positive("batch size", size)
        return self.epoch

    def _fresh(self, rng, size):
        drawn = self.draw(rng, self.at_once * size)
        if self.at_once == 1:
            yield drawn
            return
        for start in range(0, self.at_once * size, size):
            yield drawn.rows(slice(start, start + size)).cropped()


class StatefulStream:
    """Long sequences, read side by side in pieces: each batch continues the previous one.

    For stateful truncated backpropagation through time (Williams, Peng, 1990, Neural Computation
    2(4)): the state at the end of a batch is the next one's initial state, and gradients stop
    there. A batch that is not ``Continued`` begins in the cell's initial state.

    Args:
        read: (rng, rows) -> an endless iterator of batches. One that knows its position, such as
            ``Batches``, lets interrupted training continue at once; of any other the batches are
            drawn again.
        epoch: rows -> batches that count as one epoch.
    """

    def __init__(
        self,
        read: Callable[[np.random.Generator, int], Iterator[Batch]],
        epoch: Callable[[int], int],
    ):
        self.read, self.epoch = read, epoch

    def batches(self, rng: np.random.Generator, size: int) -> Iterator[Batch]:
        """Yield batches of ``size`` rows endlessly.

        Raises:
            TaskError: the source has fewer rows.
        """
        self.updates(size)
        return self.read(rng, size)

    def updates(self, size: int) -> int:
        """Batches in one epoch.

        Raises:
            TaskError: ``size`` rows are too many.
        """
        return _positive("epoch", self.epoch(_positive("batch size", size)))


Source = Dataset | Stream | StatefulStream


class Splits(NamedTuple):
    """What a study trains on, selects on and measures once."""

    train: Source
    valid: Batch
    test: Batch


def _positive(what: str, number: int) -> int:
    if number < 1:
        raise TaskError(f"{what} must be at least 1, got {number}")
    return number

"""Sequences of numbers: scaled as in training, answered by class, label or value."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..framework.batches import Batch, valid_steps
from ..framework.errors import TaskError
from ..framework.task import Task
from ..shared.ragged import padded, scale_of
from .answers import of_classes, of_sets, of_values
from .preparation import Preparation, shaped

if TYPE_CHECKING:
    import pandas as pd

PER_STEP = ("multilabel", "series", "labelling")
ANSWERS = {"classification": of_classes, "labelling": of_classes, "multilabel": of_sets}


@dataclass(frozen=True)
class Sequences(Preparation):
    """Each sequence is scaled channel by channel and read to its end.

    task: kind of the task, such as "classification".
    inputs, outputs: D and K.
    mean, spread: (D,), of the training steps; () if values are read as they are.
    labels: names of the K outputs; () for numbers from 0.
    """

    kind = "sequences"
    reads = "sequences of numbers, unscaled, each (T, D) or, for one channel, (T,)"

    task: str
    inputs: int
    outputs: int
    mean: tuple[float, ...] = ()
    spread: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()

    @classmethod
    def of(cls, task: Task, train: Batch | None = None, labels: Sequence[str] = ()) -> "Sequences":
        """The preparation of a task.

        Args:
            train: the training split before it is standardised; None if inputs are not scaled.
            labels: names of the outputs.
        """
        mean, spread = ((), ()) if train is None else (tuple(p.tolist()) for p in scale_of(train))
        return cls(task.kind, task.inputs, task.outputs, mean, spread, tuple(labels))

    def answer(self, network, raw):
        """The answer to each sequence; for tasks that answer at each step, a row per step.

        Args:
            raw: sequences (T, D), or (T,) if D is 1, which may differ in length; or one array
                (N, T, D).
        """
        return self.batch(network, *self.read(raw))

    def batch(self, network, x: np.ndarray, lengths: np.ndarray | None = None) -> "pd.DataFrame":
        """The same for sequences that are in one array (N, T, D), padded to the longest."""
        import pandas as pd  # not while a network is trained

        outputs = network.predict(self.scaled(x, lengths), lengths)
        steps = x.shape[1:2] if self.task in PER_STEP else ()
        outputs = shaped(outputs, (len(x), *steps, self.outputs))
        show, names = ANSWERS.get(self.task, of_values), self.names
        if not steps:
            return show(outputs, names).rename_axis("sequence")
        alive = valid_steps(lengths, *x.shape[:2])
        places = pd.MultiIndex.from_arrays(np.nonzero(alive), names=["sequence", "step"])
        return show(outputs[alive], names).set_axis(places)

    def read(self, raw: Any) -> tuple[np.ndarray, np.ndarray]:
        """Sequences as one array (N, T, D), padded with zeros, and their lengths (N,).

        Raises:
            TaskError: there is none, one is empty, has other channels or holds no finite numbers.
        """
        if isinstance(raw, str) or not isinstance(raw, Sequence | np.ndarray) or len(raw) == 0:
            raise TaskError(f"give a list of sequences, each {self._shape()}")
        return padded([self._one(k, each) for k, each in enumerate(raw)])

    def scaled(self, x: np.ndarray, lengths: np.ndarray | None = None) -> np.ndarray:
        """Sequences (N, T, D) on the scale of the training steps; padding is zero."""
        if self.mean:
            x = (x - np.array(self.mean)) / np.array(self.spread)
        return np.where(valid_steps(lengths, *x.shape[:2])[..., None], x, 0).astype(np.float32)

    def _one(self, k, sequence):
        try:
            values = np.asarray(sequence, np.float32)
        except (TypeError, ValueError):
            raise TaskError(
                f"sequence {k} is not made of numbers, {self._shape()}; its steps must have the "
                "same number of channels"
            ) from None
        values = values[:, None] if values.ndim == self.inputs == 1 else values
        if values.ndim != 2 or values.shape[1] != self.inputs or len(values) == 0:
            raise TaskError(f"sequence {k} has shape {values.shape}, not {self._shape()}")
        if not np.isfinite(values).all():
            step, channel = np.argwhere(~np.isfinite(values))[0]
            raise TaskError(
                f"sequence {k}, step {step}, channel {channel} is missing or not a finite number"
            )
        return values

    @property
    def names(self) -> list[str]:
        """Of the K outputs."""
        named = len(self.labels) == self.outputs
        return [*self.labels] if named else [str(k) for k in range(self.outputs)]

    def _shape(self):
        return "(T,)" if self.inputs == 1 else f"(T, {self.inputs})"

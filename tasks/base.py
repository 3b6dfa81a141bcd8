"""The class that every task extends."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from .data import Batch, Splits
from .errors import unknown
from .options import checked

NOT_OPTIONS = {"kind", "metric", "inputs", "outputs", "selects", "at_least", "choices"}


class Task:
    """Sequences with targets, how a study spends its budget on them, and what a score is worth.

    A task declares, as class attributes, what it is (``kind``, ``metric``, ``inputs``,
    ``outputs``) and its options with their defaults; every public attribute that is none of
    the former is an option, and ``Adding(length=100)`` sets one. A study then asks for the
    ``splits``, once, with its own rng: validation and test are the same for all its trials.
    ``baselines`` says what is reached without a recurrent cell.

    kind: "regression" or "classification" (a target per sequence), "multilabel", "series" or
        "labelling" (targets per step); decides the shape of y (see Batch).
    metric: a name in METRICS.
    selects: False where a protocol has no validation data: what stands there are then training
        sequences.
    inputs, outputs: D and K.
    epochs: evaluations of the validation set in one trial, the default budget.
    patience: epochs without a better validation loss before stopping; None forbids stopping.
    min_updates: no early stopping before this many updates.
    search: this task's overrides of the shared search space, such as {"hidden": (8, 32)}.
    at_least, choices: what an option may be, {"length": 2}, {"order": ("pixels", "rows")}.
    """

    name: str = ""
    kind: str = "regression"
    metric: str = "mse"
    selects: bool = True
    inputs: int = 1
    outputs: int = 1
    epochs: int = 30
    patience: int | None = 10
    min_updates: int = 0
    search: ClassVar[dict[str, tuple | list]] = {}
    at_least: ClassVar[dict[str, int]] = {}
    choices: ClassVar[dict[str, tuple]] = {}

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "name" not in vars(cls):
            cls.name = cls.__name__.lower()

    def __init__(self, **options):
        """Raises TaskError for an unknown option or a value it cannot have."""
        defaults = self.defaults()
        for option in options:
            if option not in defaults:
                raise unknown(f"option of {self.name}", option, defaults)
        for option, value in (defaults | options).items():
            setattr(self, option, self._checked(option, value, defaults[option]))

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """Every option with its default."""
        seen = {}
        for parent in reversed(cls.__mro__):
            seen |= vars(parent)
        return {name: value for name, value in seen.items() if _is_option(name, value)}

    def options(self) -> dict[str, Any]:
        """Every option with the value it has here."""
        return {option: getattr(self, option) for option in self.defaults()}

    def splits(self, rng: np.random.Generator) -> Splits:
        """Training data, validation and test; every draw comes from the study's rng."""
        raise NotImplementedError(f"{type(self).__name__} has no splits(rng)")

    def baselines(self, splits: Splits) -> Mapping[str, float]:
        """{what it is in words: its score on the test split, in the task's metric}."""
        raise NotImplementedError(f"{type(self).__name__} has no baselines(splits)")

    def sketch(self, batch: Batch) -> str:
        """The first sequence of a batch, drawn with characters; by default its numbers."""
        steps = int(batch.valid()[0].sum())
        shown = min(steps, 12)
        more = " ..." if shown < steps else ""
        lines = [
            f"x[{d}]  " + " ".join(f"{v:5.2f}" for v in batch.x[0, :shown, d]) + more
            for d in range(min(batch.x.shape[2], 12))
        ]
        return "\n".join(
            [*lines, f"y     {np.array2string(batch.y[0], precision=2, threshold=24)}"]
        )

    def __repr__(self):
        changed = {k: v for k, v in self.options().items() if v != self.defaults()[k]}
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in changed.items())})"

    def _checked(self, option, value, default):
        least = self.at_least.get(option, 0 if option == "min_updates" else 1)
        return checked(option, value, default, least, self.choices.get(option))


def _is_option(name, value):
    public = not name.startswith("_") and name not in NOT_OPTIONS
    return public and not callable(value) and not hasattr(value, "__get__")

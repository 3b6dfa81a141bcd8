"""The class that every task extends."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from gatelab.foundation.errors import unknown

from . import panels
from .batches import Batch, Splits
from .errors import TaskError
from .metrics import METRICS
from .options import allowed, checked
from .stopping import Rule
from .timeline import Timeline
from .writer import Writer

NOT_OPTIONS = {
    *("kind", "metric", "inputs", "outputs", "has_validation", "at_least", "choices", "ahead"),
    *("labels", "stop", "reads", "next_step", "notes"),
}


class Task:
    """Sequences with targets, the default budget of a trial, and baselines for the score.

    A task declares, as class attributes, what it is (``kind``, ``metric``, ``inputs``,
    ``outputs``) and its options with their defaults; every public attribute that is none of
    the former is an option, and ``Adding(length=100)`` sets one. A study then asks for the
    ``splits``, once, with its own rng: validation and test are the same for all its trials.
    ``baselines`` gives the scores of models without a recurrent cell.

    kind: "regression" or "classification" (a target per sequence), "multilabel", "series" or
        "labelling" (targets per step); decides the shape of y (see Batch).
    metric: a name in METRICS.
    has_validation: False if a protocol holds nothing out for validation: training sequences then
        take its place, and must not be used for selection.
    inputs, outputs: D and K.
    ahead: number of steps that a "regression" forecasts: y is (N, ahead * series), step by step.
        Each step is then scored separately, too.
    labels: names of the K classes; () if they have none.
    notes: what was done to the user's own data on reading them (left out, filled, sorted,
        renumbered), a sentence each; () if nothing.
    stop: the paper's stop rule, if it has one: when a run that counts sequences is over.
    next_step: True where a step's target can be read off the next input, so that a network which
        reads backwards would see the answer.
    reads: for real data, the files it reads (names in FILES), or the package that has them; () if
        sequences are generated.
    epochs: evaluations of the validation set in one trial, the default budget.
    patience: epochs without a better validation loss before stopping; None forbids stopping.
    min_updates: no early stopping before this many updates.
    search: this task's overrides of the shared search space, such as {"hidden": (8, 32)}.
    at_least, choices: bounds and allowed values of options, such as {"length": 2} and
        {"order": ("pixels", "rows")}.
    """

    name: str = ""
    kind: str = "regression"
    metric: str = "mse"
    has_validation: bool = True
    inputs: int = 1
    outputs: int = 1
    ahead: int = 1
    labels: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    stop: Rule | None = None
    next_step: bool = False
    reads: tuple[str, ...] = ()
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
                raise unknown(f"option of {self.name}", option, defaults, TaskError)
        for option, value in (defaults | options).items():
            setattr(self, option, self._checked(option, value, defaults[option]))

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """Every option with its default."""
        seen = {}
        for parent in reversed(cls.__mro__):
            seen |= vars(parent)
        return {name: value for name, value in seen.items() if _is_option(name, value)}

    @classmethod
    def allowed(cls) -> dict[str, str]:
        """The values that each option accepts, in words."""
        return {
            option: allowed(option, default, cls._least(option), cls.choices.get(option))
            for option, default in cls.defaults().items()
        }

    def options(self) -> dict[str, Any]:
        """Every option with its value in this task."""
        return {option: getattr(self, option) for option in self.defaults()}

    def splits(self, rng: np.random.Generator) -> Splits:
        """Training data, validation and test; every draw comes from the study's rng."""
        raise NotImplementedError(f"{type(self).__name__} has no splits(rng)")

    def preparation(self, rng: np.random.Generator | None = None) -> Any:
        """What stands between raw input and a network, as ``tasks.preparation`` has it; or None.

        Args:
            rng: as for ``splits``: scales are those of the training split.
        """
        return None

    def backtest(self, splits: Splits) -> Any:
        """The test split's forecasts in units, as ``tasks.shared.backtest`` has them; or None."""
        return None

    def baselines(self, splits: Splits) -> Mapping[str, float]:
        """{description of a baseline: its score on the test split, in the task's metric}."""
        raise NotImplementedError(f"{type(self).__name__} has no baselines(splits)")

    def scores(self, answers: Mapping[str, np.ndarray], batch: Batch) -> dict[str, float]:
        """{name: score in the task's metric} of several outputs for a batch, for ``baselines``."""
        score = METRICS[self.metric].score
        return {name: score(each, batch.y, batch.lengths) for name, each in answers.items()}

    def further_scores(self, outputs: np.ndarray, batch: Batch) -> Mapping[str, float]:
        """{name: score}: scores besides the metric; none by default.

        Called once per trial, on the test split, with the outputs that the metric gets. For
        example, a task that detects anomalies ranks the errors of its forecasts::

            def further_scores(self, outputs, batch):
                error = np.abs(outputs - batch.y).mean((1, 2))  # (N,)
                return {"roc_auc": roc_auc_score(self.anomalous, error)}


        A name consists of letters, digits and "_". A score is NaN if there is nothing to score.
        """
        return {}

    def writer(self) -> Writer | None:
        """The writer with which a network generates such sequences; None if they have none."""
        return None

    def further_baselines(self, splits: Splits) -> Mapping[str, Mapping[str, float]]:
        """{baseline: ``further_scores`` of its outputs on the test split}; nothing by default."""
        return {}

    def sketch(self, batch: Batch) -> str:
        """The first sequence of a batch, drawn with characters; by default its numbers."""
        steps = int(batch.valid()[0].sum())
        shown = min(steps, 12)
        more = " ..." if shown < steps else ""
        lines = [
            f"x[{d}]  " + " ".join(f"{v:5.2f}" for v in batch.x[0, :shown, d]) + more
            for d in range(min(batch.x.shape[2], 12))
        ]
        y = np.array2string(batch.y[0], precision=2, threshold=24)
        if self.labels and self.kind == "classification":
            y = f"{y}, {self.labels[int(batch.y[0])]}"
        return "\n".join([*lines, f"y     {y}"])

    def origin(self) -> Mapping[str, str]:
        """{heading: lines}: how the user's own data were read and divided; {} by default."""
        return {}

    def timeline(self) -> Timeline | None:
        """Where the splits lie along a table's rows, to be drawn; None by default."""
        return None

    def legend(self) -> tuple[Sequence[str], Sequence[str]]:
        """Names of the D inputs and the K outputs in a picture; () for the default names."""
        return (), self.labels

    def panels(self, batch: Batch) -> Sequence[panels.Panel]:
        """The picture of the first sequence of a batch; by default chosen by kind and values."""
        return panels.of(self, batch)

    def __repr__(self):
        changed = {k: v for k, v in self.options().items() if v != self.defaults()[k]}
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in changed.items())})"

    @classmethod
    def _least(cls, option):
        return cls.at_least.get(option, 0 if option == "min_updates" else 1)

    def _checked(self, option, value, default):
        return checked(option, value, default, self._least(option), self.choices.get(option))


def _is_option(name, value):
    public = not name.startswith("_") and name not in NOT_OPTIONS
    return public and not callable(value) and not hasattr(value, "__get__")

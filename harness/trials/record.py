"""What a trial leaves behind: one type on its way from the worker to Optuna, MLflow and the tables.

A score's key is ``part/name``: the part of the data, and the loss or a metric: "train/loss",
"valid/mse", "test/accuracy", "gap/loss" (validation minus training). docs/records.md lists them.
"""

import math
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache
from importlib.metadata import version
from typing import Any

from ..errors import StudyError
from ..foundation.jsonable import plain
from ..foundation.processor import processor

PACKAGES = ("gatelab", "numpy", "numba")
OUTCOMES = ("complete", "pruned", "failed")


def column(key):
    """A key as tables and MLflow's ``best/...`` write it: "test/mse" is ``test_mse``."""
    return key.replace("/", "_", 1)


@cache
def versions() -> dict[str, str]:
    """Of Python and of the packages that decide what is computed."""
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}


@dataclass(frozen=True)
class Baseline:
    """The strongest baseline of a task, its test score, and whether the trial's own beats it."""

    name: str
    score: float
    beaten: bool


@dataclass(frozen=True)
class Record:
    """A training run that has ended.

    Attributes:
        state: complete, pruned or failed; reason: why, in one line, unless complete.
        slot: of the budget; trial: its number in Optuna, None before that knows of the end.
        seed: the study's.
        params: every setting that had an effect, the cell's own hyperparameters among them.
        curves: {key: a value per epoch}.
        epoch: the best one on validation, from 1; best: {key: score} at that epoch, and of the
            test split, measured at its weights.
        over: {name: [[step, value], ...]}, curves over something else than epochs.
        confusion: counts on the test split, a row per true class.
        cost: {name: number}: parameters, seconds, seconds_per_epoch, milliseconds_per_sequence,
            peak_megabytes.
        weights: the file they were saved to.
        processor: the kind that trained; the same numbers, to the bit, hold on one kind.
        versions: {package: version}.
    """

    state: str
    slot: int
    seed: int
    params: Mapping[str, Any]
    reason: str | None = None
    trial: int | None = None
    curves: dict[str, list[float]] = field(default_factory=dict)
    epoch: int | None = None
    best: dict[str, float] = field(default_factory=dict)
    over: dict[str, list[list[float]]] = field(default_factory=dict)
    confusion: list[list[int]] | None = None
    baseline: Baseline | None = None
    cost: dict[str, float] = field(default_factory=lambda: {"parameters": 0, "seconds": 0.0})
    weights: str | None = None
    processor: str = field(default_factory=processor)
    versions: dict[str, str] = field(default_factory=versions)

    def __post_init__(self):
        if self.state not in OUTCOMES:
            raise StudyError(f"a trial ends as {' or '.join(OUTCOMES)}, not as {self.state!r}")

    @classmethod
    def of_failure(cls, slot, seed, params, reason):
        """The record of a trial that gave none: its process died, its task raised."""
        return cls("failed", slot, seed, params, reason.partition("\n")[0][:500])

    def failed(self, reason):
        """This record, of a trial that counts as failed after all."""
        return replace(self, state="failed", reason=reason)

    @property
    def epochs(self):
        """1, 2, ...: one per evaluation of the validation split."""
        return range(1, max(map(len, self.curves.values()), default=0) + 1)

    def score(self, part, name):
        """At the best epoch; NaN for none."""
        return self.best.get(f"{part}/{name}", math.nan)

    def to_json(self):
        """As a dict that JSON can hold; None for what is no finite number."""
        return plain(asdict(self))

    @classmethod
    def from_json(cls, data):
        """The record that ``to_json`` wrote; NaN for what was no finite number.

        Raises:
            StudyError: another version of gatelab wrote it.
        """
        _check_keys("record", data, cls)
        numbers = {name: _numbers(data[name]) for name in ("curves", "best", "over", "cost")}
        baseline = data["baseline"]
        if baseline is not None:
            _check_keys("record's baseline", baseline, Baseline)
            baseline = Baseline(**{**baseline, "score": _numbers(baseline["score"])})
        return cls(**{**data, **numbers, "baseline": baseline})


def _check_keys(what, data, cls):
    known = {field.name for field in fields(cls)}
    wrong = [f"has {name!r}" for name in data if name not in known]
    wrong += [f"lacks {name!r}" for name in sorted(known) if name not in data]
    if wrong:
        raise StudyError(
            f"a trial's {what} {wrong[0]}: another version of gatelab wrote it; use that one, or "
            "another folder"
        )


def _numbers(value):
    """NaN for None, at any depth."""
    if isinstance(value, dict):
        return {key: _numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_numbers(item) for item in value]
    return math.nan if value is None else value

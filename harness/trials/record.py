"""The record of a trial, which goes from the worker to Optuna, MLflow and the tables.

A score's key is ``part/name``, the part of the data and the loss or a metric: "train/loss",
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


def brief(record):
    """The record without what is measured more than once: most of what it takes to store it."""
    return replace(record, curves={}, over={}, confusion=None)


def column(key):
    """A key in the form used by tables and MLflow's ``best/...``: "test/mse" is ``test_mse``."""
    return key.replace("/", "_", 1)


@cache
def versions() -> dict[str, str]:
    """Versions of Python and of the packages that determine the results."""
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}


@dataclass(frozen=True)
class Baseline:
    """The strongest baseline of a task, its test score, and whether the trial beats it."""

    name: str
    score: float
    beaten: bool


@dataclass(frozen=True)
class Record:
    """A training run that has ended.

    Attributes:
        state: "complete", "pruned" or "failed".
        slot: of the budget.
        seed: the study's.
        params: every setting that had an effect, including the cell's own hyperparameters.
        reason: why it was pruned or failed, in one line; None if complete.
        trial: its number in Optuna; None until the record is stored there.
        curves: {key: a value per epoch}.
        epoch: the best epoch on validation, counted from 1.
        best: {key: score} at that epoch, including the test split at that epoch's weights.
        over: {name: [[step, value], ...]}, curves over another abscissa than epochs.
        confusion: counts on the test split, a row per true class.
        baseline: the strongest baseline; None if unknown.
        cost: {name: number}: parameters, seconds, seconds_per_epoch, milliseconds_per_sequence,
            peak_megabytes.
        weights: path of the saved weights, relative to the study's folder.
        processor: kind of processor; results are bit-identical on one kind only.
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
        """The record of a trial that produced none: its process died, or its task raised."""
        return cls("failed", slot, seed, params, reason.partition("\n")[0][:500])

    def failed(self, reason):
        """A copy of the record with state "failed"."""
        return replace(self, state="failed", reason=reason)

    @property
    def erred(self):
        """Whether it failed by an error, not by its numbers: nothing was measured."""
        return self.state == "failed" and not self.cost["parameters"]

    @property
    def epochs(self):
        """The epochs 1, 2, ...: one per evaluation of the validation split."""
        return range(1, max(map(len, self.curves.values()), default=0) + 1)

    def score(self, part, name):
        """A score at the best epoch; NaN if there is none."""
        return self.best.get(f"{part}/{name}", math.nan)

    def to_json(self):
        """The record as a dict for JSON, with None for numbers that are not finite."""
        return plain(asdict(self))

    @classmethod
    def from_json(cls, data):
        """The record from the dict of ``to_json``, with NaN for numbers that were not finite.

        Raises:
            StudyError: another version of gatelab wrote it.
        """
        _check_keys("record", data, cls)
        numbers = {name: _numbers(data[name]) for name in ("curves", "best", "over", "cost")}
        baseline = data["baseline"]
        if baseline is not None:
            _check_keys("record's baseline", baseline, Baseline)
            baseline = Baseline(**{**baseline, "score": _numbers(baseline["score"])})
        versions = _shared(tuple(data["versions"].items()))
        return cls(**{**data, **numbers, "baseline": baseline, "versions": versions})


@cache
def _shared(items):
    """A dict, once for all records that have the same."""
    return dict(items)


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
    """The value with NaN in place of None, at any depth."""
    if isinstance(value, dict):
        return {key: _numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_numbers(item) for item in value]
    return math.nan if value is None else value

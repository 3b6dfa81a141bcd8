"""What a study keeps of its forecasts on the test split, in the units of the user's table.

A file per task holds what happened and the forecasts of the baselines, a file per cell those of
its best network: over the last windows of the test split the values, over all windows the errors
by step ahead. Nothing is pickled, and the data are not needed to draw them.
"""

import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from gatelab.tasks.framework.task import Task

from ..networks.network import Network
from ..trials.trial import splits_of

MOST = 3  # targets that are kept
DAMAGED = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True)
class Forecasts:
    """Forecasts of a network or a baseline.

    values: (n, H, K), over the last windows of the test split; None if they are not kept.
    mae, rmse: (H, K), over all windows.
    """

    mae: np.ndarray
    rmse: np.ndarray
    values: np.ndarray | None = None


@dataclass(frozen=True)
class Kept:
    """What is kept of a task.

    targets, units: (K,), of the table.
    left_out: number of targets that are not kept.
    windows: number of windows of the test split.
    starts: (n,), row of the table with which each of the last windows' forecasts begins.
    step: microseconds between rows, 0 if unknown.
    series: to which the last windows belong, or "".
    actual: (n, H, K), what happened.
    times: (n, H), when; None if unknown.
    baselines: {name: Forecasts}.
    cells: {variant: Forecasts}.
    """

    targets: list[str]
    units: list[str]
    left_out: int
    windows: int
    starts: np.ndarray
    step: int
    series: str
    actual: np.ndarray
    times: np.ndarray | None
    baselines: dict[str, Forecasts]
    cells: dict[str, Forecasts] = field(default_factory=dict)

    @property
    def horizon(self) -> int:
        return self.actual.shape[1]


def keep(study, task):
    """Write the forecasts of the best networks on a task that has a backtest, unless they exist.

    Args:
        study: whose trials have ended.
        task: one of its tasks.
    """
    if type(task).backtest is Task.backtest:
        return
    stale = [*_stale(study, task)]
    if not stale:
        return
    splits = splits_of(task, study.seed)
    backtest = task.backtest(splits)
    if backtest is None:
        return
    save(study.out, task.name, backtest, splits.test)
    for c, record, weights in stale:
        outputs = Network.load(weights, backend="numpy").predict(splits.test.x)
        save_cell(study.out, task.name, c.variant.name, backtest, outputs, splits.test, record.slot)


def _stale(study, task):
    """(comparison, record, weights) of the best networks whose forecasts are not kept yet."""
    for c in study.of_task(task):
        record = c.search.best()
        weights = record and c.folder("weights", f"trial-{record.slot:04d}.npz")
        if weights and weights.exists():
            held = _arrays(cell_file(study.out, task.name, c.variant.name))
            if held is None or held.get("slot") != record.slot:
                yield c, record, weights


def task_file(out, task):
    """Where a study keeps what happened on a task, and what the baselines forecast."""
    return Path(out) / "forecasts" / f"{task}.npz"


def cell_file(out, task, variant):
    """Where a study keeps what a cell's best network forecasts."""
    return Path(out) / "forecasts" / task / f"{variant}.npz"


def save(out, task, backtest, test):
    """Write a task's file.

    Args:
        backtest: of the task, see ``tasks.shared.backtest``.
        test: the test split.
    """
    chosen, last = _chosen(backtest), backtest.last()
    ahead, names = backtest.ahead(last), [*backtest.guesses]
    errors = [backtest.errors(backtest.guesses[name], test.y) for name in names]
    known = {} if backtest.times is None else {"times": _stamps(backtest.times[ahead])}
    _write(
        task_file(out, task),
        targets=[backtest.targets[k] for k in chosen],
        units=[backtest.units.get(backtest.targets[k], "") for k in chosen],
        left_out=len(backtest.targets) - len(chosen), windows=len(backtest.starts),
        starts=backtest.starts[last], step=backtest.step,
        series="" if backtest.series is None else str(backtest.series[last[0]]),
        actual=backtest.rows[ahead][..., chosen],
        baselines=names, naive=[*backtest.naive],
        mae=np.stack([mae[:, chosen] for mae, _ in errors]),
        rmse=np.stack([rmse[:, chosen] for _, rmse in errors]),
        values=np.stack(
            [backtest.values(backtest.guesses[n], last)[..., chosen] for n in backtest.naive]
        ),
        **known,
    )  # fmt: skip


def save_cell(out, task, variant, backtest, outputs, test, slot):
    """Write the forecasts (N, H * K) of a cell's best network, which trial ``slot`` trained."""
    chosen, last = _chosen(backtest), backtest.last()
    mae, rmse = (error[:, chosen] for error in backtest.errors(outputs, test.y))
    _write(
        cell_file(out, task, variant), slot=slot, mae=mae, rmse=rmse,
        values=backtest.values(outputs, last)[..., chosen],
    )  # fmt: skip


def read(out, task, variants):
    """What a study keeps of a task.

    Args:
        variants: names of cells; those of which nothing is kept are left out.

    Returns:
        ``Kept``; None if nothing is kept, as for tasks that are no forecasts and in folders from
        before, or if the file is damaged.
    """
    held = _arrays(task_file(out, task))
    if held is None:
        return None
    try:
        kept = _kept(held)
    except (*DAMAGED, IndexError):
        return None
    for variant in variants:
        found = _of_cell(_arrays(cell_file(out, task, variant)))
        if found is not None and found.values.shape == kept.actual.shape:
            kept.cells[variant] = found
    return kept


def _kept(held):
    naive = dict(zip(held["naive"].tolist(), held["values"], strict=True))
    errors = zip(held["baselines"].tolist(), held["mae"], held["rmse"], strict=True)
    return Kept(
        held["targets"].tolist(), held["units"].tolist(), int(held["left_out"]),
        int(held["windows"]), held["starts"], int(held["step"]), str(held["series"]),
        held["actual"], held["times"].astype("datetime64[us]") if "times" in held else None,
        {name: Forecasts(mae, rmse, naive.get(name)) for name, mae, rmse in errors},
    )  # fmt: skip


def _of_cell(held) -> Any:
    if held is None or not {"mae", "rmse", "values"} <= {*held}:
        return None
    return Forecasts(held["mae"], held["rmse"], held["values"])


def _chosen(backtest):
    """Indices of the targets that are kept."""
    shown = backtest.shown or backtest.targets
    return [[*backtest.targets].index(name) for name in shown[:MOST]]


def _stamps(times):
    return times.astype("datetime64[us]").astype(np.int64)


def _write(path, **arrays):
    path.parent.mkdir(parents=True, exist_ok=True)
    made: dict[str, Any] = {name: np.asarray(each) for name, each in arrays.items()}
    np.savez_compressed(path, **made)


def _arrays(path):
    """The arrays of a file; None if it is missing or damaged."""
    try:
        with np.load(path) as held:
            return dict(held)
    except DAMAGED:
        return None

"""The panels of a picture of a sequence, from top to bottom; ``figure`` draws them.

A panel that is ``asked`` holds targets, the others hold inputs.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .batches import Batch

SHOWN = 120  # steps of a longer sequence
WHOLE = 600  # steps of a sequence whose targets are far apart
CHANNELS = 4  # more of them are a heat map
SYMBOLS = 32  # more of them, a character each, are a text


class Values(NamedTuple):
    """Numbers (T,) from step ``first`` on, NaN where there is none; ``marked`` (T,) stand out."""

    name: str
    values: np.ndarray
    asked: bool = False
    marked: np.ndarray | None = None
    first: int = 1


class Cells(NamedTuple):
    """Which of K named things are present at each step, (T, K) bool."""

    name: str
    on: np.ndarray
    names: Sequence[str]
    asked: bool = False


class Heat(NamedTuple):
    """Numbers (T, K) as colours, with a name for each of the K."""

    name: str
    values: np.ndarray
    names: Sequence[str]
    asked: bool = False


class Text(NamedTuple):
    """Symbols, each with the one to predict, if any, below it."""

    name: str
    read: Sequence[str]
    answers: Sequence[str] = ()
    asked: bool = False


class Image(NamedTuple):
    """Darkness (rows, columns), 0 for white."""

    name: str
    pixels: np.ndarray
    asked: bool = False


class Forecast(NamedTuple):
    """Numbers (T,) that are read and the targets (A,) that follow, empty if there are none."""

    name: str
    seen: np.ndarray
    ahead: np.ndarray
    asked: bool = False


Panel = Values | Cells | Heat | Text | Image | Forecast


def of(task: Any, batch: Batch) -> Sequence[Panel]:
    """Panels for the first sequence of a batch, chosen by kind of task and by its values."""
    inputs, outputs = task.legend()
    x, y = shown(task, batch)
    if task.ahead > 1 and task.outputs == task.ahead * x.shape[1]:
        return forecasts(x, y.reshape(task.ahead, -1), inputs)
    steps = x.shape[1]
    names = inputs or [f"x[{d}]" for d in range(steps)]
    answers = outputs or [str(k) for k in range(task.outputs)]
    if steps > SYMBOLS and _are_symbols(x) and all(len(name) == 1 for name in names):
        asked = y if task.kind == "labelling" else ()
        return [Text("read", _named(x.argmax(1), names), _named(asked, answers))]
    return [*_read(x, names), *_asked(task, y, answers)]


def forecasts(x: np.ndarray, y: np.ndarray, names: Sequence[str]) -> Sequence[Panel]:
    """One panel per series: a window x (T, D) and the values y (A, D) that follow it."""
    names = names or [f"x[{d}]" for d in range(x.shape[1])]
    return [Forecast(*series) for series in zip(names, x.T, y.T, strict=True)]


def shown(task: Any, batch: Batch) -> tuple[np.ndarray, np.ndarray]:
    """x (T, D) and y of the first sequence, cut to the steps that fit into a picture."""
    alive = int(batch.valid()[0].sum())
    x, y = batch.x[0, :alive], batch.y[0]
    if task.kind in ("regression", "classification"):
        return x, y
    y, labelling = y[:alive], task.kind == "labelling"
    asked = y[:SHOWN] >= 0 if labelling else ~np.isnan(y[:SHOWN])
    steps = WHOLE if labelling and alive <= WHOLE else SHOWN
    return (x[:steps], y[:steps]) if asked.any() else (x, y)


def _read(x, names):
    if x.shape[1] > 1 and np.isin(x, (0, 1)).all():
        return [Cells("read", x > 0, names)]
    if x.shape[1] > CHANNELS:
        return [Heat("read", x, names)]
    marks = [channel for channel in x.T if np.isin(channel, (-1, 0, 1)).all()]
    marked = marks[0] == 1 if len(marks) == 1 and x.shape[1] > 1 else None
    said = [f"read: {name}" for name in names] if x.shape[1] > 1 else ["read"]
    return [Values(name, channel, marked=marked) for name, channel in zip(said, x.T, strict=True)]


def _asked(task, y, names):
    name = "to predict"
    if task.kind == "labelling":
        return [Cells(name, y[:, None] == np.arange(task.outputs), names, True)]
    if task.kind == "multilabel":
        return [Cells(name, y > 0, names, True)]
    if task.kind != "series":
        return []
    if y.shape[1] > CHANNELS:
        return [Heat(name, y, names, True)]
    many = y.shape[1] > 1
    return [Values(f"{name}: {names[k]}" if many else name, y[:, k], True) for k in range(len(y.T))]


def _named(places, names):
    return [names[int(place)] if place >= 0 else " " for place in places]


def _are_symbols(x):
    return np.isin(x, (0, 1)).all() and (x.sum(1) <= 1).all()

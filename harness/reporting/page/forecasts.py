"""Forecasts of a table: the last ones of the test split beside what happened, in its own units."""

import numpy as np
import pandas as pd

from ..forecasts import read
from .ahead import errors_figure
from .canvas import FAINT, INK, drawn, legend, with_legend
from .numbers import count, listed, number, short
from .parts import Figure, Section, Table
from .spans import axis, baseline, best_cell, in_unit, lines, moments, span, titled

TICKS = 6  # most times along the axis
ROWS = 200  # most rows of the table below a figure


def section(view):
    """The section; None if the study keeps no forecasts."""
    kept = {task.name: read(view.ledger.out, task.name, view.rows(task)) for task in view.tasks}
    kept = {task: found for task, found in kept.items() if found is not None}
    if not kept:
        return None
    figures, notes = [], []
    for task in view.tasks:
        if task.name not in kept:
            continue
        found = kept[task.name]
        for k in range(len(found.targets)):
            made = (figure(view, task, found, k), errors_figure(view, task, found, k))
            figures += filter(None, made)
        if not found.cells:
            notes.append(f"No forecasts of cells on {task.name}: no network is kept.")
        if found.left_out:
            more = count(found.left_out, "further column")
            notes.append(f"{task.name} forecasts {more}, not drawn here.")
    lead = [
        "Of each cell the network with the best validation score, on the test split, which it has "
        "not seen, in the units of the table."
    ]
    return Section("forecasts", "Forecasts", lead, figures, {}, notes)


def figure(view, task, kept, k):
    """The last forecasts of the best cell and the reference; None without a network."""
    best = best_cell(view, task, kept)
    if best is None:
        return None
    cells = [v for v in dict.fromkeys((best, view.reference)) if v in kept.cells]
    found = {v: kept.cells[v].values[..., k] for v in cells}
    naive = {n: f.values[..., k] for n, f in kept.baselines.items() if f.values is not None}
    actual = kept.actual[..., k]
    name = view.name("forecast", task.name, *_target(kept, k))
    title, caption = titled("Forecasts", task, kept, k), _finding(kept, k, actual, found, naive)
    svg = drawn(
        name, title, caption, lambda made: _draw(made, view, kept, k, actual, found, naive),
        with_legend(2.2, ["actual", *found, *naive]), view.files,
    )  # fmt: skip
    return Figure(name, title, svg, caption, Table.of(_table(kept, actual, found | naive)))


def _target(kept, k):
    return (kept.targets[k],) if len(kept.targets) > 1 else ()


def _finding(kept, k, actual, found, naive):
    many, unit = len(actual), kept.units[k]
    ahead = span(kept.horizon, kept.step)
    which = f"The last {many} forecasts" if many > 1 else "The last forecast"
    joined = f"of {ahead} each, joined" if many > 1 else f"of {ahead}"
    times = [] if kept.times is None else moments(kept.times)
    between = f", from {times[0]} to {times[-1]}" if len(times) > 1 else ""
    of = f" of series {kept.series}" if kept.series else ""
    errors = {n: float(np.abs(v - actual).mean()) for n, v in (found | naive).items()}
    first, *others = errors
    said = listed(f"{baseline(name, naive)} by {number(errors[name])}" for name in others)
    begins = " Each vertical line is where a forecast begins." if many > 1 else ""
    return (
        f"{which}{of} on the test split, {joined}{between}: {first} is off by "
        f"{in_unit(errors[first], unit)} on average{f', {said}' if said else ''}.{begins}"
    )


def _table(kept, actual, forecasts):
    if kept.times is None:
        begin = {"row": (kept.starts[:, None] + np.arange(1, kept.horizon + 1)).ravel()}
    else:
        begin = {"time": moments(kept.times)}
    frame = pd.DataFrame(begin | {"actual": actual.ravel()})
    for name, values in forecasts.items():
        frame[name] = values.ravel()
    return frame.iloc[:: -(-len(frame) // ROWS)]


def _draw(made, view, kept, k, actual, found, naive):
    from matplotlib.lines import Line2D

    ax, handles = made.subplots(), {}
    styles = {"actual": {"color": INK, "linewidth": 1.6}}
    for name in naive:
        styles[name] = {"color": FAINT, "linewidth": 1, "linestyle": lines(kept)[name]}
    for v in found:
        look = view.looks[v]
        styles[v] = {"color": look.colour, "linewidth": 1.2, "linestyle": look.line}
    for name, style in styles.items():
        values = ({"actual": actual} | naive | found)[name]
        for run in runs(kept):
            mark = {"marker": ".", "markersize": 5} if run.size * kept.horizon == 1 else {}
            ax.plot(_places(kept)[run].ravel(), values[run].ravel(), **style, **mark)
        handles[name] = Line2D([], [], **style)
    if kept.horizon > 1 and len(actual) > 1:
        for begin in _places(kept)[:, 0]:
            ax.axvline(begin, color=FAINT, linewidth=0.5, alpha=0.6, zorder=0)
    ax.grid(visible=False, axis="x")
    ax.set_ylabel(short(axis(kept, k)))
    _along(ax, kept)
    legend(made, handles)


def runs(kept):
    """The windows (n,) in groups whose rows follow one another without a gap."""
    if kept.times is None or not kept.step:
        late = np.diff(kept.starts) > kept.horizon
    else:
        ends, begins = kept.times[:-1, -1], kept.times[1:, 0]
        late = (begins - ends).astype(np.int64) > 1.5 * kept.step
    return np.split(np.arange(len(kept.starts)), 1 + np.flatnonzero(late))


def _places(kept):
    """(n, H), where values stand along the axis."""
    if kept.times is not None:
        return kept.times
    return kept.starts[:, None] + np.arange(1, kept.horizon + 1)


def _along(ax, kept):
    """Ticks along time, or along rows where no column says when."""
    if kept.times is None:
        from matplotlib.ticker import MaxNLocator

        ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        ax.set_xlabel("row of the table")
        return
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, num2date
    from matplotlib.ticker import FixedLocator

    # With fewer than nine, the locator knows no interval for some ranges and warns.
    places = AutoDateLocator(minticks=3, maxticks=9)
    ticks = np.asarray(places.tick_values(*num2date(ax.get_xlim()))).tolist()
    ax.xaxis.set_major_locator(FixedLocator(ticks[:: -(-len(ticks) // TICKS)]))
    ax.xaxis.set_major_formatter(ConciseDateFormatter(places))

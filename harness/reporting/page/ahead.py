"""Errors of forecasts by step ahead, in the units of the table."""

import numpy as np
import pandas as pd

from gatelab.tasks.tables.saying import with_unit

from .canvas import FAINT, drawn, legend, logarithmic, with_legend
from .numbers import count, listed, number, short
from .parts import Figure, Table
from .spans import baseline, best_cell, in_unit, lines, span, titled

FACTOR = 10  # of the smallest error to the largest, from which on the axis is logarithmic


def errors_figure(view, task, kept, k):
    """The mean absolute error of every cell and baseline at each step; None without a network."""
    best = best_cell(view, task, kept)
    if best is None:
        return None
    chosen, left_out = view.shown(task)
    shown = {v: kept.cells[v].mae[:, k] for v in dict.fromkeys([*chosen, best]) if v in kept.cells}
    baselines = {name: found.mae[:, k] for name, found in kept.baselines.items()}
    name = view.name("ahead", task.name, *(kept.targets[k : k + 1] if kept.targets[1:] else ()))
    title = titled("Errors by step ahead", task, kept, k)
    caption = " ".join(filter(None, (_finding(view, kept, k, best), left_out)))
    svg = drawn(
        name, title, caption, lambda made: _draw(made, view, kept, k, shown, baselines),
        with_legend(2.4, [*shown, *baselines]), view.files,
    )  # fmt: skip
    table = _table(kept, k)
    return Figure(name, title, svg, caption, Table.of(table, kept.cells, forecast="forecast by"))


def _finding(view, kept, k, best):
    """What the best cell and the reference reach at the last step, and what the baselines do."""
    unit, at = kept.units[k], kept.horizon - 1
    errors = {name: float(found.mae[at, k]) for name, found in kept.baselines.items()}
    own = float(kept.cells[best].mae[at, k])
    also = []
    if view.reference in kept.cells and view.reference != best:
        also.append(f"{view.reference} by {number(kept.cells[view.reference].mae[at, k])}")
    # Of the baselines those that repeat values, and the best of the others.
    naive = [name for name, found in kept.baselines.items() if found.values is not None]
    others = sorted({*errors} - {*naive}, key=errors.__getitem__)
    also += [f"{baseline(n, naive)} by {number(errors[n])}" for n in naive + others[:1]]
    better = sorted((n for n in errors if errors[n] < own), key=errors.__getitem__)
    named = listed(baseline(name, naive) for name in better)
    said = f" Better there than {best}: {named}." if better else ""
    return (
        f"{span(kept.horizon, kept.step)} ahead {best} is off by {in_unit(own, unit)} on average, "
        f"over {count(kept.windows, 'forecast')}; {', '.join(also)}.{said}"
    )


def _table(kept, k):
    """A row per cell and baseline: errors over all steps, and at 1, 2, 4, ... steps."""
    steps = sorted({*(2**j for j in range(kept.horizon.bit_length())), kept.horizon})
    mae, rmse = (with_unit(name, kept.units[k]) for name in ("mae", "rmse"))
    rows = [
        {"forecast": name, mae: found.mae[:, k].mean(),
         rmse: np.sqrt(np.square(found.rmse[:, k]).mean())}
        | {f"mae {span(s, kept.step)} ahead": found.mae[s - 1, k] for s in steps}
        for name, found in (kept.cells | kept.baselines).items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _draw(made, view, kept, k, shown, baselines):
    from matplotlib.lines import Line2D
    from matplotlib.ticker import MaxNLocator

    ax, handles = made.subplots(), {}
    steps = np.arange(1, kept.horizon + 1)
    for v, errors in shown.items():
        look = view.looks[v]
        style = {"color": look.colour, "linestyle": look.line, "marker": look.marker}
        ax.plot(steps, errors, markevery=max(1, kept.horizon // 8), **style)
        handles[v] = Line2D([], [], **style)
    for name, line in lines(kept).items():
        style, errors = {"color": FAINT, "linestyle": line, "linewidth": 1.1}, baselines[name]
        # A single step has no line of its own.
        x, y = ([0.5, 1.5], [*errors] * 2) if kept.horizon == 1 else (steps, errors)
        ax.plot(x, y, zorder=1, **style)
        handles[name] = Line2D([], [], **style)
    heights = np.concatenate([*shown.values(), *baselines.values()])
    heights = heights[np.isfinite(heights)]
    if len(heights) and heights.min() > 0 and heights.max() > FACTOR * heights.min():
        logarithmic(ax.yaxis)
    else:
        ax.set_ylim(bottom=0)
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    apart = f", {span(1, kept.step)} each" if kept.step else ""
    ax.set_xlabel(f"rows ahead{apart}")
    ax.set_ylabel(short(with_unit("mean absolute error", kept.units[k]), 28))
    legend(made, handles)

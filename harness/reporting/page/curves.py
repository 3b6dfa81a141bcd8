"""Learning curves: validation scores against epochs."""

import numpy as np
import pandas as pd

from ..figures import spans_orders
from .canvas import drawn, finite, legend_of_cells, logarithmic
from .numbers import listed, number
from .parts import Figure, Table
from .view import best_first, better_word


def learning(view, task):
    """Validation scores of each cell's best trial, epoch by epoch; None without curves."""
    key = f"valid/{task.metric.name}"
    rows = {v: row.best for v, row in view.rows(task).items() if row.best is not None}
    curves = {v: np.asarray(best.curves.get(key, []), float) for v, best in rows.items()}
    curves = {v: curve for v, curve in curves.items() if len(finite(curve))}
    if not curves:
        return None
    chosen, left_out = view.shown(task)
    shown = {v: curves[v] for v in chosen if v in curves}
    if not shown:
        return None
    table = _learning_table(task, rows, curves)
    name = view.name("learning", task.name)
    title = f"Learning curves: {task.name}"
    caption = " ".join(filter(None, (_learning_finding(task, table, shown), left_out)))
    svg = drawn(
        name, title, caption, lambda made: _learning(made, view, task, shown, rows), 2.6, view.files
    )
    return Figure(name, title, svg, caption, Table.of(table, table.variant))


def _learning_table(task, rows, curves):
    metric = task.metric.name
    return pd.DataFrame(
        {
            "variant": v,
            "trial": rows[v].slot,
            "epochs": len(curve),
            f"first valid {metric}": curve[0],
            f"best valid {metric}": rows[v].score("valid", metric),
            "best epoch": -1 if rows[v].epoch is None else rows[v].epoch,
            f"last valid {metric}": curve[-1],
        }
        for v, curve in curves.items()
    )


def _learning_finding(task, table, shown):
    metric, rows = task.metric.name, table.set_index("variant").loc[[*shown]]
    first = best_first(task, rows[f"best valid {metric}"].to_dict())[0]
    row = rows.loc[first]
    late = [v for v, r in rows.iterrows() if r["best epoch"] >= r["epochs"]]
    tail = (
        f" {listed(late)} {'were' if len(late) > 1 else 'was'} still improving at the end."
        if late
        else ""
    )
    return (
        f"On {task.name}, the best trial of {first} reaches validation {metric} "
        f"{number(row[f'best valid {metric}'])} at epoch {row['best epoch']:.0f} of "
        f"{row['epochs']:.0f} ({better_word(task)} is better).{tail}"
    )


def _learning(made, view, task, shown, rows):
    ax = made.subplots()
    for variant, curve in shown.items():
        look, epochs = view.looks[variant], np.arange(1, len(curve) + 1)
        y = np.where(np.isfinite(curve), curve, np.nan)
        ax.plot(epochs, y, linestyle=look.line, color=look.colour)
        best = rows[variant].epoch
        if best is not None and best <= len(curve):
            ax.plot(best, y[best - 1], look.marker, color=look.colour, markersize=6)
    if spans_orders(task.metric, np.concatenate([*shown.values()])):
        logarithmic(ax.yaxis)
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    ax.set_xlabel("epoch (marker: the best, whose weights are kept)")
    ax.set_ylabel(f"validation {task.metric.name}")
    legend_of_cells(made, {v: view.looks[v] for v in shown})

"""Tuning curves (a score against the number of draws) and learning curves (against epochs)."""

import numpy as np
import pandas as pd

from ...statistics.tuning import tuning_curves
from ..figures import spans_orders
from .canvas import drawn, finite, legend, logarithmic
from .numbers import count, listed, number
from .parts import Figure, Table
from .view import better_word, lower_is_better

BANDS = 3  # at most so many bands in a figure


def tuning(view, task):
    """What the best of m draws reaches; None if no cell has draws that completed."""
    curves = tuning_curves(view.ledger.draws(task.name), task.metric.direction)
    curves = {v: c for v, c in curves.items() if len(finite(c.estimate))}
    if not curves:
        return None
    chosen, left_out = view.shown(task)
    shown = {v: curves[v] for v in chosen if v in curves}
    banded = _banded(view, task, shown)
    name = view.name("tuning", task.name)
    title = f"The best of m draws: {task.name}"
    caption = " ".join(filter(None, (_tuning_finding(task, shown, banded), left_out)))
    svg = drawn(
        name, title, caption, lambda made: _tuning(made, view, task, shown, banded), 2.7, view.files
    )
    table = pd.concat([_sampled(curve).assign(variant=v) for v, curve in curves.items()])
    table = table.reindex(columns=["variant", "m", "estimate", "low", "high"])
    return Figure(name, title, svg, caption, Table.of(table, table.variant))


def _banded(view, task, shown):
    """The cells with bands: all of a few; of many the reference and the one that ends best."""
    if len(shown) <= BANDS:
        return [*shown]
    best = _ordered(task, {v: curve.estimate[-1] for v, curve in shown.items()})[0]
    return [*dict.fromkeys([v for v in (view.reference, best) if v in shown])]


def _ordered(task, scores):
    """Names by score, best first; NaN and failures last."""
    sign = 1 if lower_is_better(task) else -1
    return sorted(scores, key=lambda v: (not np.isfinite(scores[v]), sign * scores[v]))


def _tuning_finding(task, shown, banded):
    n = max(curve.draws for curve in shown.values())
    reach = min(shown[v].reach for v in banded) if banded else 0
    ends = {v: curve.estimate[-1] for v, curve in shown.items()}
    first = _ordered(task, ends)[0]
    said = (
        f"With {count(n, 'draw')}, {first} has the best expected test {task.metric.name}, "
        f"{number(ends[first])}"
    )
    second = _ordered(task, ends)[1:2]
    said += f" ({second[0]}: {number(ends[second[0]])})." if second else "."
    if not reach:
        return f"{said} There are too few draws for a band: how sure this is, is unknown."
    ends = {v: (shown[v].low[reach - 1], shown[v].high[reach - 1]) for v in banded}
    bands = [f"{v} [{number(low, 2)}, {number(high, 2)}]" for v, (low, high) in ends.items()]
    return (
        f"{said} The 95% bands reach to the best of {reach} ({listed(bands)}); beyond, the lines "
        "are thin, and nothing is known for sure."
    )


def _sampled(curve):
    """The curve at m = 1, 2, 4, ..., at the end of its band and at its end."""
    frame, n = curve.frame(), curve.draws
    picked = {*(2**k for k in range(n.bit_length())), curve.reach, n}
    return frame[frame.m.isin(picked)]


def _tuning(made, view, task, shown, banded):
    ax = made.subplots()
    for variant, curve in shown.items():
        look = view.looks[variant]
        y = np.where(np.isfinite(curve.estimate), curve.estimate, np.nan)
        near = slice(0, max(curve.reach, 1))
        ax.plot(curve.m, y, linestyle=look.line, color=look.colour, linewidth=0.7)
        ax.plot(
            curve.m[near], y[near], linestyle=look.line, color=look.colour, marker=look.marker,
            markevery=(0, max(1, curve.reach // 4)), linewidth=1.8,
        )  # fmt: skip
        if variant in banded and curve.reach:
            kept = slice(0, curve.reach)
            low, high = (
                np.where(np.isfinite(e[kept]), e[kept], np.nan) for e in (curve.low, curve.high)
            )
            ax.fill_between(curve.m[kept], low, high, color=look.colour, alpha=0.15, linewidth=0)
    if spans_orders(
        task.metric,
        np.concatenate([ax.dataLim.intervaly, *(finite(c.estimate) for c in shown.values())]),
    ):
        logarithmic(ax.yaxis)
    if max(curve.draws for curve in shown.values()) > 4:
        logarithmic(ax.xaxis)
    ax.set_xlabel("m, draws of which validation picks the best")
    ax.set_ylabel(f"expected test {task.metric.name}")
    _cells_legend(made, view, shown)


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
    first = _ordered(task, rows[f"best valid {metric}"].to_dict())[0]
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
    _cells_legend(made, view, shown)


def _cells_legend(made, view, shown):
    from matplotlib.lines import Line2D

    looks = {v: view.looks[v] for v in shown}
    legend(made, {
        v: Line2D([], [], color=look.colour, linestyle=look.line, marker=look.marker)
        for v, look in looks.items()
    })  # fmt: skip

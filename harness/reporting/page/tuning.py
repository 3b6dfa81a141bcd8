"""Tuning curves: the score of the best of m draws, against m and against training time."""

import numpy as np
import pandas as pd

from ...statistics.tuning import tuning_curves
from ..figures import spans_orders
from .canvas import drawn, finite, legend_of_cells, logarithmic
from .numbers import count, listed, number
from .parts import Figure, Table
from .view import best_first

BANDS = 3  # at most so many bands in a figure


def against_draws(view, task):
    """What the best of m draws reaches; None if no cell has draws that completed."""
    curves = _curves(view, task)
    if not curves:
        return None
    title = f"The best of m draws: {task.name}"
    return _figure(
        view, task, "tuning", title, curves, {v: curve.m for v, curve in curves.items()},
        "m, draws of which validation picks the best", _finding,
    )  # fmt: skip


def against_time(view, task):
    """The same against the training time of the m draws; None without times."""
    seconds = _seconds(view, task)
    curves = {v: c for v, c in _curves(view, task).items() if seconds.get(v, 0) > 0}
    if not curves:
        return None
    title = f"The best within a training time: {task.name}"
    return _figure(
        view, task, "time", title, curves,
        {v: curve.frame(seconds[v]).cost.to_numpy() for v, curve in curves.items()},
        "seconds of training that the draws take", _finding_of_time,
    )  # fmt: skip


def _curves(view, task):
    curves = tuning_curves(view.ledger.draws(task.name), task.metric.direction)
    return {v: c for v, c in curves.items() if len(finite(c.estimate))}


def _seconds(view, task):
    """{cell: mean seconds of a trial}; trials that failed took time as well."""
    trials = view.of(view.trials, task)
    return trials.groupby("variant").seconds.mean().to_dict() if "seconds" in trials else {}


def _figure(view, task, kind, title, curves, at, label, finding):
    """A figure of curves; ``at`` {cell: (n,)} says where they lie along the x axis."""
    chosen, left_out = view.shown(task)
    shown = {v: curves[v] for v in chosen if v in curves}
    if not shown:
        return None
    banded = _banded(view, task, shown)
    name = view.name(kind, task.name)
    caption = " ".join(filter(None, (finding(task, shown, banded, at), left_out)))
    svg = drawn(
        name, title, caption, lambda made: _draw(made, view, task, shown, banded, at, label),
        2.7, view.files,
    )  # fmt: skip
    table = pd.concat([_sampled(curve, at[v]).assign(variant=v) for v, curve in curves.items()])
    columns = ["variant", "m", "seconds", "estimate", "low", "high"]
    table = table.reindex(columns=[c for c in columns if c != "seconds" or kind == "time"])
    return Figure(name, title, svg, caption, Table.of(table, table.variant))


def _banded(view, task, shown):
    """The cells with bands: all of a few; of many the reference and the one that ends best."""
    if len(shown) <= BANDS:
        return [*shown]
    best = best_first(task, {v: curve.estimate[-1] for v, curve in shown.items()})[0]
    return [*dict.fromkeys([v for v in (view.reference, best) if v in shown])]


def _finding(task, shown, banded, at):
    n = max(curve.draws for curve in shown.values())
    reach = min(shown[v].reach for v in banded) if banded else 0
    ends = {v: curve.estimate[-1] for v, curve in shown.items()}
    said = f"With {count(n, 'draw')}, {_best_two(task, ends)}"
    if not reach:
        return f"{said} There are too few draws for a band: how sure this is, is unknown."
    ends = {v: (shown[v].low[reach - 1], shown[v].high[reach - 1]) for v in banded}
    bands = [f"{v} [{number(low, 2)}, {number(high, 2)}]" for v, (low, high) in ends.items()]
    return (
        f"{said} The 95% bands reach to the best of {reach} ({listed(bands)}); beyond, the lines "
        "are thin, and nothing is known for sure."
    )


def _finding_of_time(task, shown, banded, at):
    """Who is ahead at the longest time that the draws of every cell have taken."""
    budget = min(at[v][-1] for v in shown)
    ends = {v: float(np.interp(budget, at[v], _plain(curve))) for v, curve in shown.items()}
    return (
        f"With {number(budget, 2)} seconds of training for each cell, {_best_two(task, ends)} A "
        "cell whose trials are short gets more of them; runs side by side and the study's own "
        "work are not counted."
    )


def _best_two(task, scores):
    first, *others = best_first(task, scores)
    said = f"{first} has the best expected test {task.metric.name}, {number(scores[first])}"
    return f"{said} ({others[0]}: {number(scores[others[0]])})." if others else f"{said}."


def _plain(curve):
    """The estimate with NaN where all draws may have failed."""
    return np.where(np.isfinite(curve.estimate), curve.estimate, np.nan)


def _sampled(curve, at):
    """The curve at m = 1, 2, 4, ..., at the end of its band and at its end."""
    frame, n = curve.frame().assign(seconds=at), curve.draws
    picked = {*(2**k for k in range(n.bit_length())), curve.reach, n}
    return frame[frame.m.isin(picked)]


def _draw(made, view, task, shown, banded, at, label):
    ax = made.subplots()
    for variant, curve in shown.items():
        look, x, y = view.looks[variant], at[variant], _plain(curve)
        near = slice(0, max(curve.reach, 1))
        ax.plot(x, y, linestyle=look.line, color=look.colour, linewidth=0.7)
        ax.plot(
            x[near], y[near], linestyle=look.line, color=look.colour, marker=look.marker,
            markevery=(0, max(1, curve.reach // 4)), linewidth=1.8,
        )  # fmt: skip
        if variant in banded and curve.reach:
            kept = slice(0, curve.reach)
            low, high = (
                np.where(np.isfinite(e[kept]), e[kept], np.nan) for e in (curve.low, curve.high)
            )
            ax.fill_between(x[kept], low, high, color=look.colour, alpha=0.15, linewidth=0)
    heights = [ax.dataLim.intervaly, *(finite(c.estimate) for c in shown.values())]
    if spans_orders(task.metric, np.concatenate(heights)):
        logarithmic(ax.yaxis)
    if max(curve.draws for curve in shown.values()) > 4:
        logarithmic(ax.xaxis)
    ax.set_xlabel(label)
    ax.set_ylabel(f"expected test {task.metric.name}")
    legend_of_cells(made, {v: view.looks[v] for v in shown})

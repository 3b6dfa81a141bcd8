"""Score against cost: what a cell's accuracy takes in seconds and weights."""

import numpy as np
import pandas as pd

from ..figures import spans_orders
from .canvas import INK, drawn, finite, legend, logarithmic
from .numbers import listed, number
from .parts import Figure, Table
from .view import lower_is_better

POINTS = 400


def figure(view, task):
    """Test score against training time; None if no trial has both."""
    frame, test = view.of(view.trials, task), f"test_{task.metric.name}"
    if test not in frame:
        return None
    frame = frame[(frame.state == "complete") & np.isfinite(frame[test].astype(float))]
    frame = frame[frame.seconds > 0]
    table = _table(view, task, frame, test)
    if table.empty:
        return None
    chosen, left_out = view.shown(task)
    shown = [v for v in chosen if v in set(table.variant)]
    if not shown:
        return None
    name, title = view.name("cost", task.name), f"Score against cost: {task.name}"
    caption = " ".join(filter(None, (_finding(task, table, shown), left_out)))
    svg = drawn(
        name, title, caption, lambda made: _draw(made, view, task, frame, test, table, shown),
        2.6, view.files,
    )  # fmt: skip
    return Figure(name, title, svg, caption, Table.of(table, table.variant))


def _table(view, task, frame, test):
    """Per cell: the best trial's score and costs, and its median time over all trials."""
    rows = []
    for v, row in view.rows(task).items():
        mine, best = frame[frame.variant == v], row.best
        if best is None or mine.empty:
            continue
        rows.append({
            "variant": v, test.replace("_", " ", 1): best.score("test", task.metric.name),
            "seconds": best.cost.get("seconds", np.nan),
            "median seconds": float(mine.seconds.median()),
            "parameters": int(best.cost.get("parameters", 0)),
            "ms per sequence": best.cost.get("milliseconds_per_sequence", np.nan),
        })  # fmt: skip
    return pd.DataFrame(rows)


def _finding(task, table, shown):
    rows = table[table.variant.isin(shown)]
    score = f"test {task.metric.name}"
    front = _front(rows, score, lower_is_better(task))
    fast, slow = (
        rows.loc[f("median seconds")]
        for f in (lambda k: rows[k].idxmin(), lambda k: rows[k].idxmax())
    )
    if len(rows) == 1:
        seconds = number(fast["median seconds"])
        return f"On {task.name}, {fast.variant} takes {seconds} s per trial (median)."
    ratio = slow["median seconds"] / fast["median seconds"]
    return (
        f"On {task.name}, {fast.variant} trains fastest ({number(fast['median seconds'])} s per "
        f"trial, median), {slow.variant} takes {ratio:.2g} times as long. Of the best trials no "
        f"(large markers) no other is both better and faster than that of {listed(front, 'or')}."
    )


def _front(rows, score, lower):
    """The cells that no other beats in score and time at once, fastest first."""
    sign = 1 if lower else -1
    best, front = np.inf, []
    for row in rows.sort_values("seconds").to_dict("records"):
        if sign * row[score] < best:
            best = sign * row[score]
            front.append(row["variant"])
    return front


def _draw(made, view, task, frame, test, table, shown):
    from matplotlib.lines import Line2D

    ax = made.subplots()
    some = frame[frame.variant.isin(shown)]
    thin = max(1, int(np.ceil(len(some) / POINTS)))
    for v in shown:
        look, rows = view.looks[v], some[some.variant == v][::thin]
        ax.plot(
            rows.seconds,
            rows[test],
            look.marker,
            color=look.colour,
            markersize=2.4,
            alpha=0.35,
            markeredgewidth=0,
        )
    for row in table[table.variant.isin(shown)].to_dict("records"):
        look = view.looks[row["variant"]]
        ax.plot(
            row["seconds"],
            row[f"test {task.metric.name}"],
            look.marker,
            color=look.colour,
            markersize=7,
            markeredgecolor=INK,
            markeredgewidth=0.8,
            zorder=4,
        )
    if spans_orders(task.metric, finite(some[test])):
        logarithmic(ax.yaxis)
    seconds = finite(some.seconds)
    if len(seconds) and seconds.max() > 3 * seconds.min():
        logarithmic(ax.xaxis)
    ax.set_xlabel("seconds of training")
    ax.set_ylabel(f"test {task.metric.name}")
    legend(
        made,
        {
            v: Line2D([], [], color=view.looks[v].colour, linestyle="", marker=view.looks[v].marker)
            for v in shown
        },
    )

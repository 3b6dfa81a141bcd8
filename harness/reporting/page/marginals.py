"""A score against one hyperparameter: every draw as a point, medians over fifths as a line."""

import numpy as np
import pandas as pd

from ...trials.space import is_log
from ..figures import spans_orders
from .canvas import drawn, finite, legend, logarithmic
from .numbers import count, listed, number, short
from .parts import Figure, Table
from .view import better_word, lower_is_better

BINS = 5
POINTS = 400  # at most, over all cells of a figure
FEW = 4  # cells with points; of more only the lines


def figure(view, task, name, entry):
    """The marginal of a hyperparameter; None if no trial has a score.

    Args:
        name: of the hyperparameter.
        entry: of the search space.
    """
    frame, column = view.of(view.trials, task), f"params.{name}"
    test = f"test_{task.metric.name}"
    if test not in frame or column not in frame:
        return None
    chosen, left_out = view.shown(task)
    frame = frame.dropna(subset=column).assign(value=lambda rows: rows[column])
    frame["score"] = frame[test].where(frame.state == "complete").to_numpy(float)
    if not len(finite(frame.score)):
        return None
    table = pd.concat(
        [
            _medians(rows, entry, task).assign(variant=v)
            for v, rows in frame.groupby("variant", sort=False)
        ]
    )
    shown = [v for v in chosen if v in set(table.variant)]
    ident, title = view.name("marginal", task.name, name), f"{name}: {task.name}"
    caption = " ".join(filter(None, (_finding(task, name, table, shown), left_out)))
    svg = drawn(
        ident, title, caption,
        lambda made: _draw(made, view, task, name, entry, frame, table, shown), 2.6, view.files,
    )  # fmt: skip
    table = table.reindex(columns=["variant", "from", "to", "median", "draws", "failed"])
    return Figure(ident, title, svg, caption, Table.of(table, table.variant))


def _medians(rows, entry, task):
    """The median score in each fifth of the range, or for each choice; failed trials are worst."""
    worst = np.inf if lower_is_better(task) else -np.inf
    score = rows.score.where(np.isfinite(rows.score), worst)
    places, ends = _bins(rows.value, entry)
    made = []
    for k, (low, high) in enumerate(ends):
        mine = score[places == k]
        made.append({
            "at": k, "from": low, "to": high,
            "draws": len(mine), "failed": int(np.isinf(mine).sum()),
            "median": float(np.sort(mine)[(len(mine) - 1) // 2]) if len(mine) else np.nan,
        })  # fmt: skip
    return pd.DataFrame(made)


def _bins(values, entry):
    """The bin of each value, and (low, high) of each bin; a choice is a bin."""
    if isinstance(entry, list):
        text = [str(choice) for choice in entry]
        return np.array([text.index(str(v)) if str(v) in text else -1 for v in values]), [
            (c, c) for c in entry
        ]
    low, high = entry[:2]
    space = np.geomspace if is_log(entry) else np.linspace
    edges = space(low, high, BINS + 1) if low < high else np.array([low, high])
    places = np.clip(
        np.searchsorted(edges, np.asarray(values, float), side="right") - 1, 0, len(edges) - 2
    )
    return places, [*zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)]


def _finding(task, name, table, shown):
    """Where each cell's median is best."""
    sign = 1 if lower_is_better(task) else -1
    said: dict[str, list] = {}
    for v in shown:
        rows = table[(table.variant == v) & np.isfinite(table["median"])]
        if len(rows):
            best = rows.iloc[int(np.argmin(sign * rows["median"]))]
            where = (
                str(best["from"])
                if best["from"] == best["to"]
                else f"{number(best['from'], 2)} to {number(best['to'], 2)}"
            )
            said.setdefault(where, []).append(v)
    if not said:
        return f"No range of {name} has a median score on {task.name}: most of its draws failed."
    places = listed(f"{where} for {listed(names)}" for where, names in said.items())
    draws = int(table[table.variant == shown[0]].draws.sum())
    return (
        f"On {task.name}, the median test {task.metric.name} is best ({better_word(task)}) with "
        f"{name} at {places} ({count(draws, 'draw')} of each cell; failed draws count as worst)."
    )


def _draw(made, view, task, name, entry, frame, table, shown):
    from matplotlib.lines import Line2D

    ax = made.subplots()
    thin = max(1, int(np.ceil(len(frame[frame.variant.isin(shown)]) / POINTS)))
    for v in shown:
        look, rows = view.looks[v], frame[(frame.variant == v) & np.isfinite(frame.score)][::thin]
        if len(shown) <= FEW:
            ax.plot(
                _places(rows.value, entry),
                rows.score,
                look.marker,
                color=look.colour,
                markersize=2.6,
                alpha=0.45,
                markeredgewidth=0,
            )
    for v in shown:
        look, mine = view.looks[v], table[table.variant == v]
        x = mine["at"] if isinstance(entry, list) else _middles(mine, entry)
        y = mine["median"].where(np.isfinite(mine["median"]))
        ax.plot(x, y, linestyle=look.line, color=look.colour, marker=look.marker, markersize=5)
    if spans_orders(task.metric, finite(frame[frame.variant.isin(shown)].score)):
        logarithmic(ax.yaxis)
    if isinstance(entry, list):
        ax.set_xticks(range(len(entry)), [number(choice) for choice in entry])
        ax.set_xlim(-0.5, len(entry) - 0.5)
    elif is_log(entry):
        logarithmic(ax.xaxis)
    ax.set_xlabel(short(name, 40))
    ax.set_ylabel(f"test {task.metric.name}")
    legend(
        made,
        {
            v: Line2D(
                [],
                [],
                color=view.looks[v].colour,
                linestyle=view.looks[v].line,
                marker=view.looks[v].marker,
            )
            for v in shown
        },
    )


def _places(values, entry):
    """Abscissas of the points; those of a choice are spread, so that none hides another."""
    if not isinstance(entry, list):
        return np.asarray(values, float)
    places, _ = _bins(values, entry)
    return places + 0.5 * (np.arange(len(places)) * 0.618 % 1 - 0.5)


def _middles(rows, entry):
    low, high = rows["from"].to_numpy(float), rows["to"].to_numpy(float)
    return np.sqrt(low * high) if is_log(entry) else (low + high) / 2

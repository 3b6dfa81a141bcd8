"""Paired differences: every variant against the reference, with its interval and its verdict."""

import numpy as np

from .. import words
from .canvas import FAINT, GRID, INK, PAPER, drawn, finite, legend
from .numbers import count, listed, number, short
from .parts import Figure, Table
from .view import better_word, lower_is_better

#: A verdict's marker, in matplotlib's words and as a letter.
SIGNS = {"better": ("^", "▲"), "worse": ("v", "▼"), "equal": ("s", "■"), "not decided": ("o", "○")}
ROW = 0.24  # inches
COLUMNS = [
    "variant", "verdict", "difference", "low", "high", "p", "pairs", "draws", "margin", "smallest",
    "needed", "failed", "failed_reference",
]  # fmt: skip


def figure(view, task):
    """The forest plot of a task; None if no variant has a difference."""
    rows = view.of(view.verdicts, task)
    if rows.empty or not rows.difference.notna().any():
        return None
    rows = rows.sort_values("difference", ascending=lower_is_better(task), na_position="last")
    name, caption = view.name("differences", task.name), _caption(view, task, rows)
    title = f"Test {task.metric.name} against {view.reference}: {task.name}"
    effects = view.of(view.effects, task)
    svg = drawn(
        name, title, caption, lambda made: _draw(made, view, task, rows, effects),
        1.15 + ROW * len(rows), view.files,
    )  # fmt: skip
    kept = [column for column in COLUMNS if column in rows]
    return Figure(name, title, svg, caption, Table.of(rows[kept], rows.variant))


def _caption(view, task, rows):
    """The finding: what is better, what is worse, and by how much."""
    said = []
    for verdict in SIGNS:
        found = rows[rows.verdict == verdict]
        if len(found):
            told = 4 if len(found) > 6 else len(found)
            names = [f"{row.variant} ({_by(row)})" for row in found[:told].itertuples()]
            names += [count(len(found) - told, "other")] if len(found) > told else []
            said.append(f"{verdict}: {listed(names)}")
    return (
        f"On {task.name}, against {view.reference}: {'; '.join(said)}. Differences in test "
        f"{task.metric.name} ({better_word(task)} is better) with 95% intervals."
    )


def _by(row):
    if np.isinf(row.difference):
        return "most of its draws failed" if row.failed else "failures decide"
    return words.interval(row.difference, row.low, row.high)


def _draw(made, view, task, rows, effects):
    ax = made.subplots()
    places = np.arange(len(rows))[::-1]
    margin = float(rows.margin.iloc[0]) if "margin" in rows else np.nan
    ends = finite(rows.difference, rows.low, rows.high, [0])
    reach = _scale(ax, ends, margin)
    if np.isfinite(margin) and margin > 0:
        ax.axvspan(-margin, margin, color=GRID, linewidth=0, zorder=0)
    ax.axvline(0, color=FAINT, linewidth=1)
    for place, row in zip(places, rows.itertuples(), strict=True):
        _row(ax, place, row, view.looks[row.variant].colour, reach)
        _beside(ax, place, effects[effects.variant == row.variant] if len(effects) else effects)
    ax.set_yticks(places, [short(v, 20) for v in rows.variant])
    ax.set_ylim(-0.7, len(rows) - 0.3)
    ax.grid(axis="y", visible=False)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    sides = ("better", "worse") if lower_is_better(task) else ("worse", "better")
    ax.set_title(f"← {sides[0]}", loc="left")
    ax.set_title(f"{sides[1]} →", loc="right")
    ax.set_xlabel(f"difference in test {task.metric.name}")
    legend(made, _handles(rows, margin, effects), columns=2)


def _scale(ax, ends, margin):
    """Set the horizontal axis; far differences make it logarithmic outside of the near ones.

    Returns:
        (left, right), where an infinite difference is drawn.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    sizes = np.sort(np.abs(ends[ends != 0]))
    widest = sizes[-1] if len(sizes) else 1.0
    near = max(margin if np.isfinite(margin) else 0.0, sizes[len(sizes) // 4] if len(sizes) else 1)
    room = (max(-ends.min(), 0.15 * widest) * 1.15, max(ends.max(), 0.15 * widest) * 1.15)
    ax.set_xlim(-room[0], room[1])
    if near > 0 and widest > 40 * near:
        ax.set_xscale("symlog", linthresh=near)
        powers = np.unique(np.sign(ends) * 10.0 ** np.floor(np.log10(np.maximum(abs(ends), near))))
        ticks = [0.0, *(p for p in powers if abs(p) > near)]
        ax.set_xticks(ticks[:: -(-len(ticks) // 5)])
    else:
        ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    return -room[0], room[1]


def _row(ax, place, row, colour, reach):
    marker = SIGNS.get(row.verdict, ("o", ""))[0]
    low, high = (np.clip(end, *reach) for end in (row.low, row.high))
    if np.isfinite(low) and np.isfinite(high):
        ax.plot([low, high], [place, place], color=colour, linewidth=2, solid_capstyle="butt")
    if np.isfinite(row.difference) or np.isinf(row.difference):
        hollow = row.verdict == "not decided"
        ax.plot(
            np.clip(row.difference, *reach), place, marker, color=colour, clip_on=False,
            markerfacecolor=PAPER if hollow else colour, markersize=6, zorder=4,
        )  # fmt: skip
    said = row.verdict + (" (failed)" if np.isinf(row.difference) else "")
    ax.text(1.02, place, said, transform=ax.get_yaxis_transform(), va="center", fontsize=7)


#: Descriptions beside the decision: column of effects, label, marker.
BESIDE = (("overall", "over all draws", "|"), ("confirmed", "confirming runs", "x"))


def _beside(ax, place, effect):
    for column, _, marker in BESIDE:
        value = float(effect[column].iloc[0]) if column in effect and len(effect) else np.nan
        low, high = sorted(ax.get_xlim())
        if low <= value <= high:
            ax.plot(value, place - 0.28, marker, color=INK, markersize=4, markeredgewidth=1)


def _handles(rows, margin, effects):
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    made = {}
    for verdict in dict.fromkeys(rows.verdict):
        marker = SIGNS.get(verdict, ("o", ""))[0]
        fill = PAPER if verdict == "not decided" else INK
        made[verdict] = Line2D([], [], color=INK, marker=marker, markerfacecolor=fill)
    if np.isfinite(margin) and margin > 0:
        made[f"equal within ±{words.quantity(margin)}"] = Patch(color=GRID)
    for column, label, marker in BESIDE:
        if column in effects and effects[column].notna().any():
            made[label] = Line2D([], [], color=INK, marker=marker, linestyle="")
    return made

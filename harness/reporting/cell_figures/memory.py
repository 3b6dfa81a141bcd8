"""How long the units of each cell remember: half-lives."""

import numpy as np
import pandas as pd

from ...dynamics.thinning import evenly
from ..figures import FAINT, INK, empty
from .shown import Shown, colours, ends, listed, number, percent, plain, sentence

UNITS = 60  # most that are drawn of a state
SHORTEST = 0.1  # steps; shorter ones are drawn here


def half_lives(cells, given=None):
    """A row per cell and state: the half-life of each unit, in steps, with the median.

    Args:
        cells: {cell: ``dynamics.Dynamics``}, of one task.
        given: {cell: colour}, instead of the cells' own.

    Returns:
        ``Shown``, the table with a row per cell and state; None if no cell has a factor by which
        it keeps a state.
    """
    rows = [(cell, each) for cell, found in cells.items() for each in found.memories]
    if not rows:
        return None
    steps = max(found.steps for found in cells.values())
    never, chosen = 100 * max(steps, 10), colours(cells, given)
    figure, axes = empty(1, 1, (7.5, 1.0 + 0.34 * len(rows)))
    ax = axes[0, 0]
    for place, (cell, memory) in enumerate(rows):
        _row_of(ax, place, memory.half_life, chosen[cell], never)
    ax.axvline(steps, color=FAINT, linestyle="--", linewidth=0.8)
    ax.annotate(f"{steps} steps: a sequence", (steps, -0.8), (3, 0), textcoords="offset points",
                fontsize=7, color=INK, va="center")  # fmt: skip
    ax.set_xscale("log")
    ax.set_xlim(SHORTEST / 1.3, never * 1.5)
    ticks = [t for t in 10.0 ** np.arange(-1, 9) if t < never / 5]
    ax.set_xticks([*ticks, never], [*(f"{t:,g}" for t in ticks), "never"])
    ax.set_xticks([], minor=True)
    ax.set_yticks(range(len(rows)), [f"{cell}  {m.state}" for cell, m in rows], fontsize=8)
    ax.set_ylim(len(rows) - 0.4, -1.1)
    ax.set_xlabel("steps until half is forgotten, each dot a unit, the line the median", fontsize=8)
    plain(ax)
    table = pd.DataFrame([_numbers(cell, memory) for cell, memory in rows])
    return Shown(figure, _caption(table, cells, steps), table)


def _row_of(ax, place, half_life, colour, never):
    known = half_life[~np.isnan(half_life)]
    shown = np.clip(known, SHORTEST, never)[evenly(len(known), UNITS)] if len(known) else known
    spread = place + 0.5 * (np.arange(len(shown)) * 0.618 % 1 - 0.5)  # apart, without chance
    ax.scatter(shown, spread, s=9, color=colour, alpha=0.5, linewidth=0, clip_on=False)
    if len(known):
        middle = np.clip(_quantile(known, 0.5), SHORTEST, never)
        ax.plot([middle, middle], [place - 0.36, place + 0.36], color=INK, linewidth=1.6)


def _quantile(values, share):
    """A quantile that is one of the values: infinities do not mix with numbers."""
    return np.quantile(values, share, method="nearest")


def _numbers(cell, memory):
    known = memory.half_life[~np.isnan(memory.half_life)]
    low, middle, high = [_quantile(known, q) if len(known) else np.nan for q in (0.1, 0.5, 0.9)]
    never = np.isinf(known).mean() if len(known) else np.nan
    ends = {"tenth": low, "median": middle, "nine_tenths": high, "never": never}
    return {"variant": cell, "state": memory.state, "factor": memory.factor, **ends}


def _caption(table, cells, steps):
    parts = ends(table.itertuples(), lambda row: row.median, _said)
    without = [cell for cell in cells if cell not in set(table.variant)]
    text = (
        f"{sentence(parts)} A sequence has up to {steps} steps. A network may remember for longer "
        "than its units do: how far gradients reach shows it."
    )
    if without:
        text += f" Without such a factor, all through a matrix: {listed(without)}."
    return text


def _said(row):
    who = f"{row.variant} ({row.state}, multiplied by {row.factor} at each step)"
    if np.isnan(row.median):
        return f"the network of {row.variant} diverged"
    if np.isinf(row.tenth):
        return f"in {who} nothing is forgotten"
    if np.isinf(row.median):
        return f"in {who} {percent(row.never)} of the units never forget"
    half = f"within {number(row.median)} steps"
    last = "forever" if np.isinf(row.nine_tenths) else f"for more than {number(row.nine_tenths)}"
    return f"in {who} half of the units forget half {half} and a tenth keep half {last}"

"""The size of the states along a sequence."""

import numpy as np
import pandas as pd

from ..figures import empty
from .shown import LINES, Shown, beside, colours, counted, ends, number, plain, sentence

STILL = 0.25  # smaller exponents of growth are called stationary
#: What an exponent of growth up to a value means.
MEANINGS = (
    (0.75, "about like a random walk"),
    (1.25, "about like a counter"),
    (np.inf, "faster than a counter"),
)


def drift(cells, given=None):
    """A line per cell and state: root mean square over units and sequences, after each step.

    Args:
        cells: {cell: ``dynamics.Dynamics``}, of one task.
        given: {cell: colour}, instead of the cells' own.

    Returns:
        ``Shown``; the table has a row per cell and state.
    """
    figure, axes = empty(1, 1, (7.5, 3.4))
    ax, chosen, sizes = axes[0, 0], colours(cells, given), []
    for cell, found in cells.items():
        for k, each in enumerate(found.drifts):
            marker = "." if len(each.step) == 1 else ""
            ax.plot(each.step, each.rms, color=chosen[cell], linestyle=LINES[k % len(LINES)],
                    marker=marker, label=f"{cell}  {each.state}")  # fmt: skip
            sizes += [v for v in each.rms if np.isfinite(v) and v > 0]
    if sizes and max(sizes) > 30 * min(sizes):
        ax.set_yscale("log")
    ax.set_xlabel("step", fontsize=9)
    plain(ax, "size of the states (root mean square)")
    counted(ax)
    beside(ax, ncols=1 + sum(len(f.drifts) for f in cells.values()) // 16)
    rows = [_row(cell, each) for cell, found in cells.items() for each in found.drifts]
    table = pd.DataFrame(rows)
    return Shown(figure, _caption(table), table)


def _row(cell, each):
    return {
        "variant": cell,
        "state": each.state,
        "first": each.rms[0],
        "last": each.rms[-1],
        "most": each.rms.max(),
        "growth": each.growth,
    }


def _caption(table):
    moving = table[table.growth.abs() > STILL]
    parts = ends(moving.itertuples(), lambda row: row.growth, _said)
    known = table[table["last"].notna()]
    lost = sorted(set(table.variant[table["last"].isna()]))
    if not known.empty:
        top = known.loc[known["last"].idxmax()]
        still = int((known.growth.abs() <= STILL).sum())
        if still:
            which = "all states" if still == len(table) else f"{still} of {len(table)} states"
            parts.append(f"{which} stand still, within step^{STILL:g}")
        parts.append(
            f"the largest at the end is {top.state} of {top.variant}, {number(top['last'])}"
        )
    return sentence([*parts, *(f"the network of {cell} diverged" for cell in lost)])


def _said(row):
    who = f"the state {row.state} of {row.variant}"
    exponent = f"step^{row.growth:.2g}"
    if row.growth < 0:
        return f"{who} shrinks as {exponent}, to {number(row.last)}"
    meaning = next(words for most, words in MEANINGS if row.growth <= most)
    return f"{who} grows as {exponent}, {meaning}, to {number(row.last)}"

"""How often each gate is shut or fully open, unit by unit.

The picture is that of Karpathy, Johnson, Li (2015), arXiv:1506.02078.
"""

import numpy as np
import pandas as pd

from ...dynamics.gates import OPEN, SHUT
from ...dynamics.thinning import evenly
from ..figures import FAINT, empty
from .shown import MARKERS, Shown, colours, ends, listed, percent, plain

UNITS = 60  # most that are drawn of a gate
COLUMNS = 3
RARE = 0.01  # a smaller share of saturated steps is not told


def saturation(cells, given=None):
    """A panel per cell: for each unit and gate, the share of steps shut against that open.

    Args:
        cells: {cell: ``dynamics.Dynamics``}, of one task.
        given: {cell: colour}, instead of the cells' own.

    Returns:
        ``Shown``, the table with a row per cell and gate; None if no cell has a gate.
    """
    gated = {cell: found for cell, found in cells.items() if found.gates}
    if not gated:
        return None
    columns = min(COLUMNS, len(gated))
    rows = -(-len(gated) // columns)
    figure, axes = empty(rows, columns, (0.6 + 2.3 * columns, 0.4 + 2.4 * rows))
    chosen = colours(cells, given)
    for ax, (cell, found) in zip(axes.flat, gated.items(), strict=False):
        _panel(ax, cell, found.gates, chosen[cell])
    for ax in axes.flat[len(gated) :]:
        ax.set_visible(False)
    figure.supxlabel(f"share of steps below {SHUT:g} (shut)", fontsize=9)
    figure.supylabel(f"share of steps above {OPEN:g} (open)", fontsize=9)
    table = pd.DataFrame([_row(cell, g) for cell, found in gated.items() for g in found.gates])
    return Shown(figure, _caption(table, [c for c in cells if c not in gated]), table)


def _panel(ax, cell, gates, colour):
    ax.plot([0, 1], [1, 0], color=FAINT, linewidth=0.7)
    for k, gate in enumerate(gates):
        kept, face = evenly(len(gate.low), UNITS), colour if k % 2 == 0 else "none"
        ax.scatter(gate.low[kept], gate.high[kept], s=14, marker=MARKERS[k % len(MARKERS)],
                   facecolor=face, edgecolor=colour, linewidth=0.8, alpha=0.6,
                   label=gate.name, clip_on=False)  # fmt: skip
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    ax.set_aspect("equal")
    ax.set_xticks([0, 0.5, 1])
    ax.set_yticks([0, 0.5, 1])
    ax.tick_params(labelsize=8)
    ax.legend(fontsize=7, frameon=False, loc="upper right", handletextpad=0.1)
    plain(ax, cell)


def _row(cell, gate):
    low, high = np.nanmean([gate.low, gate.high], 1) if _known(gate) else (np.nan, np.nan)
    kind = "observed" if gate.observed else "by its equation"
    return {"variant": cell, "gate": gate.name, "shut": low, "open": high, "between 0 and 1": kind}


def _known(gate):
    return not np.isnan(gate.low).all()


def _caption(table, gateless):
    """Of each cell, the gate that is most often saturated."""
    known = table[table.shut.notna()]
    most = known.loc[(known.shut + known.open).groupby(known.variant, sort=False).idxmax()]
    lost = [cell for cell in table.variant.unique() if cell not in set(most.variant)]
    parts = ends(most.itertuples(), lambda row: row.shut + row.open, _said)
    text = ""
    if (most.shut + most.open).max() < RARE:
        text = f"No gate is beyond {SHUT:g} or {OPEN:g} at as many as {percent(RARE)} of the steps."
    elif parts:
        text = f"Most saturated: {'; '.join(parts)}."
    others = {"Without gates": gateless, "Diverged": lost}
    return " ".join(
        [text, *(f"{what}: {listed(names)}." for what, names in others.items() if names)]
    ).strip()


def _said(row):
    above, below = percent(row.open), percent(row.shut)
    who = f"{row.gate} of {row.variant}"
    return f"{who}, above {OPEN:g} at {above} of the steps and below {SHUT:g} at {below}"

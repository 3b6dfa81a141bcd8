"""The norm of the gradient against the lag."""

import numpy as np
import pandas as pd

from ..figures import FAINT, empty
from .shown import LINES, Shown, beside, colours, counted, ends, number, percent, plain, sentence

FADED = 0.1  # of the gradient at lag 0
TINY = 1e-12  # less is not drawn
BANDS = 5  # most cells whose quartiles are drawn


def lag(cells, given=None):
    """A line per cell: the gradient's norm k steps before the end, as a share of that at the end.

    Args:
        cells: {cell: ``dynamics.Dynamics``}, of one task.
        given: {cell: colour}, instead of the cells' own.

    Returns:
        ``Shown``; the table has a row per cell.
    """
    figure, axes = empty(1, 1, (7.5, 3.4))
    ax, chosen = axes[0, 0], colours(cells, given)
    for k, (cell, found) in enumerate(cells.items()):
        each, own = found.lag, {"color": chosen[cell], "linestyle": LINES[k % len(LINES)]}
        marker = "." if len(each.lag) == 1 else ""
        ax.plot(each.lag, _drawn(each.median), marker=marker, label=cell, **own)
        if len(cells) <= BANDS:
            ax.fill_between(each.lag, _drawn(each.low), _drawn(each.high), color=chosen[cell],
                            alpha=0.12, linewidth=0)  # fmt: skip
    ax.axhline(FADED, color=FAINT, linewidth=0.7)
    ax.set_yscale("log")
    band = "; band: the middle half" if len(cells) <= BANDS else ""
    ax.set_xlabel(f"lag in steps; line: median over sequences{band}", fontsize=9)
    plain(ax, "gradient of the last output, relative to lag 0")
    counted(ax)
    beside(ax)
    table = pd.DataFrame([_row(cell, found.lag) for cell, found in cells.items()])
    return Shown(figure, sentence(ends(table.itertuples(), _reach, _said)), table)


def _drawn(values):
    return np.where(values >= TINY, values, np.nan)


def _row(cell, each):
    """The lag from which the gradient stays below a tenth, and its share at some lags."""
    above = np.flatnonzero(each.median >= FADED)
    faded = len(above) and above[-1] + 1 < len(each.lag)
    shares = {f"at {k}": _at(each, k) for k in (1, 10, 100) if k <= each.lag[-1]}
    return {
        "variant": cell,
        "below_a_tenth_from": each.lag[above[-1] + 1] if faded else np.nan,
        **shares,
        "longest_lag": each.lag[-1],
        "at_longest": each.median[-1],
    }


def _at(each, k):
    return each.median[int(np.argmin(np.abs(each.lag - k)))]


def _reach(row):
    """Orders cells by how far their gradients reach."""
    faded = not np.isnan(row.below_a_tenth_from)
    return row.below_a_tenth_from / row.longest_lag if faded else 1 + row.at_longest


def _said(row):
    end = f"{row.longest_lag:,.0f} step{'s' * (row.longest_lag != 1)}"
    if np.isnan(row.at_longest):
        return f"the network of {row.variant} diverged"
    if not np.isnan(row.below_a_tenth_from):
        steps = f"{row.below_a_tenth_from:,.0f} steps"
        return f"in {row.variant} less than a tenth of the gradient is left after {steps}"
    if row.at_longest > 2:
        return (
            f"in {row.variant} the gradient is {number(row.at_longest)} times as large after {end}"
        )
    return f"in {row.variant} {percent(row.at_longest)} of the gradient is left after {end}"

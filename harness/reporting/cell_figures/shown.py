"""A picture with its caption and its table, and what all pictures of cells have in common."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from ...tracking.colours import colour

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Told apart without colour, too: states of one cell by lines, gates by markers.
LINES = ("-", "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)))
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*")
MOST = 4  # clauses of a caption; of more rows, the two ends are told


class Shown(NamedTuple):
    """A picture.

    Attributes:
        figure: a matplotlib figure, without pyplot.
        caption: sentences that state the finding in numbers.
        table: the numbers behind it, a row per line, gate or state.
    """

    figure: "Figure"
    caption: str
    table: pd.DataFrame


def colours(cells, given=None):
    """{cell: colour}, those given or else each cell's own, all different as long as they last."""
    chosen = dict(given or {})
    for cell in cells:
        if cell not in chosen:
            chosen[cell] = colour(cell, tuple(chosen.values()))
    return chosen


def plain(ax, title=""):
    """An axis without a frame, its title at the left."""
    ax.tick_params(labelsize=8)
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_title(title, loc="left", fontsize=10)


def counted(ax):
    """Whole numbers along the axis below."""
    ax.xaxis.get_major_locator().set_params(integer=True)


def beside(ax, **options):
    """The legend to the right of an axis."""
    ax.legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1), **options)


def percent(share):
    """``34%``; ``0.4%`` for less than one."""
    return f"{100 * share:.1g}%" if 0 < share < 0.01 else f"{100 * share:.0f}%"


def number(value):
    """Three digits without an exponent where they suffice: ``12``, ``0.034``, ``1,250``."""
    if not np.isfinite(value):
        return "not a number" if np.isnan(value) else "infinity"
    if value != 0 and not 1e-3 <= abs(value) < 1e6:
        return f"{value:.1e}"
    digits = max(0, 1 - int(np.floor(np.log10(abs(value))))) if value else 0
    return f"{value:,.{digits}f}"


def ends(rows, key, said):
    """Clauses about the rows of a table: about each if they are few, else about the two ends.

    Args:
        rows: as from ``DataFrame.itertuples``.
        key: function (row) -> number that orders them.
        said: function (row) -> clause.
    """
    rows = list(rows)
    if len(rows) > MOST:
        ordered = sorted((r for r in rows if not np.isnan(key(r))), key=key)
        rows = [ordered[-1], ordered[0]] if len(ordered) > 1 else rows[:MOST]
    return [said(row) for row in rows]


def listed(words):
    """``a, b and c``."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def sentence(parts):
    """Clauses as one sentence."""
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""

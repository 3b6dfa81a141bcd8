"""A table's rows with its splits: where training ends, where validation, where the test."""

from itertools import pairwise
from typing import Any

import numpy as np

from ..framework.timeline import Timeline
from .strokes import FAINT, READ, legible

HEIGHT = 1.5  # inches of a line
SHADES = ("#ffffff", "#eeeeee", "#dddddd")  # of training, validation and test
MOST = 4000  # points of a line; of more rows, the lowest and the highest of each stretch


def height(timeline: Timeline) -> float:
    """Height of the drawing in inches."""
    return 0.5 + HEIGHT * len(timeline.lines)


def draw(timeline: Timeline, figure: Any) -> None:
    """Draw a timeline into a matplotlib figure or a part of one."""
    axes = figure.subplots(len(timeline.lines), 1, squeeze=False, sharex=True)[:, 0]
    numbers = np.arange(1, 1 + len(next(iter(timeline.lines.values()))))
    x = numbers if timeline.times is None else timeline.times.to_numpy()
    for ax, (name, values) in zip(axes, timeline.lines.items(), strict=True):
        ax.set_title(legible(name), loc="right", fontsize=9, parse_math=False, color=READ)
        shown = _thinned(values)
        broken = np.searchsorted(shown, [row for row in timeline.breaks if row])
        heights = np.insert(values[shown], broken, np.nan)
        ax.plot(np.insert(x[shown], broken, x[0]), heights, color=READ, linewidth=0.8)
        _splits(ax, timeline.parts, x, ~np.isnan(values), named=ax is axes[0])
        ax.spines[["top", "right"]].set_visible(False)
        ax.tick_params(labelsize=8)
        ax.margins(x=0.01)
    more = f"; {timeline.left_out}" if timeline.left_out else ""
    axes[-1].set_xlabel(("row" if timeline.times is None else "time") + more, fontsize=9)


def _splits(ax, parts, x, known, named):
    """A shade behind the rows of each split, and its name above."""
    for shade, (split, stretches) in zip(SHADES, parts.items(), strict=True):
        rows = [row for a, b in stretches for row in a + np.flatnonzero(known[a:b])]
        if not rows:
            continue
        first, last = x[min(rows)], x[max(rows)]
        ax.axvspan(first, last, facecolor=shade, zorder=0, linewidth=0)
        ax.axvline(first, color=FAINT, linewidth=0.8, zorder=1)
        if named:
            ax.annotate(split, (first, 1.02), xycoords=("data", "axes fraction"), fontsize=8,
                        xytext=(2, 0), textcoords="offset points")  # fmt: skip


def _thinned(values):
    """Rows that draw the same line: of a long one, the ends and extremes of short stretches."""
    known = np.flatnonzero(~np.isnan(values))
    if len(known) <= MOST:
        return known
    kept = []
    for start, stop in pairwise(np.linspace(0, len(known), MOST // 4 + 1).astype(int)):
        rows = known[start:stop]
        part = values[rows]
        kept += [rows[0], rows[part.argmin()], rows[part.argmax()], rows[-1]]
    return np.unique(kept)

"""Draw the panels of a picture into matplotlib Axes."""

from functools import singledispatch
from typing import Any

import numpy as np

from ..framework.panels import SHOWN, Cells, Forecast, Heat, Image, Text, Values

READ, ASKED, FAINT = "#0072B2", "#D55E00", "#BBBBBB"
PER_LINE = 64  # characters of a text per line
NAMED = 32  # rows; if there are more, not all of them are named
MISSING = "\ufffd"  # stands for a character that the font does not have
STEMS = 60  # steps; longer sequences are lines
MONO = "monospace"


@singledispatch
def draw(panel: Any, ax) -> None:
    """Draw a panel into a matplotlib Axes."""
    raise NotImplementedError(type(panel))


@draw.register
def _values(panel: Values, ax):
    colour = ASKED if panel.asked else READ
    steps = panel.first + np.arange(len(panel.values))
    there = ~np.isnan(panel.values)
    if panel.marked is not None:
        for step in steps[panel.marked]:
            ax.axvspan(step - 0.5, step + 0.5, color=FAINT, alpha=0.6, linewidth=0)
    different = len(np.unique(panel.values[there]))
    few = 1 < different <= 3
    stems = STEMS if panel.marked is None else SHOWN  # marks are easier to see on stems
    if len(steps) > stems and there.mean() > 0.5 and not few:
        ax.plot(steps, panel.values, color=colour, linewidth=1)
    else:
        # A 0 among inputs of 0 and 1 means nothing; a 0 among targets is a target.
        dots = there & (panel.values != 0) if few and there.all() else there
        ax.vlines(steps[dots], 0, panel.values[dots], color=colour, linewidth=1)
        ax.plot(steps[dots], panel.values[dots], "o", color=colour, markersize=3)
        ax.axhline(0, color=FAINT, linewidth=0.8)
    if different == 1:
        ax.axhline(0, color=FAINT, linewidth=0.8)  # else the axis would magnify rounding
    ax.set_xlim(steps[0] - 0.5, steps[-1] + 0.5)
    _bare(ax)


@draw.register
def _forecast(panel: Forecast, ax):
    seen, ahead = panel.seen, panel.ahead
    mark = "o" if len(seen) + len(ahead) <= STEMS else ""
    ax.axvline(0, color=FAINT, linewidth=0.8)
    ax.plot(np.arange(1 - len(seen), 1), seen, color=READ, marker=mark, markersize=3, linewidth=1)
    if len(ahead):
        after = np.concatenate([seen[-1:], ahead])
        ax.plot(np.arange(len(after)), after, color=ASKED, marker=mark, markersize=3, linewidth=1)
    _bare(ax)


@draw.register
def _cells(panel: Cells, ax):
    from matplotlib.colors import ListedColormap

    rows = used(panel)
    on = panel.on[:, rows].T
    ax.imshow(
        on, aspect="auto", interpolation="nearest", vmin=0, vmax=1, origin="lower",
        cmap=ListedColormap(["white", ASKED if panel.asked else READ]),
        extent=(0.5, on.shape[1] + 0.5, -0.5, len(rows) - 0.5),
    )  # fmt: skip
    if len(rows) <= NAMED:
        ax.set_yticks(np.arange(len(rows) + 1) - 0.5, minor=True)
        ax.grid(which="minor", axis="y", color=FAINT, linewidth=0.4)
    for step in range(1, on.shape[1] if on.shape[1] <= STEMS else 1):
        ax.axvline(step + 0.5, color="white", linewidth=1)
    names = [panel.names[int(row)] for row in rows]
    words = [i for i, name in enumerate(names) if on[i].any() and not name[-1:].isdigit()]
    _named(ax, names, rows, words[-1:])


@draw.register
def _heat(panel: Heat, ax):
    high = float(np.nanmax(np.abs(panel.values))) or 1.0
    T, K = panel.values.shape
    image = ax.imshow(
        panel.values.T, aspect="auto", interpolation="nearest", cmap="RdBu_r", vmin=-high,
        vmax=high, origin="lower", extent=(0.5, T + 0.5, -0.5, K - 0.5),
    )  # fmt: skip
    ax.figure.colorbar(image, ax=ax, pad=0.01)
    _named(ax, panel.names, np.arange(K))


@draw.register
def _text(panel: Text, ax):
    lines, first = -(-len(panel.read) // PER_LINE), 0.24 if panel.answers else 0.5
    ax.set_xlim(-0.5, PER_LINE - 0.5)
    ax.set_ylim(lines, 0)
    ax.axis("off")
    for said, colour, below in ((panel.read, READ, first), (panel.answers, ASKED, 0.68)):
        for place, symbol in enumerate(said):
            line, column = divmod(place, PER_LINE)
            ax.text(column, line + below, legible(symbol, MONO), color=colour, ha="center",
                    va="center", family=MONO, fontsize=10, parse_math=False)  # fmt: skip


@draw.register
def _image(panel: Image, ax):
    ax.imshow(panel.pixels, cmap="gray_r", vmin=0)
    ax.set_xticks([])
    ax.set_yticks([])


def legible(text: str, family: str | None = None) -> str:
    """A text with a replacement sign for each character that the font does not have."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    font = get_font(findfont(FontProperties(family=family)))
    return "".join(c if c == "\n" or font.get_char_index(ord(c)) else MISSING for c in text)


def used(panel):
    """The rows to draw: all, or, if there are many, those from the first used to the last."""
    on = np.flatnonzero(panel.on.any(0))
    if panel.on.shape[1] <= NAMED or not len(on):
        return np.arange(panel.on.shape[1])
    return np.arange(on[0], on[-1] + 1)


def _named(ax, names, rows, said=()):
    """Label the rows; of many, only every twelfth (an octave), or those in ``said``."""
    places = np.arange(len(rows))
    if len(rows) > NAMED:
        near = np.abs(places[:, None] - np.asarray(said, int)).min(1, initial=len(rows))
        places = places[(near == 0) | ((rows % 12 == 0) & (near > 4))]
    labels = [legible(names[place], MONO) for place in places]
    ax.set_yticks(places, labels, fontsize=7, family=MONO)
    ax.tick_params(axis="y", length=0)
    ax.tick_params(axis="x", labelsize=8)
    ax.spines[["top", "right"]].set_visible(False)


def _bare(ax):
    ax.tick_params(labelsize=8)
    ax.spines[["top", "right"]].set_visible(False)

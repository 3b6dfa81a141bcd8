"""A figure, drawn once: as SVG for the page, as PDF and PNG for a paper.

It is one column of a paper wide, so that its letters have the right size on paper and on a phone.
"""

import io
import math
import warnings
from typing import Any

import numpy as np

from .inline import inlined
from .numbers import number, short

WIDTH = 3.5  # inches
INK, FAINT, GRID, PAPER = "#222222", "#8a8a8a", "#e4e4e4", "#fefefe"
#: Text stays text in SVG, and nothing is random: the same results give the same bytes.
SAVED: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "gatelab", "pdf.fonttype": 42}
STYLE: dict[Any, Any] = {
    **SAVED,
    "text.parse_math": False,  # a name may contain a $
    "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans"], "font.size": 8,
    "text.color": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK,
    "axes.edgecolor": FAINT, "axes.linewidth": 0.7, "axes.spines.top": False,
    "axes.spines.right": False, "axes.grid": True, "axes.axisbelow": True, "grid.color": GRID,
    "grid.linewidth": 0.6, "xtick.major.size": 2.5, "ytick.major.size": 2.5,
    "axes.titlesize": 8, "axes.titlelocation": "left", "axes.labelsize": 8,
    "legend.frameon": False, "legend.fontsize": 7, "legend.handlelength": 2.4,
    "lines.linewidth": 1.4, "lines.markersize": 4.5, "axes.unicode_minus": True,
    "figure.constrained_layout.h_pad": 0.03, "figure.constrained_layout.w_pad": 0.03,
}  # fmt: skip


def drawn(name, title, about, draw, height=2.4, files=None):
    """Draw a figure.

    Args:
        name: of its files, and prefix of its ids on the page.
        title, about: what a screen reader says.
        draw: called with the matplotlib figure.
        height: in inches.
        files: folder for the PDF and the PNG; None for the page alone.

    Returns:
        the text of an ``<svg>`` element.
    """
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        draw(figure)
        return _saved(name, title, about, figure, files)


def rendered(name, title, about, figure, files=None):
    """A figure that was drawn elsewhere, in a style of its own; see ``drawn``."""
    import matplotlib

    with matplotlib.rc_context(SAVED):
        return _saved(name, title, about, figure, files)


def _saved(name, title, about, figure, files):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    # Letters that our font lacks: the reader's browser has them. Not within a context, because
    # the log's thread is at work and threads share the filters.
    warnings.filterwarnings("ignore", message="Glyph")
    FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    figure.set_layout_engine(None)  # arranged once, for all three files
    text = io.StringIO()
    figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    if files:
        files.mkdir(parents=True, exist_ok=True)
        _write(figure, files / f"{name}.pdf", metadata={"CreationDate": None})
        _write(figure, files / f"{name}.png", dpi=300)
    return inlined(text.getvalue(), name, title, about)


def _write(figure, file, **how):
    made = io.BytesIO()  # a full disk is an error of matplotlib's own, where it writes a PDF itself
    figure.savefig(made, format=file.suffix[1:], **how)
    file.write_bytes(made.getvalue())


def legend(figure, handles, columns=3):
    """A legend below the axes.

    Args:
        figure: a matplotlib figure.
        handles: {label: artist}.
        columns: at most so many.
    """
    if handles:
        labels = [short(text) for text in handles]
        fitting = _fitting(labels, columns)
        labels = [f" {text}" if text.startswith("_") else text for text in labels]
        figure.legend(
            [*handles.values()], labels, loc="outside lower left", ncols=fitting, columnspacing=1.2
        )


def _fitting(labels, columns):
    """The number of columns in which labels fit the width."""
    return max(1, min(columns, int(54 / (max(map(len, labels)) + 7))))


def with_legend(height, names, columns=3):
    """The height of a figure whose legend needs room of its own.

    Args:
        height: of all else, in inches.
        names: of the legend.
        columns: at most so many.
    """
    return height + 0.16 * -(-len(names) // _fitting([short(name) for name in names], columns))


def legend_of_cells(figure, looks):
    """A legend of lines with markers below the axes.

    Args:
        figure: a matplotlib figure.
        looks: {cell: Look}.
    """
    from matplotlib.lines import Line2D

    legend(figure, {
        v: Line2D([], [], color=look.colour, linestyle=look.line, marker=look.marker)
        for v, look in looks.items()
    })  # fmt: skip


def logarithmic(axis):
    """Make an axis logarithmic, with ticks that have plain numbers.

    Args:
        axis: ``ax.xaxis`` or ``ax.yaxis``, with its data drawn.
    """
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

    axis._set_axes_scale("log")
    low, high = sorted(axis.get_view_interval())
    decades = math.log10(high / low) if low > 0 else 9
    subs = (1.0,) if decades > 2.2 else (1.0, 2.0, 5.0)
    axis.set_major_locator(MaxNLocator(4) if decades < 0.7 else LogLocator(subs=subs, numticks=6))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def finite(*values):
    """All finite numbers of some arrays, as one array."""
    joined = np.concatenate([np.ravel(np.asarray(each, float)) for each in values] or [[]])
    return joined[np.isfinite(joined)]

"""A forecast after the rows that were read, in the table's own units."""

from os import PathLike
from typing import Any

import pandas as pd

from ..framework.errors import TaskError
from ..preparation.forecasting import Forecasting
from ..tables import Table
from .figure import checked_path
from .strokes import ASKED, FAINT, READ, legible

SHOWN = 8  # most panels
SEEN = 3  # most times the horizon of rows before a forecast
NAIVE = "#666666"


def save(prepared: Forecasting, table: Table, forecast: pd.DataFrame, path: str | PathLike) -> None:
    """Draw a forecast into a file: a panel for each target, of each series.

    Args:
        table: the latest rows.
        forecast: as from ``Forecasting.forecast``.

    Raises:
        TaskError: matplotlib does not know the suffix, or the file cannot be written.
    """
    path, figure = checked_path(path), drawing(prepared, table, forecast)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=110)
    except OSError as error:
        raise TaskError(f"{path} cannot be written: {error.strerror}") from None


def drawing(prepared: Forecasting, table: Table, forecast: pd.DataFrame) -> Any:
    """The figure; needs no display and leaves pyplot alone."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    latest = {piece.series: piece for piece in table.pieces}
    panels = [(piece, target) for piece in latest.values() for target in prepared.targets]
    shown = panels[:SHOWN]
    figure = Figure((9, 0.8 + 2.4 * len(shown)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(len(shown), 1, squeeze=False)[:, 0]
    for ax, (piece, target) in zip(axes, shown, strict=True):
        ahead = forecast.loc[piece.series] if piece.series else forecast
        _panel(ax, prepared, table, piece, target, ahead)
    axes[0].legend(fontsize=8, frameon=False, ncols=4, loc="lower left", bbox_to_anchor=(0, 1.08))
    if len(panels) > len(shown):
        figure.supxlabel(f"{len(shown)} of {len(panels)} panels", fontsize=8)
    return figure


def _panel(ax, prepared, table, piece, target, ahead):
    """What was read in blue, the forecast in orange, what needs no network in grey."""
    start = max(piece.start, piece.stop - max(prepared.window, SEEN * prepared.horizon))
    seen = table.values[start : piece.stop, table.names.index(target)]
    numbered = table.times is None
    times = pd.RangeIndex(1 - len(seen), 1) if numbered else table.times[start : piece.stop]
    mark = {"marker": "o", "markersize": 3} if len(seen) + len(ahead) <= 60 else {}
    ax.plot(times, seen, color=READ, linewidth=1, label="latest rows", **mark)
    later, name = ahead.index, f"{target}, last value"
    ax.plot(later, ahead[name], color=NAIVE, linewidth=1, linestyle=":", label="last value")
    if prepared.season:
        before = f"{prepared.season} rows before"
        ax.plot(later, ahead[f"{target}, {before}"], color=NAIVE, linewidth=1, linestyle="--",
                label=before)  # fmt: skip
    ahead = (times[-1:].append(later), [seen[-1], *ahead[target]])  # goes on from the last row
    ax.plot(*ahead, color=ASKED, linewidth=1.5, label="forecast", **mark)
    ax.axvline(times[-1], color=FAINT, linewidth=0.8)
    where = f", series {piece.series}" if piece.series else ""
    title = legible(f"{prepared.unit(target)}{where}")
    ax.set_title(title, loc="left", fontsize=9, parse_math=False)
    ax.tick_params(labelsize=8)
    ax.spines[["top", "right"]].set_visible(False)
    if numbered:
        ax.set_xlabel("rows from the last one", fontsize=8)
    else:
        _dated(ax)


def _dated(ax):
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    places = AutoDateLocator(minticks=3, maxticks=9)
    ax.xaxis.set_major_locator(places)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(places))
    ax.xaxis.get_offset_text().set_size(8)

"""A picture of a test sequence: inputs in blue, targets in orange."""

import textwrap
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..framework.batches import Batch
from ..framework.errors import TaskError
from ..framework.panels import Cells, Forecast, Heat, Image, Text, Values
from ..framework.task import Task
from . import timelines
from .facts import summary
from .strokes import ASKED, PER_LINE, READ, draw, legible, used

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK = "#222222"
WIDTH = 9  # inches
COLOURS = 256  # few, for a small file


def checked_path(path: str | PathLike) -> Path:
    """A path that a picture can be written to.

    Raises:
        TaskError: the suffix is not that of a picture format.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    path = Path(path)
    suffixes = sorted({*FigureCanvasAgg.get_supported_filetypes()} - {"pgf", "raw", "rgba"})
    if path.suffix[1:].lower() not in suffixes:
        raise TaskError(f"{path}: a picture's name ends with one of .{', .'.join(suffixes)}")
    if path.is_dir():
        raise TaskError(f"{path} is a folder; give a file's name")
    return path


def save(task: Task, batch: Batch, path: str | PathLike) -> None:
    """Draw the first sequence of a batch into a file.

    Raises:
        TaskError: matplotlib does not know the suffix, or the file cannot be written.
    """
    path, figure = checked_path(path), drawing(task, batch)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=110)
    except OSError as error:
        raise TaskError(f"{path} cannot be written: {error.strerror}") from None


def png(task: Task, batch: Batch) -> bytes:
    """The same picture as a small PNG of ``COLOURS``; always the same bytes on one machine."""
    from PIL import Image as Pixels

    drawn, small = BytesIO(), BytesIO()
    drawing(task, batch).savefig(drawn, format="png", dpi=120)
    Pixels.open(drawn).convert("RGB").quantize(COLOURS).save(small, format="png", optimize=True)
    return small.getvalue()


def drawing(task: Task, batch: Batch) -> "Figure":
    """A figure of the first sequence of a batch; needs no display and leaves pyplot alone."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    panels, timeline = task.panels(batch), task.timeline()
    heights, title = [_height(panel) for panel in panels], _title(task, batch, panels)
    own = 0.5 + 0.17 * len(title) + sum(heights)
    above = timelines.height(timeline) if timeline else 0
    whole = Figure((WIDTH, above + own), layout="constrained")
    FigureCanvasAgg(whole)
    figure: Any = whole
    if timeline:
        parts: Any = whole.subfigures(2, 1, height_ratios=(above, own))
        top, figure = parts
        timelines.draw(timeline, top)
    axes = figure.subplots(
        len(panels), 1, squeeze=False, sharex=_over_time(panels), height_ratios=heights
    )[:, 0]
    for ax, panel in zip(axes, panels, strict=True):
        ax.set_title(legible(panel.name), loc="left", fontsize=9, parse_math=False,
                     color=ASKED if panel.asked else READ)  # fmt: skip
        draw(panel, ax)
    if _over_time(panels):
        forecast = isinstance(panels[-1], Forecast)
        axes[-1].set_xlabel("steps from the last one read" if forecast else "step", fontsize=9)
        axes[-1].xaxis.get_major_locator().set_params(integer=True)
    said = legible("\n".join(title))
    figure.suptitle(said, fontsize=10, x=0.01, ha="left", color=INK, parse_math=False)
    return whole


def _title(task, batch, panels):
    """The lines of the title: the task, the sequence shown and what is to be predicted."""
    steps = int(batch.valid()[0].sum())
    lines = textwrap.wrap(f"{task.name}: {summary(task)}", 115)
    first, last = _steps(panels[0], steps)
    part = f"{steps} steps" if last - first + 1 == steps else f"steps {first} to {last} of {steps}"
    return [*lines, f"First test sequence of seed 0, {part}, read in blue; {_wanted(task, batch)}"]


def _wanted(task, batch):
    y = batch.y[0]
    if task.kind == "classification":
        names = task.legend()[1]
        return f"to predict after it: {names[y] if names else f'class {y}'}"
    if task.kind == "regression" and task.outputs <= 4:
        return f"to predict after it: {', '.join(f'{value:.4g}' for value in y)}"
    return "to predict in orange"


def _over_time(panels):
    return not any(isinstance(panel, Text | Image) for panel in panels)


def _steps(panel, steps):
    """The first and last step that a panel shows; an image or a forecast shows all."""
    if isinstance(panel, Text):
        return 1, len(panel.read)
    if isinstance(panel, Cells):
        return 1, len(panel.on)
    if isinstance(panel, Values):
        return panel.first, panel.first + len(panel.values) - 1
    return 1, len(panel.values) if isinstance(panel, Heat) else steps


def _height(panel):
    """Height of a panel in inches."""
    if isinstance(panel, Cells | Heat):
        rows = len(used(panel)) if isinstance(panel, Cells) else panel.values.shape[1]
        return 0.4 + min(max(0.15 * rows, 0.5), 3.5)
    if isinstance(panel, Text):
        return 0.3 + (0.5 if panel.answers else 0.25) * -(-len(panel.read) // PER_LINE)
    return 3.5 if isinstance(panel, Image) else 1.4

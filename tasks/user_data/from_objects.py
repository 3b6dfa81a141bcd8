"""Tasks made from what is in memory: a pandas frame, or a pair of arrays."""

from typing import TYPE_CHECKING, Any

from ..framework.errors import TaskError
from ..framework.task import Task
from .arrays import from_arrays
from .from_files import from_csv
from .series import Series

if TYPE_CHECKING:
    import pandas as pd


def from_frame(frame: "pd.DataFrame | pd.Series", name: str = "frame", **options: Any) -> Series:
    """Make a task from a pandas frame of rows in time, or from one series.

    Args:
        frame: a column of times or an index of times is found, as in a file; values are numbers,
            or the texts that ``from_csv`` reads.
        name: name of the task.
        options: those of ``from_csv``, except the encoding, separator and lines of a file.

    Returns:
        the task; see ``from_csv``.

    Raises:
        TaskError: the frame, its columns or the options cannot be used, or it can be read in two
            ways; the message names the first such row.
    """
    if not hasattr(frame, "iloc"):
        raise TaskError(f"from_frame takes a pandas frame or series, got {type(frame).__name__}")
    try:
        return from_csv(frame, name=name, **options)  # pyright: ignore[reportArgumentType]
    except TaskError as error:
        raise TaskError(f"{name}: {error}") from None


def from_object(given: Any, **options: Any) -> Task | None:
    """A task from a frame, or from a pair (x, y) as scikit-learn has it; None for anything else."""
    if hasattr(given, "iloc"):
        return from_frame(given, **options)
    if isinstance(given, tuple) and len(given) == 2:
        return from_arrays(*given, **options)
    return None

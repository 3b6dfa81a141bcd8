"""Which columns of a table are numbers to read, and which are something else."""

from collections.abc import Sequence

from ..framework.errors import TaskError
from .columns import left_out
from .heading import BRACKETED
from .layout import Cells
from .reading import Reading, named


def chosen(cells: Cells, whens: Sequence[str], how: Reading) -> tuple[list[str], list[str]]:
    """(the columns to read as numbers, those left out though the user named none).

    Raises:
        TaskError: there is no such column, or none of numbers.
    """
    columns = list(cells.frame.columns)
    series = [] if how.series is None else named(how.series, columns, "column")
    if how.columns is not None:
        return named(how.columns, columns, "column"), []
    others = [name for name in columns if name not in whens and name not in series]
    dated = {*left_out(cells), ""}
    names = [name for name in others if name not in dated]
    if not names:
        raise TaskError("holds no column of numbers")
    return names, [name for name in others if name in dated]


def left_out_notes(left: Sequence[str]) -> list[str]:
    """What is said of columns that were left out."""
    return [
        f"column {name!r} holds times and was left out" if name
        else "the first column, which has no name, was left out"
        for name in left
    ]  # fmt: skip


def units_in_names(names: Sequence[str]) -> dict[str, str]:
    """{column: unit} of names such as "load (MW)"."""
    found = {name: BRACKETED.fullmatch(name) for name in names}
    return {name: match[2] for name, match in found.items() if match and match[1]}

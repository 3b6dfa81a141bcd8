"""Kinds of times, and of the order of rows."""

from helpers.kinds import Kind
from helpers.written_tables import LOAD, day, rows

PLAIN = rows()
LINES = PLAIN.splitlines()

KINDS = (
    Kind(
        "rows newest first",
        "load.csv",
        "\n".join([LINES[0], *LINES[:0:-1]]) + "\n",
        override="sort=True",
        first=(LOAD[0],),
        refused=(
            "row 2 (line 3), 2023-02-28, does not come after row 1, 2023-03-01: all "
            "rows are newest first; sort=True puts rows into time order"
        ),
    ),
    Kind(
        "a row that is missing",
        "load.csv",
        PLAIN.replace(f"{day(7)},{LOAD[7]:.2f}\n", ""),
        override='gaps="split"',
        first=(LOAD[0],),
        shown="`2023-01-08` is missing",
        refused=(
            "row 8 (line 9), 2023-01-09, comes 2 days after row 7, where rows are 1 "
            'day apart; gaps="interpolate" makes the rows between, gaps="split" lets '
            'no window cross, gaps="keep" takes it as the next step (as for trading '
            "days)"
        ),
    ),
    Kind(
        "a time that is repeated",
        "load.csv",
        PLAIN.replace(f"{LINES[8]}\n", f"{LINES[8]}\n" * 2),
        override='duplicates="mean"',
        first=(LOAD[0],),
        shown="`2023-01-08` comes twice",
        refused=(
            "row 9 (line 10), 2023-01-08, repeats the time of row 8; "
            'duplicates="mean" (or first, last) makes one row of those of one time, '
            'time="none" takes rows in order as they stand'
        ),
    ),
)

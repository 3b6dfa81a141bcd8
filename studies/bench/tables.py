"""The results of the bench, as tables for the screen and as CSV."""

import numpy as np
import pandas as pd
from rich.console import Group
from rich.table import Table

from .goals import GOALS
from .processors import CELL, TASK, pairs
from .tracking_cost import BARE, FULL, share, was_busy


def kernels(found):
    """One line: the kernels that OpenBLAS chose while steps were timed."""
    libraries = ", ".join(f"{chosen} ({library})" for library, chosen in sorted(found.items()))
    return f"OpenBLAS kernels: {libraries or 'unknown, no OpenBLAS is loaded'}"


def first_steps(rows, verdicts):
    """The time of a cell's first training step."""
    goals = {"first": "first training step", "cached": "the same, cached"}
    title = (
        "First training step of a cell, wall seconds (without those in which others used the "
        "processor): with an empty cache, and in a new process with a filled one "
        f"(goals: {' and '.join(f'{GOALS[goal]} s' for goal in goals.values())})"
    )
    table = table_of("variant", *goals)
    for row in rows:
        marked = [verdicts.mark(goal, row[k], f"{row[k]:.2f}") for k, goal in goals.items()]
        table.add_row(row["variant"], *marked)
    for name, what in (("median", np.median), ("worst", np.max)):
        table.add_row(name, *(f"{what([row[k] for row in rows]):.2f}" for k in goals))
    return Group(title, table)


def memory(rows, verdicts):
    """One line: the peak memory of a worker."""
    peak, goal = max(row["megabytes"] for row in rows), "memory of a worker"
    text = verdicts.mark(goal, peak, f"{peak:.0f} MB")
    return f"Peak memory of a worker in the first study: {text} (goal: {GOALS[goal]:.0f} MB)"


def processors(rows, verdicts):
    """The same trials on two kinds of processor; nothing to be reached."""
    here, other = rows[0]["processor"], rows[-1]["processor"]
    table = table_of("seed", *(f"{what}, {kind}" for what in ("first loss", "valid", "test")
                               for kind in (here, other)))  # fmt: skip
    table.title = f"{CELL} on {TASK}: the same trials on two kinds of processor"
    for one, two in pairs(rows):
        scores = [f"{row[name]:.9g}" for name in ("loss", "valid", "test") for row in (one, two)]
        table.add_row(str(one["seed"]), *scores)
    return table


def tracking(rows, verdicts):
    """Seconds per trial in each way, and the share that is not training."""
    goal = "search and tracking"
    title = (
        "Two-second trials of 100 epochs with 10 metrics, two at a time, logged to SQLite: seconds "
        f"per trial, and the share that is not training (goal: {GOALS[goal]:.0%} of the wall time)"
    )
    judged = "cpu" if was_busy(rows) else "wall"
    table = table_of("around the trials", "wall", "share", "CPU", "share")
    for way in dict.fromkeys((BARE, *(row["way"] for row in rows))):
        cells = []
        for key in ("wall", "cpu"):
            more, text = share(rows, way, key), f"{share(rows, way, key):.1%}"
            cells.append(f"{np.median([row[key] for row in rows if row['way'] == way]):.2f}")
            marked = way == FULL and key == judged
            cells.append(verdicts.mark(goal, more, text) if marked else text)
        table.add_row(way, *cells)
    busy = "The machine was busy with other things: judged by CPU time." if judged == "cpu" else ""
    return Group(title, table, *([busy] if busy else []))


def drawing(rows, verdicts):
    """The cost of drawing a batch in each task."""
    goal = "drawing a batch"
    title = (
        "Drawing a batch of 32 sequences, microseconds, beside the rest of an update of a standard "
        f"LSTM with 32 units, and its share of both (goal: {GOALS[goal]:.0%})"
    )
    table = table_of("task", "drawing", "rest", "share")
    for row in rows:
        if row["share"] is None:
            table.add_row(row["task"], "", "", share_of(row))
            continue
        numbers = [f"{row[k]:.0f}" for k in ("microseconds", "rest")]
        table.add_row(row["task"], *numbers, verdicts.mark(goal, row["share"], share_of(row)))
    return Group(title, table)


def share_of(row):
    """The share of an update, as text."""
    return "data not here" if row["share"] is None else f"{row['share']:.1%}"


def table_of(*columns):
    table = Table(box=None, padding=(0, 2, 0, 0))
    for k, name in enumerate(columns):
        table.add_column(name, justify="right" if k else "left")
    return table


def write(path, rows):
    """Write rows as CSV; a column that a row lacks stays empty."""
    pd.DataFrame(rows).to_csv(path, index=False)

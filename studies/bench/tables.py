"""The results of the bench, as tables for the screen and as CSV."""

import numpy as np
import pandas as pd
from rich.console import Group
from rich.table import Table

from .cluster_cost import LENGTHS, fed, gain
from .goals import GOALS
from .processors import CELL, TASK, pairs
from .tracking_cost import BARE, FULL, LARGE, SERVERS, USUAL, of_longer, share, was_busy


def table_of(title, columns, rows, words=()):
    """A table below its title; numbers stand to the right, names and columns of words do not."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in columns:
        table.add_column(name, justify="left" if name in (columns[0], *words) else "right")
    for row in rows:
        table.add_row(*row)
    return Group(title, table)


def first_steps(rows, verdicts):
    """The time of a cell's first training step."""
    goals = {"first": "first training step", "cached": "the same, cached"}
    title = (
        "First training step of a cell, wall seconds (without those in which others used the "
        "processor): with an empty cache, and in a new process with a filled one "
        f"(goals: {' and '.join(f'{GOALS[goal]} s' for goal in goals.values())})"
    )
    marked = lambda row: [verdicts.mark(goal, row[k], f"{row[k]:.2f}") for k, goal in goals.items()]
    lines = [[row["variant"], *marked(row)] for row in rows]
    for name, what in (("median", np.median), ("worst", np.max)):
        lines.append([name, *(f"{what([row[k] for row in rows]):.2f}" for k in goals)])
    return table_of(title, ["variant", *goals], lines)


def memory(rows, verdicts):
    """One line: the peak memory of a worker."""
    peak, goal = max(row["megabytes"] for row in rows), "memory of a worker"
    text = verdicts.mark(goal, peak, f"{peak:.0f} MB")
    return f"Peak memory of a worker in the first study: {text} (goal: {GOALS[goal]:.0f} MB)"


def processors(rows, verdicts):
    """The same trials on two kinds of processor; nothing to be reached."""
    scores, kinds = ("loss", "valid", "test"), [rows[0]["processor"], rows[-1]["processor"]]
    heads = [f"{what}, {kind}" for what in ("first loss", *scores[1:]) for kind in kinds]
    lines = [
        [str(pair[0]["seed"]), *(f"{row[name]:.9g}" for name in scores for row in pair)]
        for pair in pairs(rows)
    ]
    title = f"{CELL} on {TASK}: the same trials on two kinds of processor"
    return table_of(title, ["seed", *heads], lines)


def tracking(rows, verdicts):
    """Seconds per trial in each way, and the share that is not training."""
    title = (
        f"Two-second trials of {USUAL.epochs} epochs with {USUAL.metrics} curves, two at a time: "
        f"seconds per trial, and the share that is not training (goals: {GOALS[FULL]:.0%} of the "
        f"wall time, {GOALS[SERVERS]:.0%} with PostgreSQL and an MLflow server)"
    )
    judged = "cpu" if was_busy(rows) else "wall"

    def figures(way, key):
        yield f"{np.median([row[key] for row in rows if row['way'] == way]):.2f}"
        more = share(rows, way, key)
        held = way in (FULL, SERVERS) and key == judged
        yield verdicts.mark(way, more, f"{more:.1%}") if held else f"{more:.1%}"

    ways = dict.fromkeys((BARE, *(row["way"] for row in rows)))
    lines = [[way, *figures(way, "wall"), *figures(way, "cpu")] for way in ways]
    table = table_of(title, ["around the trials", "wall", "share", "CPU", "share"], lines)
    notes = [
        f"Of ten-second trials the share of {way} is {of_longer(share(rows, way, judged), 5):.1%}."
        for way in (FULL, LARGE, SERVERS)
        if way in ways
    ]
    if judged == "cpu":
        notes.append("The machine was busy with other things: judged by CPU time.")
    return Group(table, *notes)


def cluster(rows, verdicts):
    """The gain of a second Dask worker, and the conductor's own cost."""
    goal, more = "time on two workers", gain(rows)
    title = (
        f"{rows[0]['seconds']:g}-second trials on Dask workers with a process each, with search "
        f"and tracking (goal: two do {1 / GOALS[goal]:.1f} times as much as one)"
    )
    median = lambda key, count: np.median([row[key] for row in rows if row["workers"] == count])
    lines = [
        [
            str(count), f"{median('wall', count) / rows[0]['trials']:.2f}",
            f"{1000 * median('own', count):.0f}",
            verdicts.mark(goal, 1 / more, f"{more:.2f}") if count == 2 else "",
        ]
        for count in (1, 2)
    ]  # fmt: skip
    table = table_of(
        title, ["workers", "seconds per trial", "conductor's CPU, ms per trial", "gain"], lines
    )
    numbers = [
        f"{fed(rows, length):,.0f} with trials of {name}" for name, length in LENGTHS.items()
    ]
    return Group(table, f"So one conductor feeds as many workers as {', '.join(numbers)}.")


def drawing(rows, verdicts):
    """The cost of drawing a batch in each task."""
    goal = "drawing a batch"
    title = (
        "Drawing a batch of 32 sequences, microseconds, beside the rest of an update of a standard "
        f"LSTM with 32 units, and its share of both (goal: {GOALS[goal]:.0%})"
    )

    def figures(row):
        if row["share"] is None:
            return "", "", share_of(row)
        marked = verdicts.mark(goal, row["share"], share_of(row))
        return f"{row['microseconds']:.0f}", f"{row['rest']:.0f}", marked

    lines = [[row["task"], *figures(row)] for row in rows]
    return table_of(title, ["task", "drawing", "rest", "share"], lines)


def share_of(row):
    """The share of an update, as text."""
    return "data not here" if row["share"] is None else f"{row['share']:.1%}"


def write(path, rows):
    """Write rows as CSV; a column that a row lacks stays empty."""
    pd.DataFrame(rows).to_csv(path, index=False)

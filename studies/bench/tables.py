"""What was measured, as tables for people and as CSV; goals, and whether they were met."""

import csv
from dataclasses import dataclass, field

import numpy as np
from rich.console import Group
from rich.table import Table

from .limits import POINTWISE
from .tracking_cost import BARE, FULL, share, was_busy

LSTM, EAGER, JAX, LIMIT = "torch.nn.LSTM", "torch eager", "jax.lax.scan", "arithmetic limit"
GOALS = {
    LSTM: 1.0,
    EAGER: 0.6,
    "first training step": 3.0,  # seconds
    "the same, cached": 0.3,  # seconds
    "memory of a worker": 600.0,  # megabytes
    "search and tracking": 0.08,  # of the wall time
}


@dataclass
class Verdicts:
    """How many figures kept to each goal."""

    counts: dict = field(default_factory=dict)

    def mark(self, goal, value, text):
        """The text of a figure, marked if it misses its goal."""
        met = value <= GOALS[goal]
        good, all_ = self.counts.get(goal, (0, 0))
        self.counts[goal] = (good + met, all_ + 1)
        return f"[green]{text}[/green]" if met else f"[bold red]{text} ✗[/bold red]"

    def line(self):
        """How many goals were met, of each kind."""
        missed = sum(total - good for good, total in self.counts.values())
        parts = [f"{goal} {good} of {total}" for goal, (good, total) in self.counts.items()]
        return f"within goals: {', '.join(parts)}; {f'{missed} missed' if missed else 'all met'}"


def kernels(found):
    """One line: what OpenBLAS chose while steps were timed."""
    libraries = ", ".join(f"{chosen} ({library})" for library, chosen in sorted(found.items()))
    return f"OpenBLAS kernels: {libraries or 'unknown, no OpenBLAS is loaded'}"


def steps(rows, rate, verdicts):
    """A table for each question about training steps: a row per cell, a column per shape."""
    kind = (
        f"arithmetic limit's: its products at {rate / 1e9:.0f} GFLOP/s, the best large one's rate, "
        f"and {POINTWISE * 1e9:.0f} ns per unit, sequence and step"
    )
    about = {
        LSTM: f"a multiple of torch.nn.LSTM's (goal: {GOALS[LSTM]})",
        EAGER: f"a multiple of the same cell's in torch eager (goal: {GOALS[EAGER]})",
        LIMIT: f"a multiple of the {kind}",
        JAX: "a multiple of the same cell's in jax.lax.scan",
        "milliseconds": "milliseconds of CPU time",
    }
    for key, text in about.items():
        if any(key in row for row in rows):
            yield _grid(f"Training step, float32, one thread: {text}", rows, key, verdicts)


def _grid(title, rows, key, verdicts):
    shapes = list(dict.fromkeys(row["shape"] for row in rows))
    table = _table("variant", *shapes)
    for name in dict.fromkeys(row["variant"] for row in rows):
        found = {row["shape"]: row for row in rows if row["variant"] == name}
        table.add_row(name, *(_figure(found.get(s, {}).get(key), key, verdicts) for s in shapes))
    return Group(title, table)


def _figure(value, key, verdicts):
    if value is None:
        return "-"
    return verdicts.mark(key, value, f"{value:.2f}") if key in GOALS else f"{value:.2f}"


def first_steps(rows, verdicts):
    """The wait for a cell's first training step."""
    goals = {"first": "first training step", "cached": "the same, cached"}
    title = (
        "First training step of a cell, wall seconds (less those in which others held the "
        "processor): with an empty cache, and in a new process with a filled one "
        f"(goals: {' and '.join(f'{GOALS[goal]} s' for goal in goals.values())})"
    )
    table = _table("variant", *goals)
    for row in rows:
        marked = [verdicts.mark(goal, row[k], f"{row[k]:.2f}") for k, goal in goals.items()]
        table.add_row(row["variant"], *marked)
    for name, what in (("median", np.median), ("worst", np.max)):
        table.add_row(name, *(f"{what([row[k] for row in rows]):.2f}" for k in goals))
    return Group(title, table)


def memory(rows, verdicts):
    """One line: the peak of a worker."""
    peak, goal = max(row["megabytes"] for row in rows), "memory of a worker"
    text = verdicts.mark(goal, peak, f"{peak:.0f} MB")
    return f"Peak memory of a worker in the first study: {text} (goal: {GOALS[goal]:.0f} MB)"


def tracking(rows, verdicts):
    """Seconds per trial in each way, and what they add."""
    goal = "search and tracking"
    title = (
        "Two-second trials of 100 epochs with 10 metrics, two at a time, logged to SQLite: seconds "
        f"per trial, and the share that is not training (goal: {GOALS[goal]:.0%} of the wall time)"
    )
    judged = "cpu" if was_busy(rows) else "wall"
    table = _table("around the trials", "wall", "share", "CPU", "share")
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


def _table(*columns):
    table = Table(box=None, padding=(0, 2, 0, 0))
    for k, name in enumerate(columns):
        table.add_column(name, justify="right" if k else "left")
    return table


def write(path, rows):
    """Rows as CSV; a column that a row lacks stays empty."""
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)))
        writer.writeheader()
        writer.writerows(rows)

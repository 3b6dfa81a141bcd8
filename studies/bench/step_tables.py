"""Training steps as tables: for the screen, and in Markdown for docs/results/speed.md."""

from textwrap import fill

import numpy as np
from rich.console import Group

from gatelab.foundation.markdown import table as markdown_table

from .goals import EAGER, GOALS, JAX, LIMIT, LSTM, judged, reason
from .limits import NORMALISING, POINTWISE
from .tables import table_of

# (goal, whether it is met) -> mark and colour of a figure.
MARKS = {
    (LSTM, True): ("", "green"),
    (LIMIT, True): (" L", "yellow"),
    (LSTM, False): (" ✗", "bold red"),
    (LIMIT, False): (" ✗", "bold red"),
}
SLOWEST = 3  # number of cells whose first step is shown by name


def steps(rows, rate, verdicts):
    """A table for each question about training steps: a row per cell, a column per shape."""
    about = "Training step, float32, one thread: "
    if any(LSTM in row for row in rows):
        yield _against_lstm(f"{about}{_legend(rate)}", rows, verdicts)
    else:
        yield _grid(
            f"{about}a multiple of its limit, which counts {_least(rate)}.", rows, LIMIT, None
        )
    others = {
        EAGER: f"a multiple of the same cell's in torch eager (goal: {GOALS[EAGER]})",
        JAX: "a multiple of the same cell's in jax.lax.scan",
        "milliseconds": "milliseconds of CPU time",
    }
    for key, text in others.items():
        found = [row for row in rows if key in row]
        if found:
            yield _grid(about + text, found, key, verdicts if key in GOALS else None)
    yield _first(rows, verdicts)


def _least(rate):
    """The arithmetic limit in words; ``rate`` in flop per second."""
    return (
        f"products at {rate / 1e9:.0f} GFLOP/s, the best rate of a large product; "
        f"{POINTWISE * 1e9:.0f} ns per unit, sequence and step, proportionally more for a cell "
        f"with more elementwise operations than an LSTM; {NORMALISING * 1e9:.2f} ns for each "
        "layer_norm and half of that for each mean"
    )


def _legend(rate):
    return (
        f"relative to torch.nn.LSTM's. Goal: at most {GOALS[LSTM]} or, where it is above 1, the "
        "cell's work: the multiply-adds of its products, relative to an LSTM's. L: longer, because "
        "products must wait for one another or for a sum over all units, but at most "
        f"{GOALS[LIMIT]} times the cell's own arithmetic limit. ✗: a miss. limit: the time as a "
        f"multiple of that limit, which counts {_least(rate)}."
    )


def _against_lstm(title, rows, verdicts):
    for row in rows:
        verdicts.count(*judged(row))
    shapes, lines = _lines(rows)
    table = table_of("variant", *shapes, "work", "limit")
    table.add_column("held to", ratio=1)
    for name, figures, *rest in lines:
        table.add_row(name, *(f"[{colour}]{text}[/{colour}]" for text, colour in figures), *rest)
    return Group(title, table)


def markdown(rows, rate):
    """Training steps relative to torch.nn.LSTM's: lines of Markdown, a legend and a table."""
    shapes, lines = _lines(rows)
    yield fill(f"The time of a training step, {_legend(rate)}", 100, break_on_hyphens=False)
    yield ""
    rows = [[name, *(text for text, _ in figures), *rest] for name, figures, *rest in lines]
    yield markdown_table(("", *shapes, "work", "limit", "held to"), rows)


def _lines(rows):
    """The shapes, and per cell: name, [(figure, colour)], work, limit, the goal."""
    shapes, lines = list(dict.fromkeys(row["shape"] for row in rows)), []
    for name in dict.fromkeys(row["variant"] for row in rows):
        own = {row["shape"]: row for row in rows if row["variant"] == name}
        figures = [_figure(own[s]) if s in own else ("-", "dim") for s in shapes]
        spans = [_span([row[key] for row in own.values()]) for key in ("work", LIMIT)]
        lines.append((name, figures, *spans, _held_to([*own.values()])))
    return shapes, lines


def _figure(row):
    mark, colour = MARKS[judged(row)]
    return f"{row[LSTM]:.2f}{mark}", colour


def _span(values):
    ends = dict.fromkeys(f"{end:.2f}" for end in (min(values), max(values)))
    return "-".join(ends)


def _held_to(rows):
    """The goal of a cell; with a limit of its own, also the worst multiple of it and the reason."""
    rule = "work" if max(row["work"] for row in rows) > 1 else f"{GOALS[LSTM]}"
    excused = [row[LIMIT] for row in rows if judged(row)[0] == LIMIT]
    return f"{rule}; limit {max(excused):.2f}: {reason(rows[0])}" if excused else rule


def _grid(title, rows, key, verdicts):
    """A table with a figure per cell and shape, marked if ``verdicts`` are given."""
    shapes = list(dict.fromkeys(row["shape"] for row in rows))
    table = table_of("variant", *shapes)
    show = lambda value: f"{value:.2f}"
    if verdicts:
        show = lambda value: verdicts.mark(key, value, f"{value:.2f}")
    for name in dict.fromkeys(row["variant"] for row in rows):
        found = {row["shape"]: show(row[key]) for row in rows if row["variant"] == name}
        table.add_row(name, *(found.get(s, "-") for s in shapes))
    return Group(title, table)


def _first(rows, verdicts):
    """One line: the time of the first step of cells that were not in the cache."""
    waits, goal = {}, "first training step"
    for row in rows:
        waits[row["variant"]] = max(row["first"], waits.get(row["variant"], 0))
    slowest = sorted(waits, key=lambda name: -waits[name])[:SLOWEST]
    worst, *others = (f"{waits[name]:.2f} s ({name})" for name in slowest)
    marked = verdicts.mark(goal, waits[slowest[0]], worst)
    return (
        f"First step of each cell, derived and compiled: median {np.median([*waits.values()]):.2f} "
        f"s, longest {', '.join([marked, *others])} (goal: {GOALS[goal]} s)"
    )

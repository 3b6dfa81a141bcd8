"""Training steps as tables: for the screen, and in Markdown for docs/results/speed.md."""

from textwrap import fill

import numpy as np
from rich.console import Group

from gatelab.foundation.markdown import table as markdown_table

from .goals import EAGER, GOALS, JAX, LIMIT, LSTM, judged, reason
from .limits import NORMALISING, POINTWISE, limit
from .tables import table_of

# (goal, whether it is met) -> mark and colour of a figure.
MARKS = {
    (LSTM, True): ("", "green"),
    (LIMIT, True): (" L", "yellow"),
    (LSTM, False): (" ✗", "bold red"),
    (LIMIT, False): (" ✗", "bold red"),
}
SLOWEST = 3  # number of cells whose first step is shown by name


def gathered(measured):
    """One row per cell and shape, with its ratio to every library and the multiple of its limit."""
    rate, found = max(row["gemm_rate"] for row in measured), {}
    for row in measured:
        known = found.setdefault((row["shape"], row["variant"]), row)
        known |= {key: value for key, value in row.items() if key not in known}
    for row in found.values():
        row["gemm_rate"] = rate
        row[LIMIT] = row["milliseconds"] / 1000 / limit(row["flop"], row["elementwise"], rate)
    return list(found.values())


def steps(rows, verdicts):
    """What is printed of training steps: a table for each question, an empty line between two."""
    first, *others = _answers(rows, verdicts)
    return Group(first, *(Group("", each) for each in others))


def _answers(rows, verdicts):
    """Tables with a row per cell and a column per shape."""
    about, rate = "Training step, float32, one thread: ", rows[0]["gemm_rate"]
    yield f"OpenBLAS kernels: {rows[0]['kernels'] or 'unknown, no OpenBLAS is loaded'}"
    if any(LSTM in row for row in rows):
        yield _against_lstm(f"{about}{_legend(rate)}", rows, verdicts)
    others = {
        EAGER: f"a multiple of the same cell's in torch eager (goal: {GOALS[EAGER]})",
        JAX: "a multiple of the same cell's in jax.lax.scan",
        "milliseconds": "milliseconds of CPU time",
    }
    if not any(LSTM in row for row in rows):
        others = {LIMIT: f"a multiple of its limit, which counts {_least(rate)}."} | others
    for key, text in others.items():
        if found := [row for row in rows if key in row]:
            yield _grid(about + text, found, key, verdicts if key == EAGER else None)
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


def _by_cell(rows):
    """The shapes, and {variant: {shape: row}}."""
    cells = {}
    for row in rows:
        cells.setdefault(row["variant"], {})[row["shape"]] = row
    return list(dict.fromkeys(row["shape"] for row in rows)), cells


def _against_lstm(title, rows, verdicts):
    for row in rows:
        verdicts.count(*judged(row))
    heads, lines = _lines(rows, "[{1}]{0}[/{1}]")
    return table_of(title, ["variant", *heads], lines, words=heads[-1:])


def markdown(rows, rate):
    """Training steps relative to torch.nn.LSTM's: lines of Markdown, a legend and a table."""
    heads, lines = _lines(rows, "{0}")
    yield fill(f"The time of a training step, {_legend(rate)}", 100, break_on_hyphens=False)
    yield ""
    yield markdown_table(["", *heads], lines)


def _lines(rows, form):
    """The heads and, per cell, its name, figures, work, limit and goal.

    Args:
        form: of a figure, given its text and its colour.
    """
    shapes, cells = _by_cell(rows)
    lines = [
        [
            name,
            *(form.format(*_figure(own[s])) if s in own else "-" for s in shapes),
            *(_span([row[key] for row in own.values()]) for key in ("work", LIMIT)),
            _held_to([*own.values()]),
        ]
        for name, own in cells.items()
    ]
    return [*shapes, "work", "limit", "held to"], lines


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
    shapes, cells = _by_cell(rows)

    def figure(row):
        text = f"{row[key]:.2f}"
        return verdicts.mark(key, row[key], text) if verdicts else text

    lines = [
        [name, *(figure(own[s]) if s in own else "-" for s in shapes)]
        for name, own in cells.items()
    ]
    return table_of(title, ["variant", *shapes], lines)


def _first(rows, verdicts):
    """One line: the time of the first step of cells that were not in the cache."""
    goal, cells = "first training step", _by_cell(rows)[1]
    waits = {name: max(row["first"] for row in own.values()) for name, own in cells.items()}
    slowest = sorted(waits, key=waits.__getitem__, reverse=True)[:SLOWEST]
    worst, *others = (f"{waits[name]:.2f} s ({name})" for name in slowest)
    marked = verdicts.mark(goal, waits[slowest[0]], worst)
    return (
        f"First step of each cell, derived and compiled: median {np.median([*waits.values()]):.2f} "
        f"s, longest {', '.join([marked, *others])} (goal: {GOALS[goal]} s)"
    )

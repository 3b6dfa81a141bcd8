"""``gatelab cells``: every cell in a few lines, by families."""

import csv
import sys
from dataclasses import dataclass
from math import exp, log
from pathlib import Path
from textwrap import wrap

from rich.console import Console
from rich.text import Text

from gatelab.variants import VariantError, get, hyperparameters, names, states

from ..calculus.program import derive
from ..calculus.work import multiply_adds
from ..networks.layer import Layer
from .about import FAMILIES, family, matrices, words

PIPED, WIDEST = 100, 120  # columns: where no terminal says how wide it is, and at most
SPEED = Path(__file__).with_name("speed.csv")  # from `gatelab bench --keep`
HEADINGS = ("cell", "states", "matrices", "parameters", "work", "time")
UNTRACED = "Not traceable"


@dataclass(frozen=True)
class Row:
    """A cell's figures, as text in the order of ``HEADINGS``, and its description."""

    family: str
    figures: tuple[str, ...]
    summary: str
    source: str
    options: str


def show(D, H, matching=""):
    """Print the table of all cells whose name, summary or citation contains a text.

    Returns:
        the exit status: 2 if a cell cannot be traced, 0 otherwise. The table lists such cells, too.

    Raises:
        VariantError: no cell matches.
    """
    classes = [cls for cls in map(get, names()) if _matches(cls, matching)]
    if not classes:
        raise VariantError(f"no cell has {matching!r} in its name, summary or citation")
    times, errors = _times(SPEED), []
    rows = [_row(cls, D, H, times, errors) for cls in classes]
    console = Console(width=None if sys.stdout.isatty() else PIPED, highlight=False)
    with console.capture() as captured:
        for line in _lines(rows, min(console.width, WIDEST)):
            console.print(line, soft_wrap=True)
    print(f"{captured.get()}\n{_note(D, H, bool(times))}")
    print(*errors, sep="\n", end="\n" if errors else "", file=sys.stderr)
    return 2 if errors else 0


def _matches(cls, text):
    said = words(cls)
    return any(text.lower() in each.lower() for each in (cls.name, said.summary, said.citation))


def _row(cls, D, H, times, errors):
    said, kind, sizes = words(cls), UNTRACED, ("?", "?", "?")
    try:
        layer = Layer(cls, D, H, backend="numpy")
        kind = family(layer.program, said.summary)
        work = multiply_adds(layer.program, D, H) / _standard(D, H)
        sizes = (str(matrices(layer.program)), f"{layer.size:,}", f"{work:.2f}")
    except VariantError as error:
        errors.append(f"error: {cls.name}: {error}")
    time = f"{times[cls.name]:.2f}" if cls.name in times else "-"
    options = ", ".join(f"{k}={v}" for k, v in hyperparameters(cls).items())
    figures = (cls.name, " ".join(states(cls)), *sizes, time)
    return Row(kind, figures, said.summary.replace("``", ""), said.source, options)


def _standard(D, H):
    return multiply_adds(derive(get("standard")()), D, H)


def _times(path):
    """{cell: training step, the geometric mean over shapes of multiples of the standard's}."""
    if not path.exists():
        return {}
    found = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row.get("milliseconds"):
                found.setdefault(row["variant"], {})[row["shape"]] = float(row["milliseconds"])
    base = found.get("standard", {})
    ratios = {n: [t / base[s] for s, t in rows.items() if s in base] for n, rows in found.items()}
    return {n: exp(sum(map(log, each)) / len(each)) for n, each in ratios.items() if each}


# -- as text -----------------------------------------------------------------------------------


def _lines(rows, wide):
    """The table, a ``Text`` per line."""
    table = [HEADINGS, *(row.figures for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    yield Text(_cells(HEADINGS, widths), "dim")
    for kind in (*FAMILIES, UNTRACED):
        members = [row for row in rows if row.family == kind]
        if members:
            yield Text(f"\n{kind}", "bold")
        for row in members:
            figures, name = _cells(row.figures, widths), row.figures[0]
            yield Text.assemble((name, "cyan"), figures[len(name) :], (f"  {row.source}", "dim"))
            for text, style in ((row.summary, ""), (row.options, "dim")):
                yield from (Text(f"    {line}", style) for line in wrap(text, wide - 4))


def _cells(texts, widths):
    """Words aligned left, figures aligned right."""
    pairs = enumerate(zip(texts, widths, strict=True))
    padded = [text.ljust(wide) if k < 2 else text.rjust(wide) for k, (text, wide) in pairs]
    return "  ".join(padded)


def _note(D, H, timed):
    when = "docs/results/speed.md" if timed else "after `gatelab bench --keep`"
    return (
        f"parameters: of one layer with D = {D} inputs and H = {H} units. matrices: W_* and R_*.\n"
        "work: multiply-adds of its products over the standard LSTM's. time: a training step over\n"
        f"the standard LSTM's, the mean over the bench's shapes ({when}).\n"
        "One cell: gatelab cells NAME, with options NAME:key=value,..."
    )

"""How fast is the engine, and what do search and tracking cost?

    gatelab bench
    gatelab bench --shapes S1 S6 --variants standard gru --pairs 3 --parts steps
    gatelab bench --variants odyssey:gate_recurrence=True rhn:depth=5 --parts steps
    gatelab bench --import my_cell.py --variants my_cell --parts steps first

Training steps of every cell against torch.nn.LSTM and against their own arithmetic, at six shapes
S1 .. S6; the wait for a new cell; the memory of a worker; what search and tracking add to a study;
how much of an update is drawing its batch, on every task.
Seven cells, or those that --variants names, also stand beside themselves in torch eager and in jax.
CPU times of interleaved pairs, one thread: it may run beside other work. About eleven minutes in
all on a quiet machine. With --keep, docs/results/speed.csv takes the new figures (run it on the
machine that made the others), and the table for docs/results/speed.md is printed.
"""

import argparse
import os
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn

from gatelab import variants
from gatelab.errors import StudyError

from ..compare import guarded
from ..reading import import_file
from . import parts, step_tables, tables
from . import results as kept
from .goals import Verdicts
from .shapes import SHAPES

BESIDE = ("coupled", "gru", "gru_reset_after", "original", "peephole", "rnn", "standard")

PARTS = {
    "steps": parts.steps,
    "first": parts.first_steps,
    "memory": parts.memory,
    "tracking": parts.tracking,
    "drawing": parts.drawing,
}
SHOWN = {
    "first": tables.first_steps,
    "memory": tables.memory,
    "tracking": tables.tracking,
    "drawing": tables.drawing,
}


def parser():
    """The command line."""
    p = argparse.ArgumentParser(
        prog="gatelab bench",
        description=__doc__.partition("\n")[0],
        epilog=__doc__.partition("\n\n")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("--shapes", nargs="+", metavar="S", default=[*SHAPES], help="S1 .. S6 (all)")
    p.add_argument("--variants", nargs="+", metavar="CELL", help="names (all registered)")
    p.add_argument("--pairs", type=int, default=9, help="pairs of each comparison (9)")
    p.add_argument("--parts", nargs="+", metavar="PART", default=[*PARTS], help=", ".join(PARTS))
    p.add_argument(
        "--import", nargs="+", metavar="FILE", default=[], dest="files",
        help="Python files that register cells of your own",
    )  # fmt: skip
    p.add_argument("--keep-blas", action="store_true", help="leave OPENBLAS_CORETYPE as it is set")
    p.add_argument("--keep", action="store_true", help="put steps into docs/results/speed.csv, too")
    p.add_argument("--out", default="runs/bench", help="folder for the figures as CSV (runs/bench)")
    return p


def checked(options):
    """The options, complete; refuses what does not exist before anything is measured."""
    for file in options.files:
        import_file(file)
    options.files = [str(Path(file).resolve()) for file in options.files]
    options.beside = [variants.get(n).name for n in options.variants or BESIDE]
    options.variants = options.beside if options.variants else variants.names()
    for what, given, known in (
        ("shape", options.shapes, SHAPES),
        ("part", options.parts, PARTS),
    ):
        for name in given:
            if name not in known:
                raise StudyError(f"unknown {what} {name!r}; known: {', '.join(known)}")
    if options.pairs < 1:
        raise StudyError(f"pairs is {options.pairs}; give a whole number of at least 1")
    if options.keep and not ("steps" in options.parts and parts.present("torch")):
        raise StudyError(
            "--keep writes ratios to torch.nn.LSTM: measure steps, with torch installed"
        )
    try:
        Path(options.out).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudyError(f"cannot write to {options.out}: {error.strerror}") from error
    return options


def bench(options):
    """Measure what was asked for, print it and write it."""
    console = Console()
    console.width = max(console.width, 100)  # a table that is cut tells nothing
    for line in parts.remarks(os.environ, options.keep_blas):
        console.print(line, highlight=False)
    try:
        measured = _measure(options)
    except KeyboardInterrupt:
        print("stopped; nothing was written", file=sys.stderr)
        sys.exit(130)
    verdicts = Verdicts()
    for name, rows, shown in _shown(measured, verdicts):
        for table in shown:
            console.print(table, highlight=False)
            console.print()
        tables.write(Path(options.out) / f"{name}.csv", rows)
    console.print(verdicts.line(), highlight=False)
    console.print(f"written to {options.out}/*.csv", highlight=False)
    if options.keep:
        _keep(*measured["steps"])


def _measure(options):
    """{part: what it measured}, with progress on the screen."""
    bar = Progress(
        *Progress.get_default_columns()[:-1], MofNCompleteColumn(), TimeElapsedColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task("measuring", total=parts.work(options))

        def note(line):
            bar.update(task, advance=1, description=line)
            if not bar.console.is_terminal:
                bar.console.print(line, highlight=False)

        return {name: PARTS[name](options, note) for name in PARTS if name in options.parts}


def _shown(measured, verdicts):
    """(name, rows, what to print) of every part."""
    for part, found in measured.items():
        if part == "steps":
            rows, rate, kernels = found
            yield part, rows, [tables.kernels(kernels), *step_tables.steps(rows, rate, verdicts)]
        else:
            yield part, found, [SHOWN[part](found, verdicts)]


def _keep(rows, rate, kernels):
    """Write the figures that others read, and print what docs/results/speed.md shows of them."""
    kept.keep(rows)
    print("and to docs/results/speed.csv; for docs/results/speed.md:", end="\n\n")
    print(*step_tables.markdown(rows, rate), sep="\n")


def main(argv=None):
    """Run; returns the exit status: 0, 2 for bad input, 130 after Ctrl-C."""
    options = parser().parse_args(argv)
    return guarded(lambda: bench(checked(options)))


if __name__ == "__main__":
    sys.exit(main())

"""How fast is the engine, and what do search and tracking cost? Measures and shows all parts."""

import os
from pathlib import Path

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn

from gatelab import variants
from gatelab.errors import StudyError
from gatelab.foundation import origin
from gatelab.foundation.errors import unknown

from . import parts, step_tables, tables
from . import results as kept
from .goals import Verdicts
from .parts import PARTS
from .shapes import SHAPES

BESIDE = ("coupled", "gru", "gru_reset_after", "original", "peephole", "rnn", "standard")


def checked(options):
    """The options with defaults filled in; unknown names are refused before measuring."""
    options.shapes, options.parts = options.shapes or [*SHAPES], options.parts or parts.possible()
    options.beside = [variants.get(n).name for n in options.variants or BESIDE]
    options.variants = options.beside if options.variants else variants.names()
    for what, given, known in (
        ("shape", options.shapes, SHAPES),
        ("part", options.parts, PARTS),
    ):
        for name in given:
            if name not in known:
                raise unknown(what, name, known, StudyError)
    if {*options.parts} - {*parts.possible()}:
        raise StudyError("the part cluster needs Dask; pip install 'gatelab[cluster]'")
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
    """Measure the requested parts, print and write the results.

    Args:
        options: shapes, variants, pairs, parts, files, keep_blas, keep and out, as
            ``gatelab bench`` takes them.
    """
    options = checked(options)
    console = Console()
    console.width = max(console.width, 100)  # so that no table is cut off
    for line in parts.remarks(os.environ, options.keep_blas):
        console.print(line, highlight=False)
    try:
        measured = _measure(options)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("stopped; nothing was written") from None
    verdicts = Verdicts()
    for name, rows in measured.items():
        console.print(PARTS[name].show(rows, verdicts), "", sep="\n", highlight=False)
        tables.write(Path(options.out) / f"{name}.csv", rows)
    console.print(verdicts.line(), highlight=False)
    console.print(f"written to {options.out}/*.csv", highlight=False)
    if options.keep:
        _keep(measured["steps"])


def _measure(options):
    """{part: its rows}, with a progress bar."""
    bar = Progress(
        *Progress.get_default_columns()[:-1], MofNCompleteColumn(), TimeElapsedColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task("measuring", total=parts.work(options))

        def noted(part):
            for row in part.measure(options):
                bar.update(task, advance=1, description=part.line(row))
                if not bar.console.is_terminal:
                    bar.console.print(part.line(row), highlight=False)
                yield row

        chosen = {name: part for name, part in PARTS.items() if name in options.parts}
        return {name: part.gather([*noted(part)]) for name, part in chosen.items()}


def _keep(rows):
    """Write the figures that are kept, and print what docs/results/speed.md shows of them."""
    kept.keep(rows)
    print(f"and to {kept.FILE}; for docs/results/speed.md:", end="\n\n")
    print(*step_tables.markdown(rows, rows[0]["gemm_rate"]), "", origin.line(), sep="\n")

"""How fast is the engine, and what do search and tracking cost?

    gatelab bench
    gatelab bench --shapes S1 S6 --variants standard gru --pairs 3 --parts steps
    gatelab bench --variants odyssey:gate_recurrence=True rhn:depth=5 --parts steps
    gatelab bench --import my_cell.py --variants my_cell --parts steps first

Measures the training steps of every cell against torch.nn.LSTM and against the time of their
arithmetic alone, at six shapes S1 .. S6; the compile time of a new cell; the memory of a worker;
the overhead of search and tracking in a study; what a second worker of a Dask cluster gains, and
how many workers one study can feed; the share of an update that goes into drawing its batch, on
every task; and how far the scores of the same trials differ between two kinds of
processor.
Seven cells, or those named by --variants, are also compared with their own versions in torch eager
and in jax. Times are CPU times of interleaved pairs on one thread, so other work may run at the
same time. Takes about eleven minutes in all on an idle machine. With --keep, the new figures
replace those that `gatelab cells` shows (use the machine that measured the others), and the table
for docs/results/speed.md is printed.
"""

from types import SimpleNamespace

import click

from . import options
from .words import Several, command


@command("bench", __doc__)
@click.option("--shapes", cls=Several, metavar="S ...", help="S1 .. S6 (all)")
@options.variants("names (all registered)", required=False)
@click.option("--pairs", type=int, default=9, metavar="N", help="pairs of each comparison (9)")
@click.option(
    "--parts", cls=Several, metavar="PART ...",
    help="steps, first, memory, tracking, cluster, drawing, processors (all)",
)  # fmt: skip
@options.import_files
@click.option("--keep-blas", is_flag=True, help="leave OPENBLAS_CORETYPE as it is set")
@click.option("--keep", is_flag=True, help="replace the figures that gatelab cells shows, too")
@options.out("runs/bench", "folder for the figures as CSV")
def bench(**asked):
    from gatelab.studies.bench.bench import bench

    bench(SimpleNamespace(**asked))

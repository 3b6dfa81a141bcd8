"""Do our cells solve the papers' tasks in as many sequences as the papers say? Prints a table.

    gatelab protocols

Ten minutes on two busy cores; started again, it continues. A run trains one sequence at a time and
is counted until the paper's stop rule is met: five seeds, failures counted. Then, after fixed
budgets: the legal symbols of the embedded Reber grammar, and how far cells count. Misses are shown
as misses.
"""

import click

from . import options
from .ending import continuing
from .words import command


@command("protocols", __doc__)
@options.out("runs/protocols", "folder of the runs")
@options.workers
@click.option("--seeds", type=int, default=5, metavar="N", help="runs of each (5)")
def protocols(out, workers, seeds):
    from gatelab.studies.protocols import show

    with continuing():
        show(out, workers, seeds)

"""Do our cells solve the papers' tasks within the papers' numbers of sequences? Prints a table.

    gatelab protocols

Takes ten minutes on two busy cores; run again, it continues where it stopped. A run trains on one
sequence at a time, and sequences are counted until the paper's stop rule is met: five seeds, with
failures counted. Then, after fixed budgets: the legal symbols of the embedded Reber grammar, and
how far cells count. Missed targets are shown as such.
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

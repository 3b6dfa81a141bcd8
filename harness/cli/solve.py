"""How many sequences does a cell need until a task's own stop rule is met?

    gatelab solve --tasks temporal_order --variants standard gru --set hidden=8 lr=3e-3
    gatelab solve --tasks timed_spikes --variants peephole --budget 20000 --seeds 10
    gatelab solve --import my_cell.py --tasks long_lag:lag=20 --variants my_cell

Trains one sequence at a time (``batch`` in --set changes that) under the paper's stop rule, with
several seeds; a run that spends its budget is counted as failed. Again: it continues. Nothing is
searched here; ``gatelab protocols`` runs settings that were found.
"""

import click

from . import options
from .ending import continuing
from .words import command


@command("solve", __doc__)
@options.tasks("names or files, of tasks with a stop rule")
@options.variants()
@options.settings
@click.option(
    "--budget", type=int, metavar="N", help="sequences after which a run failed (the rule's)"
)
@click.option("--seeds", type=int, default=5, metavar="N", help="runs of each (5)")
@options.workers
@options.out("runs/solve", "folder of the runs")
@options.import_files
def solve(tasks, variants, settings, **asked):
    from .reading import setting
    from .solving import show

    with continuing():
        show(tasks, variants, dict(map(setting, settings)), **asked)

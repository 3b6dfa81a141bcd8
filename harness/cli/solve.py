"""How many sequences does a cell need until a task's own stop rule is met?

    gatelab solve --tasks temporal_order --variants standard gru --set hidden=8 lr=3e-3
    gatelab solve --tasks timed_spikes --variants peephole --budget 20000 --seeds 10
    gatelab solve --import my_cell.py --tasks long_lag:lag=20 --variants my_cell

Trains on one sequence at a time (``batch`` in --set changes that) until the paper's stop rule is
met, with several seeds. A run that uses up its budget counts as failed. Run again, it continues
where it stopped. Hyperparameters are not searched here; ``gatelab protocols`` uses settings found
by search.
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

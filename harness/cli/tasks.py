"""List all tasks, or show one with a sequence and its figures.

    gatelab tasks                          protocol, shapes, metric and baselines of every task
    gatelab tasks adding                   its docstring, a sequence of its test split, its figures
    gatelab tasks adding:length=100        the same with options
    gatelab tasks adding --figure a.png    a picture of that sequence
    gatelab tasks load.csv:window=48,horizon=12    a file of your own: a table, a text, an .npz
    gatelab tasks GunPoint_TRAIN.ts        a file of a time-series archive: .ts, .arff or UCR's .tsv
    gatelab tasks --import my_task.py my_task      a task of your own

Missing data are downloaded when their task is requested by name.
"""

import click

from . import options
from .words import command


@command("tasks", __doc__)
@click.argument("name", required=False, type=options.TASK)
@click.option("--figure", type=options.PATH, metavar="FILE", help="draw a test sequence")
@options.import_files
def tasks(name, figure, files):
    from ..describing import all_tasks, one_task

    if figure:
        one_task.draw(name, figure)
    elif name:
        one_task.show(name)
    else:
        all_tasks.show()

"""``gatelab tasks``: every task in a few lines."""

import sys

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table

from gatelab.tasks import make, names
from gatelab.tasks.data_files.fetching import offline
from gatelab.tasks.figures.facts import figures, summary
from gatelab.tasks.framework.errors import MissingData

from .one_task import splits_of, waiting

PIPED = 160  # columns, if the output is not a terminal
WIDE = 110  # columns that leave room for baselines
WIDTHS = (32, 22, 9)  # of protocol, shapes, metric


def show() -> None:
    """Print each task as soon as its figures have been computed."""
    console = Console(width=None if sys.stdout.isatty() else PIPED, highlight=False)
    for task in map(make, names()):
        console.print(f"[bold]{task.name}[/bold]: {summary(task)}")
        try:
            with offline(), waiting(task):
                *facts, baselines = figures(task, splits_of(task)).values()
                facts[0] += "\na stop rule, too" if task.stop else ""
        except MissingData:
            facts, baselines = [f"data not here:\ngatelab tasks {task.name}\nfetches it"], ""
        console.print(Padding(_row(facts, baselines, console.width >= WIDE), (0, 0, 1, 4)))


def _row(facts, baselines, wide):
    """Facts side by side; the baselines beside them or, if there is no room, below."""
    beside = Table.grid(padding=(0, 2))
    for width in WIDTHS if len(facts) > 1 else [None]:
        beside.add_column(width=width, overflow="fold")
    beside.add_column(overflow="fold")
    beside.add_row(*facts, baselines if wide else "")
    return Group(beside) if wide or not baselines else Group(beside, baselines)

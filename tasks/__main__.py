"""The tasks on the command line.

gatelab tasks                          protocol, shapes, metric and baselines of every task
gatelab tasks adding                   its docstring, a sequence of its test split, its figures
gatelab tasks adding:length=100        the same with options
gatelab tasks adding --figure a.png    a picture of that sequence
gatelab tasks load.csv:window=48,horizon=12    a file of your own: .csv, .tsv, .txt or .npz
gatelab tasks --import my_task.py my_task      a task of your own
gatelab check-task my_task.py         all that a task must pass; names serve, too
"""

import argparse
import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table

from gatelab.cli import check_task as checking
from gatelab.cli.importing import import_file
from gatelab.gallery import task_pages as pages

from . import Splits, Task, TaskError, make, names
from .data_files.fetching import offline
from .figures import figure
from .figures.facts import also, figures, stopping, summary
from .framework.errors import MissingData
from .user_data.spelled import task_of

PIPED = 160  # columns, where no terminal says how wide it is
WIDE = 110  # columns that leave room for baselines
WIDTHS = (32, 22, 9)  # of protocol, shapes, metric


def main(arguments: list[str] | None = None) -> int:
    """Prints, and returns the exit code: 2 for a name that nobody knows."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["check"]:
        return checking.main(arguments[1:])
    asked = parser().parse_args(arguments)
    try:
        for file in asked.files:
            import_file(file)
        if asked.pages:
            write_pages(asked.pages)
        elif asked.figure:
            draw_one(asked.name, asked.figure)
        elif asked.name:
            print_one(task_of(asked.name))
        else:
            print_all()
    except TaskError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    p = argparse.ArgumentParser(
        prog="gatelab tasks",
        description=(__doc__ or "").partition("\n")[0],
        epilog=(__doc__ or "").partition("\n\n")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("name", nargs="?", help="a task or a file of your own, to see it alone")
    shown = p.add_mutually_exclusive_group()
    shown.add_argument("--figure", metavar="FILE", help="draw a test sequence into a picture")
    shown.add_argument(
        "--pages", metavar="FOLDER", type=Path, help="a page and a picture of every task"
    )
    p.add_argument(
        "--import",
        action="append",
        default=[],
        metavar="FILE",
        dest="files",
        help="a Python file that registers tasks of your own; may be given again",
    )
    return p


def print_all() -> None:
    """Every task as soon as its figures are known."""
    console = Console(width=None if sys.stdout.isatty() else PIPED, highlight=False)
    for task in map(make, names()):
        console.print(f"[bold]{task.name}[/bold]: {summary(task)}")
        try:
            with offline(), waiting(task):
                *facts, baselines = figures(task, draw(task)).values()
                facts[0] += "\na stop rule, too" if task.stop else ""
        except MissingData:
            facts, baselines = (
                [f"data not here:\ngatelab tasks {task.name}\nfetches it"],
                "",
            )
        console.print(Padding(row(facts, baselines, console.width >= WIDE), (0, 0, 1, 4)))


def row(facts: list[str], baselines: str, wide: bool) -> Group:
    """Facts side by side, the baselines beside them or, where there is no room, below."""
    beside = Table.grid(padding=(0, 2))
    for width in WIDTHS if len(facts) > 1 else [None]:
        beside.add_column(width=width, overflow="fold")
    beside.add_column(overflow="fold")
    beside.add_row(*facts, baselines if wide else "")
    return Group(beside) if wide or not baselines else Group(beside, baselines)


def print_one(task: Task) -> None:
    """Docstring, a sequence of the test split, figures, options."""
    with waiting(task):
        splits = draw(task)
    options = ", ".join(f"{name}={value!r}" for name, value in task.options().items())
    print(f"{task.name}: {inspect.getdoc(type(task))}\n")
    print(f"A sequence of the test split, seed 0:\n\n{task.sketch(splits.test)}\n", flush=True)
    with waiting(task):
        facts = figures(task, splits) | also(task, splits) | stopping(task)
        facts |= {"options": options}
    for heading, fact in facts.items():
        print(f"{heading:10}", fact.replace("\n", "\n" + " " * 11))


def draw_one(name: str | None, file: str) -> None:
    """A picture of the first sequence of the test split."""
    if not name:
        raise TaskError(f"no task is named; write gatelab tasks NAME --figure {file}")
    path = figure.checked_path(Path(file))
    task = task_of(name)
    with waiting(task):
        figure.save(task, draw(task).test, path)
    print(f"{path}: a test sequence of {task.name}, read in blue, to be predicted in orange")


def write_pages(folder: Path) -> None:
    """The pages of all tasks; says what has changed and what could not be made."""
    with Console(stderr=True).status(f"{folder}: pages and pictures ..."):
        files, removed, left = pages.write(folder)
    print(f"{folder}: {len(files)} files written, {len(removed)} removed")
    if left:
        print(f"left as they were, for their data is not here: {', '.join(left)}")


@contextmanager
def waiting(task: Task) -> Iterator[None]:
    """Says on a terminal what takes its time."""
    with Console(stderr=True).status(f"{task.name}: data and baselines ..."):
        yield


def draw(task: Task) -> Splits:
    """The splits of seed 0."""
    return task.splits(np.random.default_rng(0))


if __name__ == "__main__":
    sys.exit(main())

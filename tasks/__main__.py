"""The tasks on the command line.

python -m tasks              protocol, shapes, metric and baselines of every task
python -m tasks adding       one task: its docstring, a sequence of its test split, its figures
"""

import argparse
import inspect
import sys

import numpy as np
from rich.console import Console
from rich.table import Column, Table

from . import METRICS, Dataset, Splits, Task, TaskError, make, names
from .errors import MissingData
from .fetching import offline

SHAPE_OF_Y = {
    "regression": "(N, {K})",
    "classification": "(N,) of {K}",
    "multilabel": "(N, {T}, {K})",
    "series": "(N, {T}, {K})",
    "labelling": "(N, {T}) of {K}",
}
PIPED = 160  # columns, where no terminal says how wide it is


def main(arguments: list[str] | None = None) -> int:
    """Prints, and returns the exit code: 2 for a name that nobody knows."""
    parser = argparse.ArgumentParser(prog="python -m tasks", description="The tasks of the bench.")
    parser.add_argument("name", nargs="?", help="a task, to see it alone")
    name = parser.parse_args(arguments).name
    try:
        print_one(make(name)) if name else print_all()
    except TaskError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def print_all() -> None:
    """A row per task."""
    table = Table(Column("task", min_width=max(map(len, names()))), show_lines=True)
    for heading in ("protocol", "shapes", "metric", "baselines"):
        table.add_column(heading, no_wrap=True)
    for task in map(make, names()):
        try:
            with offline():
                facts = figures(task, draw(task)).values()
        except MissingData:
            facts = [f"data not here:\npython -m tasks {task.name}\nfetches it"]
        table.add_row(f"[bold]{task.name}[/bold]\n{summary(task)}", *facts)
    Console(width=None if sys.stdout.isatty() else PIPED).print(table)


def print_one(task: Task) -> None:
    """Docstring, a sequence of the test split, figures, options."""
    splits = draw(task)
    options = ", ".join(f"{name}={value!r}" for name, value in task.options().items())
    print(f"{task.name}: {inspect.getdoc(type(task))}\n")
    print(f"A sequence of the test split, seed 0:\n\n{task.sketch(splits.test)}\n")
    for heading, fact in (figures(task, splits) | {"options": options}).items():
        print(f"{heading:10}", fact.replace("\n", "\n" + " " * 11))


def figures(task: Task, splits: Splits) -> dict[str, str]:
    """{heading: its lines}; computes the baselines."""
    baselines = task.baselines(splits).items()
    return {
        "protocol": protocol(task, splits),
        "shapes": shapes(task, splits),
        "metric": f"{task.metric}\n{METRICS[task.metric].direction}",
        "baselines": "\n".join(f"{score:.4f} {name}" for name, score in baselines),
    }


def protocol(task: Task, splits: Splits) -> str:
    """Where the sequences come from, how many there are, when a trial stops."""
    train, valid, test = splits
    if isinstance(train, Dataset):
        source = f"{len(train.batch.x)} to train on"
    else:
        source = f"stream, {train.epoch} updates an epoch"
    patience = "no early stopping" if task.patience is None else f"patience {task.patience}"
    held_out = f"{len(valid.x)} valid, {len(test.x)} test"
    return f"{source}\n{held_out}\n{task.epochs} epochs, {patience}"


def shapes(task: Task, splits: Splits) -> str:
    """Of the test split, as text."""
    T, D = splits.test.x.shape[1:]
    y = SHAPE_OF_Y[task.kind].format(T=T, K=task.outputs)
    lengths = splits.test.lengths
    ragged = "" if lengths is None else f"\nlengths {lengths.min()} to {lengths.max()}"
    return f"x (N, {T}, {D})\ny {y}{ragged}"


def draw(task: Task) -> Splits:
    """The splits of seed 0."""
    return task.splits(np.random.default_rng(0))


def summary(task: Task) -> str:
    """The first line of the docstring."""
    return (inspect.getdoc(type(task)) or task.name).splitlines()[0]


if __name__ == "__main__":
    sys.exit(main())

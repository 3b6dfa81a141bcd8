"""``gatelab tasks NAME``: a task's docstring, one of its sequences, its figures."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from rich.console import Console

from gatelab.tasks import Splits, Task, TaskError, make
from gatelab.tasks.figures import figure
from gatelab.tasks.figures.facts import figures, further, stopping


def show(name: str) -> None:
    """Print docstring, a sequence of the test split, figures, options."""
    task = make(name)
    with waiting(task):
        splits = splits_of(task)
    options = ", ".join(f"{name}={value!r}" for name, value in task.options().items())
    print(f"{task.name}: {inspect.getdoc(type(task))}\n")
    print(f"A sequence of the test split, seed 0:\n\n{task.sketch(splits.test)}\n", flush=True)
    with waiting(task):
        facts = {**task.origin()} | figures(task, splits) | further(task, splits) | stopping(task)
        facts |= {"options": options}
        facts |= {"notes": "\n".join(task.notes)} if task.notes else {}
    for heading, fact in facts.items():
        print(f"{heading:10}", fact.replace("\n", "\n" + " " * 11))


def draw(name: str | None, file: Path) -> None:
    """Draw the first sequence of the test split."""
    if not name:
        raise TaskError(f"no task is named; write gatelab tasks NAME --figure {file}")
    path = figure.checked_path(file)
    task = make(name)
    with waiting(task):
        figure.save(task, splits_of(task).test, path)
    where = " below the table and its splits" if task.timeline() else ""
    print(f"{path}: a test sequence of {task.name}{where}, read in blue, to be predicted in orange")


@contextmanager
def waiting(task: Task) -> Iterator[None]:
    """Show on a terminal what is being waited for."""
    with Console(stderr=True).status(f"{task.name}: data and baselines ..."):
        yield


def splits_of(task: Task) -> Splits:
    """The splits of seed 0."""
    return task.splits(np.random.default_rng(0))

"""Check that tasks meet the requirements of a study, and print their baselines.

    gatelab check-task adding load.csv:window=48
    gatelab check-task my_task.py

A Python file stands for the tasks that it registers. Without a name, all tasks whose data are
available are checked. The exit status is 1 if a task fails.
"""

import inspect
import sys
import traceback
from pathlib import Path

import click

from . import options
from .words import command


@command("check-task", __doc__)
@click.argument("tasks", nargs=-1, type=options.TASK, metavar="[TASK|FILE]...")
@options.import_files
def check_task(tasks, files):
    from gatelab.tasks import make
    from gatelab.tasks.data_files.fetching import offline
    from gatelab.tasks.framework.registry import TASKS

    from .registered import names_of

    made = [make(name) for name in names_of(tasks, TASKS)]
    if tasks:
        return max([_check(task) for task in made])
    with offline():
        return max([_check(task, needed=False) for task in made])


def _check(task, needed=True):
    from gatelab.tasks.checks.check import checks
    from gatelab.tasks.framework.errors import MissingData, TaskError

    from .ending import said

    try:
        lines = list(checks(task))
    except MissingData as error:
        text = (
            f"error: {said(error)}" if needed else f"{task.name}: not checked, its data is not here"
        )
        print(text, file=sys.stderr)
        return int(needed)
    except TaskError as error:
        print(f"error: {said(error)}", file=sys.stderr)
        return 1
    except (Exception, SystemExit) as error:  # a mistake in the author's file: its line tells most
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        print(f"error: task {task.name}: {_place(error, task)}: {reason}", file=sys.stderr)
        return 1
    print(f"{task.name}: holds", *lines, sep="\n    ", end="\n\n", flush=True)
    return 0


def _place(error, task):
    """``my_task.py:14``: the last line of the traceback in the task's file, or just the last."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if frame.filename == inspect.getfile(type(task))]
    last = (inside or frames)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"

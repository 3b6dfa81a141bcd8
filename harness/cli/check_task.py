"""``gatelab check-task``: what a study relies on, checked on the command line."""

import argparse
import inspect
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from gatelab.tasks.data_files.fetching import offline
from gatelab.tasks.framework.check import held
from gatelab.tasks.framework.errors import MissingData, TaskError
from gatelab.tasks.framework.registry import get, names

from .importing import import_file

DESCRIPTION = "Hold tasks to what a study relies on, and say what they reach without a cell."


def main(arguments: Sequence[str]) -> int:
    """Print what each task passed; the exit code: 1 if one fails, 2 for a wrong argument."""
    p = argparse.ArgumentParser(prog="gatelab check-task", description=DESCRIPTION)
    p.add_argument("tasks", nargs="*", help="names, or Python files that register tasks; else all")
    asked = p.parse_args(arguments).tasks
    try:
        found = _found(asked or names())
    except TaskError as error:
        print(error, file=sys.stderr)
        return 2
    if asked:
        return max([_check(name) for name in found])
    with offline():
        return max([_check(name, needed=False) for name in found])


def _found(words):
    """Names, each once, in the order given."""
    found = []
    for word in words:
        is_file = word.endswith(".py") or Path(word).is_file()
        found += _registered_by(word) if is_file else [get(word).name]
    return list(dict.fromkeys(found))


def _registered_by(file):
    before = {name: get(name) for name in names()}
    import_file(file)
    new = [name for name in names() if before.get(name) is not get(name)]
    if not new:
        raise TaskError(f"{file} registers no task; write @register('my_task') above a class")
    return new


def _check(name, needed=True):
    try:
        lines = list(held(name))
    except MissingData as error:
        print(error if needed else f"{name}: not checked, its data is not here", file=sys.stderr)
        return int(needed)
    except TaskError as error:
        print(error, file=sys.stderr)
        return 1
    except Exception as error:  # the author's own slip: the line of their file says most
        print(f"task {name}: {_place(error, name)}: {_said(error)}", file=sys.stderr)
        return 1
    print(f"{name}: holds", *lines, sep="\n    ", end="\n\n", flush=True)
    return 0


def _place(error, name):
    """``my_task.py:14``: the last line on the way that is in the task's file, or just the last."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if frame.filename == inspect.getfile(get(name))]
    last = (inside or frames)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def _said(error):
    return " ".join(f"{type(error).__name__}: {error}".split())

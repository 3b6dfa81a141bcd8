"""Make a task from its specification: adding, adding:length=100, load.csv:window=48, a class."""

import re
from typing import Any

from gatelab.foundation import spelling

from ..framework.errors import TaskError
from ..framework.registry import get
from ..framework.task import Task

LISTS = ("columns", "targets", "missing", "time", "series", "sizes", "drop")
SWITCHES = {"sort": False}
#: Those that ``from_files`` reads; it loads pandas, which most tasks can do without.
SUFFIXES = (".csv", ".tsv", ".txt", ".npz", ".ts", ".arff", ".parquet", ".feather")
# Colons and commas may stand in a path: it ends with the first known suffix before a colon.
FILE = re.compile(
    rf"(.+?(?:{'|'.join(map(re.escape, SUFFIXES))}))(?::(.*))?", re.IGNORECASE | re.DOTALL
)


def make(task: Any, /, **options: Any) -> Task:
    """Make a task from its name, file or class, or from data.

    Args:
        task: a name or a file of your own (see ``from_file``), optionally followed by options
            (``adding:length=100``, ``load.csv:columns=load,temperature,window=48``); a class; an
            instance, which is returned unchanged; a pandas frame of rows in time; or a pair (x, y)
            of arrays.
        options: further options.

    Returns:
        the task.

    Raises:
        TaskError: no such task, file or option.
    """
    if isinstance(task, str):
        return _spelled(task, options)
    if isinstance(task, Task):
        if options:
            raise TaskError(f"{task!r} is made already; options go to its class")
        return task
    if (made := _in_memory(task, options)) is not None:
        return made
    if not (isinstance(task, type) and issubclass(task, Task)):
        raise TaskError(
            "a task is a name, a file, a class that extends Task, an instance, a frame or a pair "
            f"(x, y), got {' '.join(repr(task).split()):.80}"
        )
    return task(**options)


def typed_file(text: str) -> tuple[str, dict[str, Any]]:
    """A file and the options after it, as in ``latest.csv:sort=True``; any other text is a file."""
    file = FILE.fullmatch(text)
    return (file[1], _typed(file[2], {}, LISTS)) if file else (text, {})


def _spelled(text, options):
    if file := FILE.fullmatch(text):
        return _from_file(file[1], _typed(file[2], Task.defaults() | SWITCHES, LISTS) | options)
    name, colon, typed = text.partition(":")
    if name.endswith(".py"):
        raise TaskError(f"{name} is a file: import it (--import {name}), and name its task")
    if any(mark in name for mark in "./\\"):
        return _from_file(name, {})  # its refusal names the suffixes it takes
    cls = get(name)
    return cls(**_typed(typed if colon else None, cls.defaults()) | options)


def _from_file(path, options):
    from .from_files import from_file

    return from_file(path, **options)


def _in_memory(given, options):
    """A task from a frame or a pair of arrays; None for anything else."""
    if not (hasattr(given, "iloc") or isinstance(given, tuple)):
        return None
    from .from_objects import from_object

    return from_object(given, **options)


def _typed(text, defaults, lists=()):
    """{option: value} of the text after the colon."""
    return {} if text is None else spelling.options(text, defaults, TaskError, lists)

"""Tasks as people type them: adding, adding:length=100, load.csv:window=48,horizon=12."""

import ast
import re
from typing import Any

from ..framework.errors import TaskError
from ..framework.registry import make
from ..framework.task import Task
from .from_files import READERS, from_file

LISTS = ("columns", "targets")
# Colons and commas may stand in a path: it ends with the first known suffix before a colon.
FILE = re.compile(
    rf"(.+?(?:{'|'.join(map(re.escape, READERS))}))(?::(.*))?", re.IGNORECASE | re.DOTALL
)


def task_of(text: str) -> Task:
    """A registered task or that of a file, with its options; raises TaskError.

    Several columns are written as ``load.csv:columns=load,temperature,window=48``.
    """
    if file := FILE.fullmatch(text):
        return from_file(file[1], **_options(file[2], LISTS))
    name, colon, options = text.partition(":")
    if any(mark in name for mark in "./\\"):
        return from_file(name)  # which says what it takes
    return make(name, **_options(options if colon else None))


def value(text: str) -> Any:
    """A number, True, False or None as Python reads it; anything else is a word."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def _options(text, lists=()):
    """{name: value} of ``length=100,epochs=5``; what has no name belongs to the list before it."""
    options: dict[str, Any] = {}
    name = ""
    for part in text.split(",") if text is not None else ():
        if "=" not in part and name in lists and part:
            options[name].append(part)
            continue
        name, _, rest = part.partition("=")
        if not (name and rest):
            raise TaskError(f"cannot read {part!r}; write it as length=100")
        options[name] = [rest] if name in lists else value(rest)
    return options

"""What goes wrong with a task, said in one line: what it was and what to do."""

from collections.abc import Iterable
from difflib import get_close_matches


class TaskError(ValueError):
    """A task, an option or an array that cannot be used; the message is one line."""


class MissingData(TaskError):
    """A data file that is not here and could not be downloaded."""


def unknown(what: str, name: object, known: Iterable[str]) -> TaskError:
    """An error for a name nobody knows, with the known names closest to it."""
    known = sorted(known)
    close = get_close_matches(str(name), known)
    hint = f"did you mean {' or '.join(close)}?" if close else f"known: {', '.join(known)}"
    return TaskError(f"unknown {what} {name!r}; {hint}")

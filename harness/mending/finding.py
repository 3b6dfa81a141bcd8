"""Something that is wrong with a file of a study, and the way out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

BESIDE = ("", "-wal", "-shm")  # the files of one database


@dataclass(frozen=True)
class Finding:
    """What is wrong with one file.

    Attributes:
        file: its path within the study's folder.
        wrong: what is wrong with it.
        way_out: what can be done, and from what the file is made anew.
        mend: does it, and returns what was done; None where only the user can.
    """

    file: str
    wrong: str
    way_out: str
    mend: Callable[[], str] | None = field(default=None, compare=False)

    def __str__(self):
        return f"{self.file}: {self.wrong}; {self.way_out}"


def put_aside(path):
    """Rename a file, a database with what belongs to it; nothing is deleted.

    Args:
        path: of the file.

    Returns:
        the new name, such as "optuna.db.aside", or "optuna.db.aside-2" if that is taken.
    """
    path = Path(path)
    taken = {each.name for each in path.parent.iterdir()}
    names = (f"{path.name}.aside{'' if k == 1 else f'-{k}'}" for k in count(1))
    name = next(each for each in names if each not in taken)
    for end in BESIDE:
        file = path.with_name(path.name + end)
        if file.exists():
            file.replace(path.with_name(name + end))
    return name


def aside(path):
    """A way to mend: put a file aside, whose place another one takes later."""
    return lambda: f"put aside as {put_aside(path)}"


def deleted(path):
    """A way to mend: delete a file that nobody needs."""

    def delete():
        Path(path).unlink(missing_ok=True)
        return "deleted"

    return delete

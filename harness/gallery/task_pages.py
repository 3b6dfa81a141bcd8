"""A page and a picture per task and an index, made from the tasks' own files; see ``make docs``."""

from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gatelab.tasks import get, make, names
from gatelab.tasks.data_files.fetching import offline
from gatelab.tasks.figures import figure
from gatelab.tasks.figures.facts import summary
from gatelab.tasks.framework.errors import MissingData, TaskError

from .pieces import prose, table
from .task_page import ASKED, MARK, page

INDEX = "README.md"
HEADS = ("", "task", "asked for", "metric")
INTRODUCTION = """# Tasks

{count} tasks, each a file in [tasks/](../../tasks); what is on these pages is made from that by
`make docs`: the words from the docstring, the rest from the splits of seed 0. The pictures show a
test sequence, what is read in blue, what is asked in orange. `gatelab tasks` prints the
baselines of all, `gatelab tasks NAME` those of one: they are computed, never typed.

Options may follow a name, as `adding:length=100`, and are listed on its page. Those that every
task has say how a trial spends its budget: `epochs`, evaluations of the validation set;
`patience`, epochs without a better validation loss before it stops; `min_updates`, which come
first in any case; `search`, where this task is searched elsewhere than others. What a metric
computes stands in [tasks/framework/scores.py](../../tasks/framework/scores.py)."""
GENERATED = """## Generated

From a seed, as large as asked for: training is a stream, drawn afresh for every update."""
REAL = """## Real data

In scikit-learn, or fetched when they are first asked for; each page says from where."""


def index() -> str:
    """The first page; needs no data."""
    mark = MARK.replace("task's own file", "tasks' own files")
    rows: dict[str, list] = {GENERATED: [], REAL: []}
    for task in map(make, own()):
        rows[REAL if task.reads else GENERATED].append(_row(task))
    tables = [f"{title}\n\n{table(HEADS, rows[title])}" for title in rows]
    return "\n\n".join([mark, INTRODUCTION.format(count=len(own())), *tables]) + "\n"


def own() -> list[str]:
    """Tasks of this package; those of other people's files have their own documentation."""
    return [name for name in names() if get(name).__module__.startswith("gatelab.tasks.")]


def _row(task):
    link = f"{task.name}.md"
    drawing = f'<a href="{link}"><img src="{task.name}.png" width="240" alt="{task.name}"></a>'
    about = f"**[{task.name}]({link})**<br>{prose(summary(task), own())}"
    return drawing, about, ASKED[task.kind], f"`{task.metric}`"


def made(name: str) -> tuple[str, bytes] | None:
    """A task's page and its picture as PNG; None where its data is not here."""
    task = make(name)
    try:
        with offline():
            splits = task.splits(np.random.default_rng(0))
    except MissingData:
        return None
    return page(task, splits, own()), figure.png(task, splits.test)


class Written(NamedTuple):
    """Names of files that were written and removed, and of tasks that were left as they were."""

    files: list[str]
    removed: list[str]
    left: list[str]


def write(folder: Path) -> Written:
    """Write what differs; remove pages of tasks that are gone, leave those without their data.

    Raises:
        TaskError: the folder cannot be written to.
    """
    with _refused(folder):
        folder.mkdir(parents=True, exist_ok=True)
    files, left = {INDEX: index().encode()}, []
    for name in own():
        if found := made(name):
            text, picture = found
            files |= {f"{name}.md": text.encode(), f"{name}.png": picture}
        else:
            left.append(name)
    with _refused(folder):
        changed = [name for name, content in files.items() if _read(folder / name) != content]
        for name in changed:
            (folder / name).write_bytes(files[name])
        return Written(changed, [_remove(path) for path in gone(folder)], left)


@contextmanager
def _refused(folder):
    try:
        yield
    except OSError as error:
        raise TaskError(f"{folder} cannot be written: {error.strerror}; name a folder") from None


def gone(folder: Path) -> list[Path]:
    """Pages that an earlier run has made of tasks that are no more."""
    known = {INDEX, *(f"{name}.md" for name in own())}
    pages = (path for path in sorted(folder.glob("*.md")) if path.name not in known)
    return [path for path in pages if path.read_bytes().startswith(MARK.encode())]


def _remove(path):
    path.unlink()
    path.with_suffix(".png").unlink(missing_ok=True)
    return path.name


def _read(path):
    return path.read_bytes() if path.is_file() else None

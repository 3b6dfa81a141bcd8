"""Every task of the package as a page and a picture, and their index."""

import numpy as np

from gatelab.tasks import Task, get, make, names
from gatelab.tasks.data_files.fetching import offline
from gatelab.tasks.figures import figure
from gatelab.tasks.figures.facts import summary
from gatelab.tasks.framework.errors import MissingData

from ..foundation.markdown import table
from . import frame
from .docstrings import prose
from .task_page import TARGETS, page

HEADS = ("", "task", "targets", "metric")
INTRODUCTION = """# Tasks

{count} tasks, each a file in [tasks/](../../tasks); what is on these pages is made from that by
`make docs`: the words from the docstring, the rest from the splits of seed 0. The pictures show a
test sequence, inputs in blue and targets in orange. `gatelab tasks` prints the
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
    rows: dict[str, list] = {GENERATED: [], REAL: []}
    for task in map(make, own()):
        rows[REAL if task.reads else GENERATED].append(_row(task))
    tables = [f"{title}\n\n{table(HEADS, rows[title])}" for title in rows]
    return frame.index("task", INTRODUCTION.format(count=len(own())), tables)


def own() -> list[str]:
    """Tasks of this package; those of other packages have their own documentation."""
    return [name for name in names() if get(name).__module__.startswith("gatelab.tasks.")]


def _row(task):
    link = f"{task.name}.md"
    drawing = f'<a href="{link}"><img src="{task.name}.png" width="240" alt="{task.name}"></a>'
    about = f"**[{task.name}]({link})**<br>{prose(summary(task), own())}"
    return drawing, about, TARGETS[task.kind], f"`{task.metric}`"


def pages() -> dict[str, str | bytes | None]:
    """{file name: text, or PNG}; None for the files of a task whose data is missing."""
    made: dict[str, str | bytes | None] = {"README.md": index()}
    for name in own():
        made[f"{name}.md"], made[f"{name}.png"] = page_and_picture(make(name))
    return made


def page_and_picture(task: Task) -> tuple[str, bytes] | tuple[None, None]:
    """The page of a task and the picture of a test sequence; nothing is downloaded."""
    try:
        with offline():
            splits = task.splits(np.random.default_rng(0))
    except MissingData:
        return None, None
    return page(task, splits, own()), figure.png(task, splits.test)

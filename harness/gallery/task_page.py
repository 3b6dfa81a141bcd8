"""A task's page: description, a test sequence, use in a study, options and data."""

import inspect
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from gatelab.tasks.data_files.files import FILES
from gatelab.tasks.figures.facts import protocol, shapes, stopping
from gatelab.tasks.framework.batches import Splits
from gatelab.tasks.framework.metrics import METRICS
from gatelab.tasks.framework.task import Task

from ..foundation.markdown import table
from . import frame
from .docstrings import document, prose

EVERY_TASK = ("epochs", "patience", "min_updates", "search")  # options that all have
TARGETS = {
    "regression": "numbers after the last step",
    "classification": "a class after the last step",
    "multilabel": "a set of labels at every step",
    "series": "numbers at every step",
    "labelling": "a class at every step",
}


def page(task: Task, splits: Splits, pages: Collection[str]) -> str:
    """The page of a task with its default options.

    Args:
        splits: the splits of seed 0, which give the size of training and the shapes.
        pages: names of the tasks that have a page, for links.
    """
    first, _, rest = (inspect.getdoc(type(task)) or "").partition("\n\n")
    sections = [
        f"**{document(first, pages)}**",
        document(rest, pages),
        f"![A test sequence of {task.name}: inputs and targets]({task.name}.png)",
        f"## In a study\n\n{table(('', ''), _facts(task, splits))}",
        f"## Options\n\n{table(('', 'default', 'may be'), _options(task))}",
        _data(task.reads),
        _use(task),
    ]
    return frame.page("task", type(task), "tasks", sections)


def _facts(task, splits) -> Iterator[tuple[str, str]]:
    source, held_out, budget = protocol(task, splits).splitlines()
    yield "kind", f"`{task.kind}`: {TARGETS[task.kind]}"
    yield "shapes of the test", prose(", ".join(shapes(task, splits).splitlines()))
    yield "metric", f"`{task.metric}`, to {METRICS[task.metric].direction}"
    yield "training", source.replace(" to train on", " sequences")
    yield "held out", held_out
    yield "budget of a trial", budget
    for rule in stopping(task).values():
        yield "the paper's stop rule", rule


def _options(task) -> Iterator[tuple[str, str, str]]:
    defaults = task.defaults()
    for option in (*own_options(task), *EVERY_TASK):
        yield f"`{option}`", f"`{defaults[option]!r}`", _allowed(task, option)


def _allowed(task, option):
    if option in task.choices:
        return " ".join(f"`{choice!r}`" for choice in task.choices[option])
    return prose(task.allowed()[option])


def own_options(task: Task) -> list[str]:
    """The options that not every task has, the most specific ones first."""
    found = [name for name in task.defaults() if name not in ("name", *EVERY_TASK)]
    depth = lambda name: max(k for k, cls in enumerate(type(task).__mro__) if name in vars(cls))
    return sorted(found, key=depth)


def _data(reads) -> str:
    if not reads:
        return ""
    files = [name for name in reads if name in FILES]
    others = [f"In the package {prose(name)}." for name in reads if name not in FILES]
    if files:
        others.append(table(("file", "bytes", "licence", "from"), _rows(files)))
        others.append(
            "Fetched when it is first asked for and held to its checksum; looked for in the folder "
            "named by `GATELAB_DATA` before that."
        )
    return "\n\n".join(["## Data", *others])


def _rows(files) -> Iterator[tuple[str, str, str, str]]:
    """A row per file; files of one folder and licence share a row, with the first one's address."""
    groups: dict[tuple[str, str], list[str]] = {}
    for name in files:
        folder = _address(name).rpartition("/")[0]
        groups.setdefault((FILES[name].licence, folder), []).append(name)
    for (licence, _), names in groups.items():
        more = len(names) > 1
        shown = f"`{names[0]}` to `{names[-1]}`" if more else f"`{names[0]}`"
        size = sum(FILES[name].size for name in names)
        beside = " and beside it" if more else ""
        address = _address(names[0])
        source = f"[{urlsplit(address).hostname}]({address}){beside}"
        yield shown, f"{size:,}", prose(licence), source


def _address(name):
    return FILES[name].sources[0].partition("#")[0]


def _use(task):
    shell = [f"gatelab tasks {task.name}        # its baselines, computed"]
    if other := another(task):
        shell.append(f"gatelab tasks {task.name}:{other}        # with another option")
    shell.append(f"gatelab tasks {task.name} --figure {task.name}.png")
    study = f"--tasks {task.name} --variants standard gru --out runs/mine"
    shell.append(f"gatelab compare {study}")
    if task.writer():
        shell.append(f"gatelab generate runs/mine --task {task.name} --variant gru")
    return frame.use(shell, [task.name], ["standard", "gru"])


def another(task: Task) -> str:
    """``length=100``: the task's first own option, or else the epochs, with another value."""
    for option in (*own_options(task), "epochs"):
        default, choices = task.defaults()[option], task.choices.get(option, ())
        if others := [choice for choice in choices if choice != default]:
            return f"{option}={others[0]}"
        if isinstance(default, int) and not isinstance(default, bool):
            return f"{option}={2 * default}"
    return ""

"""A study's state in words and as a table."""

from rich.table import Table

from ..foundation.shell import pasted
from ..foundation.times import spell


def shown(view, console):
    """Print all of a study: who runs it, how far it is, a line per cell, the best so far."""
    console.print(f"{place(view)}: {_who(view)}", highlight=False, markup=False)
    console.print(f"{progress(view)}; {_log(view)}", highlight=False, markup=False)
    console.print(_cells(view))
    for task, cell in view.leaders().items():
        said = f"{task}: best so far is {cell.variant}, {_score(cell)} on validation"
        console.print(f"{said} (trial {cell.best['trial']})", highlight=False, markup=False)


def listed(views):
    """A table with a line per study."""
    table = _table("study", "folder", "trials", "left", "run by")
    for view in views:
        done = _of(view.ended, view.budget)
        table.add_row(view.id[:8], _folder(view), done, _left(view), _who(view))
    return table


def place(view):
    """How a study is called: its folder, and the first digits of its id."""
    return f"study {view.id[:8]} in {_folder(view)}" if view.id else f"study in {_folder(view)}"


def progress(view):
    """How far it is, in one line."""
    parts = [f"{_of(view.ended, view.budget)} trials have ended"]
    at_work = sum(cell.at_work for cell in view.cells)
    if view.holder and at_work:
        parts.append(f"{at_work} at work or waiting for a worker")
    ended, planned = map(sum, zip(*(cell.further for cell in view.cells), strict=True))
    if planned:
        parts.append(f"{ended} of {planned} further runs")
    if not view.is_over:
        workers = view.noted.get("workers")
        known = f" with {workers} worker{'s' * (workers != 1)}" if workers else ""
        parts.append(f"{_left(view)}{known}")
    return ", ".join(parts)


def _who(view):
    if view.holder is None:
        return "finished" if view.is_over else "nobody runs it; its command continues it"
    if view.holder["process"] is None:
        return "a process runs it that does not say which"
    return "process {process} on {host} runs it, since {since}".format(
        **view.holder | {"since": _time(view.holder["since"])}
    )


def _log(view):
    unsent = view.noted.get("unsent")
    if unsent is None:
        return "what MLflow lacks is not known"
    if not unsent:
        return "MLflow has everything"
    said = f"MLflow lacks something of {unsent} run{'s' * (unsent != 1)}"
    if view.holder:
        return f"{said}, as of {_time(view.noted['at'])}"
    return f"{said}; gatelab sync {pasted(view.folder)} sends it"


def _cells(view):
    table = _table("task", "variant", "trials", "failed", "pruned", "best valid", "further", "left")
    for cell in view.cells:
        ended, planned = cell.further
        left = "not known" if cell.seconds_left is None else spell(cell.seconds_left)
        table.add_row(
            cell.task, cell.variant, _of(cell.ended, cell.budget, "/"),
            str(cell.states["failed"] or ""), str(cell.states["pruned"] or ""),
            _score(cell) if cell.best else "", f"{ended}/{planned}" if planned else "",
            "" if cell.seconds_left == 0 or cell.is_over else left,
        )  # fmt: skip
    return table


def _table(*names):
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in names:
        words = name in ("task", "variant", "study", "folder", "run by")
        table.add_column(name, justify="left" if words else "right", no_wrap=True)
    return table


def _score(cell):
    return f"{cell.best['score']:.4g} {cell.metric or ''}".strip()


def _of(ended, budget, between=" of "):
    return f"{ended}{between}{'?' if budget is None else budget}"


def _left(view):
    if view.is_over:
        return ""
    return "time left not known" if view.seconds_left is None else f"about {_spelled(view)} left"


def _spelled(view):
    return spell(view.seconds_left)


def _folder(view):
    if view.folder is None:
        return "a folder that is not known"
    return f"{view.folder} on {view.host}" if view.host else view.folder


def _time(iso):
    return f"{iso.replace('T', ' ').removesuffix('+00:00')} UTC"

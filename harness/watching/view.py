"""How far a study is: what its database can count, and what its process has noted there."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ..searching.standing import Standing

BETTER = {"minimize": min, "maximize": max}


@dataclass(frozen=True)
class Cell:
    """A variant on a task.

    Attributes:
        task, variant: names.
        metric: of the task; None if it is not known.
        direction: "minimize" or "maximize".
        budget: trials that are to be made; None if it is not known.
        states: {"complete", "pruned" or "failed": number of trials that have ended so}.
        at_work: number of trials that have begun and not ended.
        best: {"trial": slot, "score": validation score} of the best trial so far; or None.
        further: (ended, planned), the runs that follow the trials, as far as they are planned.
        seconds_left: with all workers, as last noted; None if it is not known.
    """

    task: str
    variant: str
    metric: str | None
    direction: str
    budget: int | None
    states: dict[str, int]
    at_work: int
    best: dict[str, Any] | None
    further: tuple[int, int]
    seconds_left: float | None

    @property
    def ended(self):
        """Number of trials that have ended."""
        return sum(self.states.values())

    @property
    def is_over(self):
        return self.budget is not None and self.ended >= self.budget and _all(self.further)


@dataclass(frozen=True)
class View:
    """A study.

    Attributes:
        id: its id.
        folder: its folder, and the host that this was on; None if they are not known.
        cells: a ``Cell`` per task and variant.
        holder: {"process", "host", "since"} of who runs it; None for nobody.
        noted: what its process has noted last, see ``running.noting``; {} if nothing.
    """

    id: str | None
    folder: str | None
    host: str | None
    cells: list[Cell]
    holder: dict[str, Any] | None = None
    noted: dict[str, Any] = field(default_factory=dict)

    @property
    def ended(self):
        """Number of trials that have ended."""
        return sum(cell.ended for cell in self.cells)

    @property
    def budget(self):
        """Number of trials that are to be made; None if it is not known."""
        budgets = [cell.budget for cell in self.cells]
        return None if None in budgets or not budgets else sum(map(int, filter(None, budgets)))

    @property
    def is_over(self):
        """Whether every run that is planned has ended."""
        over = bool(self.cells) and all(cell.is_over for cell in self.cells)
        return over and not self.noted.get("left")

    @property
    def seconds_left(self):
        """Seconds of work left; None if they are not known. They go by while somebody works."""
        if self.is_over:
            return 0.0
        each = self.noted.get("left", {"": None}).values()
        if None in each:
            return None
        noted = sum(each)
        return max(noted - _since(self.noted["at"]), 0.0) if self.holder else noted

    def leaders(self):
        """{task: the cell whose best trial is best on validation so far}."""
        found: dict[str, Cell] = {}
        for cell in self.cells:
            if cell.best and (cell.task not in found or _leads(cell, found[cell.task])):
                found[cell.task] = cell
        return found

    def to_json(self):
        """All of it as a dict for JSON."""
        return {
            "id": self.id, "folder": self.folder, "host": self.host, "running": self.holder,
            "trials": {"ended": self.ended, "budget": self.budget}, "finished": self.is_over,
            "seconds_left": self.seconds_left, "workers": self.noted.get("workers"),
            "noted_at": self.noted.get("at"),
            "mlflow": {"unsent_runs": self.noted.get("unsent"), "server": self.noted.get("log")},
            "best": {task: cell.variant for task, cell in self.leaders().items()},
            "cells": [_cell_to_json(cell) for cell in self.cells],
        }  # fmt: skip


def view(study, standings: list[Standing], holder=None, **known):
    """The view of one study.

    Args:
        study: its id.
        standings: of its searches, with names as "adding/gru/best 3".
        holder: who runs it; None for nobody.
        known: {name: value}, notes that stand elsewhere, for studies from before they were kept in
            the database: "folder", "host", "budget", "metrics".
    """
    rows = [standing for standing in standings if standing.name.count("/") == 1]
    notes = [row.notes["session"] for row in rows if "session" in row.notes]
    noted = max(notes, key=lambda note: note["at"], default={})
    first: dict[str, Any] = next((row.notes for row in rows if "folder" in row.notes), {})
    return View(
        study, known.get("folder", first.get("folder")), known.get("host", first.get("host")),
        [_cell(row, standings, noted, known) for row in rows], holder, noted,
    )  # fmt: skip


def _cell(row, standings, noted, known):
    task, variant = row.name.split("/")
    states = [state for _, state in row.ended.items()]
    counts = {
        "complete": states.count("COMPLETE"),
        "pruned": states.count("PRUNED"),
        "failed": len(states) - states.count("COMPLETE") - states.count("PRUNED"),
    }
    best = row.best and {"trial": row.best[0], "score": row.best[1]}
    left = noted["left"].get(row.name, 0.0) if "left" in noted else None
    return Cell(
        task, variant, row.notes.get("metric", known.get("metrics", {}).get(task)), row.direction,
        row.notes.get("budget", known.get("budget")), counts, row.running, best,
        _further(row, standings), left,
    )  # fmt: skip


def _further(row, standings):
    """(ended, planned) of the rounds that follow a cell's trials.

    More trials may find another best one; the round of the one before does not count then.
    """
    stale = re.compile(rf"{re.escape(row.name)}/best (?!{row.best[0]}$)") if row.best else None
    rounds = [
        s for s in standings
        if s.name.startswith(f"{row.name}/") and "budget" in s.notes
        and not (stale and stale.match(s.name))
    ]  # fmt: skip
    ended = [min(len(each.ended), each.notes["budget"]) for each in rounds]
    return sum(ended), sum(each.notes["budget"] for each in rounds)


def _all(further):
    ended, planned = further
    return ended >= planned


def _leads(cell, other):
    scores = cell.best["score"], other.best["score"]
    return scores[0] != scores[1] and BETTER[cell.direction](scores) == scores[0]


def _since(at):
    """Seconds that have passed since a time that was noted."""
    return (datetime.now(UTC) - datetime.fromisoformat(at)).total_seconds()


def _cell_to_json(cell):
    ended, planned = cell.further
    return {
        "task": cell.task, "variant": cell.variant, "metric": cell.metric,
        "direction": cell.direction, "budget": cell.budget, **cell.states,
        "at_work": cell.at_work, "best": cell.best,
        "further": {"ended": ended, "planned": planned}, "seconds_left": cell.seconds_left,
    }  # fmt: skip

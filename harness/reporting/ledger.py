"""The ledger of a study: all that its folder holds, as records and as frames.

It is read from files, so it answers for finished, unfinished and running studies alike, in any
process, and needs neither the study's script nor its classes.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import StudyError
from ..searching import choices, reading, study_json
from ..searching.described import title
from ..trials.frames import draws_of
from . import answers, facts, frames, standing
from .plan import looked
from .rows import Confirmed, Row

CONFIRM = re.compile(r"confirm(?: (?P<source>.+))? (?P<seed>\d+)")


@dataclass(frozen=True, eq=False)
class Ledger:
    """A study's folder, read once.

    Attributes:
        out: the folder.
        about: contents of ``about.json``: how and with what the study was made.
        identity: contents of ``study.json``: what determines its numbers, and its plans.
        tasks: TaskFacts, in the order in which they joined the study.
        variants: their names; the reference comes first.
        rows: a ``rows.Row`` per task and variant.
    """

    out: Path
    about: dict[str, Any]
    identity: dict[str, Any]
    tasks: list[facts.TaskFacts]
    variants: list[str]
    rows: list[Row]

    @classmethod
    def read(cls, out, storage=None):
        """Read a study's folder; nothing in it is changed.

        Args:
            out: the folder.
            storage: address of the database with its trials; None for the one that the folder
                names, with the password in the environment.

        Raises:
            StudyError: it holds no study, or one whose files are damaged.
        """
        out = Path(out)
        ended = reading.read(out, storage, curves=False)
        identity, about = study_json.read(out), facts.read_about(out)
        if identity is None:
            way_out = study_json.way_out(out)
            raise StudyError(f"{out} holds no study.json, where its settings were; {way_out}")
        if not identity.get("plans"):
            raise StudyError(f"{out} holds a study that never began: run its command again")
        tasks = [facts.TaskFacts.from_json(*item) for item in about["tasks"].items()]
        reference = identity["plans"][-1]["reference"]
        variants = sorted(about["variants"], key=lambda name: name != reference)
        rows = [_row(ended, task, variants, name, identity) for task in tasks for name in variants]
        return cls(out, about, identity, tasks, variants, [row for row in rows if row])

    @property
    def plans(self):
        """All plans that the study has had, oldest first; see ``running.plan``."""
        return self.identity["plans"]

    @property
    def plan(self):
        return self.plans[-1]

    @property
    def reference(self):
        return self.plan["reference"]

    @property
    def sampler(self):
        """What drew the settings: "random", "tpe", "fixed", or the class of a sampler."""
        return title(self.identity["sampler"])

    def of_task(self, task):
        """The rows of a task, by its name; the reference's comes first."""
        return [row for row in self.rows if row.task.name == task]

    def row(self, task, variant):
        """The row of a variant on a task, by their names."""
        return next(row for row in self.of_task(task) if row.variant == variant)

    def space(self, row):
        """{name: entry} of the hyperparameters that were searched; see ``trials.space``."""
        entries = self.about["spaces"].get(row.name, {})
        return {name: facts.entry_from_json(entry) for name, entry in entries.items()}

    def cell(self, variant):
        """{what: text} about a cell; see ``facts.CELL_FILES``."""
        return facts.cell(self.out, variant)

    # -- how far it is -----------------------------------------------------------------------

    @property
    def finished(self):
        """Whether every run that the study has planned has ended."""
        return self.about["finished"]

    def unfinished(self):
        """ "unfinished: 31 of 80 trials", or "" if the study is finished."""
        if self.finished:
            return ""
        done, total = sum(len(row.records) for row in self.rows), self.plan["draws"] * self._size
        if done < total:
            return f"unfinished: {done} of {total} trials"
        return "unfinished: all trials have ended, some further runs have not"

    def looked(self):
        """What is to be said about plans that were changed after a look; "" if there is nothing."""
        return looked(self.plans)

    @property
    def _size(self):
        return len(self.tasks) * len(self.variants)

    # -- frames ------------------------------------------------------------------------------

    def leaderboard(self):
        """A row per task and variant, each task's best first; see ``standing.of_row``."""
        boards = [self.board(task.name) for task in self.tasks if self.of_task(task.name)]
        return pd.concat(boards, ignore_index=True)

    def board(self, task):
        """The leaderboard of one task."""
        rows = self.of_task(task)
        return standing.ranked(pd.DataFrame(map(standing.of_row, rows)), rows[0].metric)

    def trials(self):
        """A row per trial: how it ended, its settings, scores and costs."""
        return frames.trials(self.rows)

    def runs(self):
        """A row per run that is not a trial; see ``frames.runs``."""
        return frames.runs(self.rows)

    def draws(self, task):
        """The trials of a task in the form that ``gatelab.statistics`` takes."""
        rows = self.of_task(task)
        records = {row.variant: row.records for row in rows}
        return draws_of(records, rows[0].metric.name)

    @cached_property
    def _verdicts(self):
        return answers.verdicts(self)

    def verdicts(self):
        """A row per task and variant other than the reference; see ``answers.verdicts``."""
        return self._verdicts.copy()

    @cached_property
    def _effects(self):
        return answers.effects(self)

    def effects(self):
        """What stands beside the verdicts; see ``answers.effects``."""
        return self._effects.copy()

    @cached_property
    def _across(self):
        return answers.across(self)

    def across(self):
        """The answer over all tasks, as ``statistics.across.Across``; None for a single task."""
        return self._across


def _row(ended, task, variants, name, identity):
    """The row of a variant on a task; None if the task was never compared with this variant."""
    prefix = f"{task.name}/{name}"
    if prefix not in ended:
        return None
    plan, sampler = identity["plans"][-1], title(identity["sampler"])
    records = {v: ended.get(f"{task.name}/{v}", []) for v in variants}
    bare = Row(task, name, records[name], sampler != "fixed")
    best = bare.best
    finals = ended.get(f"{prefix}/best {best.slot}", []) if best else []
    repeated = choices.to_repeat(records[name], task.metric, plan["noise_draws"])
    again = [r for r in ended.get(f"{prefix}/again", []) if r.slot in repeated]
    chosen = {}
    if plan["confirm"] and sampler != "fixed" and plan["reference"] in records:
        chosen = choices.to_confirm(
            records, plan["reference"], name, task.metric, plan["confirm"], sampler == "random"
        )
    return Row(
        task, name, bare.records, bare.searched, finals, again, [*_confirmed(ended, prefix, chosen)]
    )


def _confirmed(ended, prefix, chosen):
    for study, records in ended.items():
        found = CONFIRM.fullmatch(study.removeprefix(f"{prefix}/"))
        if study.startswith(f"{prefix}/") and found:
            source, seed = found["source"] or "", int(found["seed"])
            slots = chosen.get(source, ())
            yield from (Confirmed(source, seed, r) for r in records if r.slot in slots)

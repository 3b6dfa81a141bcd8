"""One row of a study: a variant on a task. ``schedule`` decides which of its runs comes next."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatelab.tasks.framework.metrics import METRICS

if TYPE_CHECKING:  # both load Optuna, which a study needs only when it runs
    from ..searching.search import Search
    from .rounds import Round


@dataclass(eq=False)
class Comparison:
    """A variant on a task within a study.

    Attributes:
        task: instance of a task.
        variant: class of the cell.
        space: {name: entry} of the hyperparameters that are searched.
        fixed: {name: value} of the settings that are given.
        number: indices of the task and of the variant within the study.
        study: the study.
        search: the trials; None before the study runs.
        rounds: the runs that follow the trials; None until all trials of the task have ended.
    """

    task: Any
    variant: Any
    space: dict[str, Any]
    fixed: dict[str, Any]
    number: tuple[int, int]
    study: Any
    search: "Search | Any" = None
    rounds: "list[Round] | None" = None

    @property
    def task_number(self):
        return self.number[0]

    @property
    def variant_number(self):
        return self.number[1]

    def ended(self, part):
        """Records of the rounds of one part that have ended, without curves."""
        rounds = [each for each in self.rounds or () if each.part == part]
        return [record for each in rounds for record in each.records()]

    @property
    def name(self):
        return f"{self.task.name}/{self.variant.name}"

    @property
    def metric(self):
        return METRICS[self.task.metric]

    @property
    def certificate(self):
        """Path of the variant's certificate."""
        return self.folder("certificates", "certificate.txt")

    def folder(self, *parts):
        """Path of one of this comparison's files: ``out/<first part>/<task>/<variant>/<rest>``."""
        return Path(self.study.out).joinpath(
            *parts[:1], self.task.name, self.variant.name, *parts[1:]
        )

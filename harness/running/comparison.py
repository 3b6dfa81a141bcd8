"""One row of a study: a variant on a task. What is compared; ``schedule`` says what comes next."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gatelab.tasks.framework.metrics import METRICS

from ..searching.search import Search


@dataclass(eq=False)
class Comparison:
    """A variant on a task within a study.

    Attributes:
        space: what is searched; fixed: settings that are given.
        number: of the task, and of the variant, within the study.
        search: the trials, None before the study runs.
        finals: the best configuration trained again with fresh seeds, None before the search is
            over or where nothing is searched.
    """

    task: Any
    variant: Any
    space: dict[str, Any]
    fixed: dict[str, Any]
    number: tuple[int, int]
    study: Any
    search: Search | Any = None
    finals: Search | Any = None

    @property
    def task_number(self):
        return self.number[0]

    @property
    def variant_number(self):
        return self.number[1]

    @property
    def name(self):
        return f"{self.task.name}/{self.variant.name}"

    @property
    def metric(self):
        return METRICS[self.task.metric]

    @property
    def certificate(self):
        """The file that says what its variant has passed."""
        return self.folder("certificates", "certificate.txt")

    def folder(self, *parts):
        """A path of this comparison's below the study's folder."""
        return Path(self.study.out).joinpath(
            *parts[:1], self.task.name, self.variant.name, *parts[1:]
        )

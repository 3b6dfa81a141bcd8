"""A published claim as data: what was said, and the study and the rules that test it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from gatelab import tasks
from gatelab.tasks.framework.metrics import METRICS

#: How sure we are of what was said.
SURE = {
    "V": "read in the primary text",
    "S": "read in a secondary source",
    "M": "from memory of the paper",
}


@dataclass(frozen=True)
class Arm:
    """A cell, with the settings in which it differs from the claim's other arms.

    Attributes:
        name: of the arm, within the claim.
        cell: of the registry, with options as in "rhn:depth=5".
        settings: {name: value}, in addition to the claim's own.
        tasks: names of the claim's tasks on which it is trained.
    """

    name: str
    cell: str
    settings: Mapping[str, Any]
    tasks: tuple[str, ...]


@dataclass(frozen=True)
class Claim:
    """A published claim and its test.

    Arms and draws are fixed before the first trial: draw k of every arm has the same settings
    (except for those that define the arm), the same data and the same seeds.

    Attributes:
        name: that of its file.
        title: the claim in one line.
        source: the paper.
        said: what it says, quoted or in our words.
        sure: a key of SURE.
        differs: how the test differs from the source's own experiments.
        fixed: the day on which all of this was fixed.
        tasks: {name: specification as in "dyck:kinds=1"}.
        arms: {name: Arm}.
        draws: number of draws of the search; of seeds if nothing is searched.
        searched: whether settings are drawn; otherwise they are fixed and only the seed varies.
        seed: root of all random draws.
        settings: {name: value} of every arm.
        search: {name: entry of a search space}, in addition to a study's own.
        statements: what the arms' scores must look like, in the words of ``rules``.
        study: name of a larger study of this package whose draws decide, in place of one of its
            own; "" for none.
    """

    name: str
    title: str
    source: str
    said: str
    sure: str
    differs: str
    fixed: date
    tasks: Mapping[str, str]
    arms: Mapping[str, Arm]
    draws: int
    searched: bool
    seed: int
    settings: Mapping[str, Any]
    search: Mapping[str, Any]
    statements: tuple[Any, ...]
    study: str = ""

    def task(self, name):
        """The task with this name."""
        return tasks.make(self.tasks[name], name=name)

    def metric(self, task):
        """The Metric of a task."""
        return METRICS[self.task(task).metric]

    @property
    def trials(self):
        """The number of trials of the whole study."""
        return self.draws * sum(len(arm.tasks) for arm in self.arms.values())

    @property
    def digest(self):
        """A hash of all that decides: tasks, arms, budget, rules. Words may be corrected later."""
        decides = {name: asdict(self)[name] for name in DECIDES}
        decides["statements"] = [_given(each) for each in decides["statements"]]
        if self.study:
            decides["study"] = self.study
        rules = [type(statement).__name__ for statement in self.statements]
        text = json.dumps([decides, rules], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _given(statement):
    """The keys that a statement gives; NaN stands for those that it leaves out."""
    return {key: value for key, value in statement.items() if value == value}


DECIDES = ("tasks", "arms", "draws", "searched", "seed", "settings", "search", "statements")

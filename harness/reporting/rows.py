"""A row of a study, a variant on a task, as its records: what tables and pictures are made from."""

from dataclasses import dataclass, field

from ..trials.record import Record
from .facts import TaskFacts


@dataclass(frozen=True)
class Confirmed:
    """A confirming run.

    Attributes:
        source: under TPE, the variant whose search found the configuration; "" if draws are shared.
        seed: number of the fresh seed.
        record: of the run; its slot is the configuration's.
    """

    source: str
    seed: int
    record: Record


@dataclass(frozen=True)
class Row:
    """A variant on a task.

    Attributes:
        task: TaskFacts.
        variant: name of the variant.
        records: of its trials, sorted by slot.
        searched: False if the settings were given and only seeds vary.
        finals: of the best configuration with fresh seeds.
        again: of draws that were trained a second time.
        confirmed: runs of the configurations that were confirmed.
    """

    task: TaskFacts
    variant: str
    records: list[Record]
    searched: bool = True
    finals: list[Record] = field(default_factory=list)
    again: list[Record] = field(default_factory=list)
    confirmed: list[Confirmed] = field(default_factory=list)

    @property
    def name(self):
        return f"{self.task.name}/{self.variant}"

    @property
    def metric(self):
        return self.task.metric

    @property
    def all(self):
        """The records of all its runs."""
        further = [each.record for each in self.confirmed]
        return [*self.records, *self.finals, *self.again, *further]

    @property
    def best(self):
        """The complete trial with the best validation score, the first of equals; None if none."""
        return self.best_of(self.records)

    def best_of(self, records):
        """As ``best``, among other records of this row."""
        found = None
        for record in records:
            if record.state == "complete" and (found is None or self._better(record, found)):
                found = record
        return found

    def _better(self, record, other):
        score = (each.score("valid", self.metric.name) for each in (record, other))
        return self.metric.better(*score)


def best_of(rows):
    """The row whose best trial is best on validation, the first of equals; None if none has one.

    The test decides nothing: a network that is chosen by its test score has no test left.
    """
    found = None
    for row in rows:
        if row.best and (found is None or _is_better(row, found)):
            found = row
    return found


def _is_better(row, other):
    scores = (each.best.score("valid", row.metric.name) for each in (row, other))
    return row.metric.better(*scores)

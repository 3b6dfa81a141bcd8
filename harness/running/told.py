"""What there is to tell of a study: while it runs, from its objects; later, from its folder alone.

Both say the same in the same words; ``Publication`` takes either.
"""

from pathlib import Path
from typing import Any

from gatelab import variants

from ..calculus import text
from ..calculus.program import derive
from ..errors import GatelabError
from ..reporting.rows import Row
from ..searching.asked import entry
from . import weights


class Running:
    """A study that this process runs.

    Attributes:
        seed, trials, finals, reference: of the study.
        sampler: its entry in ``study.json``.
        tasks: their names.
    """

    def __init__(self, study, facts):
        self.study, self.facts, self.out = study, facts, Path(study.out)
        self.seed, self.sampler = study.seed, entry(study.searcher)
        self.trials, self.finals = study.trials, study.finals
        self.tasks = [task.name for task in study.tasks]

    @property
    def reference(self):
        return self.study.plan.reference  # settled when the study is opened

    def rows(self, task):
        """The rows of a task as they stand now."""
        return [self._row(c) for c in self.study.comparisons if c.task.name == task]

    def cell(self, variant) -> Any:
        """The class of a cell; None if this process does not know it."""
        return next(v for v in self.study.variants if v.name == variant)

    def equations(self, variant):
        """The equations of a cell, as text."""
        return text.equations(derive(self.cell(variant)()))

    def files(self, row):
        """Paths of the files about a row's best trial; what does not exist yet is made."""
        from ..reporting import artifacts  # not before trials train: it loads pandas

        return artifacts.of_best(next(c for c in self.study.comparisons if c.name == row.name))

    def _row(self, c):
        return Row(
            self.facts[c.task_number], c.variant.name, c.search.records(curves=False),
            self.sampler != "fixed", c.ended("final"),
        )  # fmt: skip


class Kept:
    """A study's folder; see ``Running``.

    Args:
        ledger: ``Ledger`` of the folder.
    """

    def __init__(self, ledger):
        self.ledger, self.out = ledger, Path(ledger.out)
        self.seed, self.sampler = ledger.identity["seed"], ledger.identity["sampler"]
        self.trials, self.reference = ledger.plan["draws"], ledger.reference
        self.finals = max((len(row.finals) for row in ledger.rows), default=0)
        self.tasks = [task.name for task in ledger.tasks if ledger.of_task(task.name)]

    def rows(self, task):
        return self.ledger.of_task(task)

    def cell(self, variant) -> Any:
        try:
            return variants.get(variant)
        except GatelabError:  # of a script or a file that was not imported
            return None

    def equations(self, variant):
        return self.ledger.cell(variant).get("equations", "")

    def files(self, row):
        if row.best is None:
            return []
        within, slot = Path(row.task.name, row.variant), f"*-{row.best.slot:04d}.*"
        found = [self.out / "certificates" / within / "certificate.txt"]
        for folder in ("figures", "samples"):
            found += sorted((self.out / folder / within).glob(slot))
        return [path for path in (*found, weights.find(row.best, self.out)) if path]

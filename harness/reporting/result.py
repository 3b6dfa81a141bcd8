"""The results of a study, as frames."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from ..searching import address
from ..serving.fitted import Fitted
from . import best, tables
from .ledger import Ledger


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """The results of a study; in a notebook it shows itself.

    Attributes:
        ledger: the study's folder, as it was read.
        unsent: number of runs of which MLflow lacked something when the study ended.
    """

    ledger: Ledger
    unsent: int = 0

    @classmethod
    def load(cls, out: str | Path = "runs", storage: str | None = None):
        """The results in a study's folder: finished, interrupted or running.

        Args:
            out: the folder.
            storage: address of the database with its trials, if it needs a password that is not
                in the environment (GATELAB_STORAGE, PGPASSWORD).

        Raises:
            StudyError: it holds no study.
        """
        return cls(Ledger.read(out, address.checked(storage) if storage else None))

    @cached_property
    def leaderboard(self) -> pd.DataFrame:
        """A row per task and variant, each task's best first."""
        return self.ledger.leaderboard()

    @cached_property
    def trials(self) -> pd.DataFrame:
        """A row per trial: how it ended, its settings, scores and costs."""
        return self.ledger.trials()

    @cached_property
    def runs(self) -> pd.DataFrame:
        """A row per run that followed the trials, seed by seed: final, again, confirm."""
        return self.ledger.runs()

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """A row per task and variant: better, worse, equal or not decided, with the numbers."""
        return self.ledger.verdicts()

    @cached_property
    def effects(self) -> pd.DataFrame:
        """What stands beside the verdicts: over all draws, confirmed, by the Odyssey's test."""
        return self.ledger.effects()

    def best(self, task: object = None, cell: str | None = None) -> Fitted:
        """The network that was best on validation, with what it needs to take raw input.

        Args:
            task: its name; may be left out in a study of one task.
            cell: name of a variant; None for the best of all.

        Raises:
            StudyError: there is no such task or cell, or no weights of it.
        """
        return best.of_study(self.ledger, task, cell)

    def __repr__(self):
        return tables.text(self.ledger)

    def _repr_html_(self):
        return tables.html(self.ledger)

"""The study as the page sees it: the ledger's frames, read once, and what they are looked up by."""

import re
import zlib
from functools import cached_property

import numpy as np
import pandas as pd

from ...foundation.errors import GatelabError
from .looks import looks

MOST = 8  # cells that one figure can hold


class View:
    """A ledger with what all parts of the page ask of it.

    Args:
        ledger: of a finished, unfinished or running study.
        files: folder for the figures as PDF and PNG.
    """

    def __init__(self, ledger, files=None):
        self.ledger, self.files = ledger, files
        self.tasks = [task for task in ledger.tasks if ledger.of_task(task.name)]
        self.variants, self.reference = [*ledger.variants], ledger.reference
        self.plan = ledger.plan
        # In the order in which MLflow has met them, so that the colours are the same.
        self.looks = looks([*dict.fromkeys([*ledger.about.get("variants", ()), *self.variants])])

    @cached_property
    def leaderboard(self):
        return self._asked(self.ledger.leaderboard)

    @cached_property
    def verdicts(self):
        return self._asked(self.ledger.verdicts)

    @cached_property
    def effects(self):
        return self._asked(self.ledger.effects)

    @cached_property
    def trials(self):
        return self._asked(self.ledger.trials)

    @cached_property
    def runs(self):
        return self._asked(self.ledger.runs)

    @cached_property
    def across(self):
        """The answer over all tasks; None if there is none."""
        found = self._asked(self.ledger.across)
        return None if isinstance(found, pd.DataFrame) else found

    def _asked(self, frame):
        """A frame of the ledger; empty if the study is too young for it."""
        try:
            return frame()
        except GatelabError:
            return pd.DataFrame()

    def of(self, frame, task):
        """The rows of a frame that belong to a task; empty if the frame has none."""
        return frame[frame.task == task.name] if "task" in frame else pd.DataFrame()

    def rows(self, task):
        """{variant: Row} of a task, in the study's order."""
        return {row.variant: row for row in self.ledger.of_task(task.name)}

    def shown(self, task):
        """The cells that figures of a task show: all, or the reference and the best seven.

        Returns:
            (variants in the study's order, a sentence about those left out or "").
        """
        rows = self.rows(task)
        if len(rows) <= MOST:
            return [*rows], ""
        board = self.of(self.leaderboard, task)
        ranked = [*board.variant] if "variant" in board else [*rows]
        others = [name for name in ranked if name != self.reference][: MOST - 1]
        kept = [name for name in rows if name == self.reference or name in others]
        return kept, (
            f"Shown are {self.reference}, the reference, and the best {len(kept) - 1} of "
            f"{len(rows) - 1} others; the table has them all."
        )

    def name(self, kind, *parts):
        """A name for a figure's files and ids; names that differ only in signs stay apart."""
        plain = [re.sub(r"[^A-Za-z0-9_]+", "-", str(part)).strip("-") for part in parts]
        marks = [
            f"-{zlib.crc32(str(part).encode()):08x}"[:5] if part != word else ""
            for part, word in zip(parts, plain, strict=True)
        ]
        return "-".join([kind, *(w[:40] + m for w, m in zip(plain, marks, strict=True))])


def lower_is_better(task):
    return task.metric.direction == "minimize"


def better_word(task):
    return "lower" if lower_is_better(task) else "higher"


def best_first(task, scores):
    """The names of {name: score}, best first; NaN and failures last."""
    sign = 1 if lower_is_better(task) else -1
    return sorted(scores, key=lambda v: (not np.isfinite(scores[v]), sign * scores[v]))

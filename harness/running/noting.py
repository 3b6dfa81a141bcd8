"""What a study notes in its database of trials, so that anybody can see how far it is.

What can be counted there is not noted. With each cell's search stand its metric, its budget and
the folder of the study; with the first of them, a few times a minute, what only the process that
runs the study knows.
"""

import platform
import time
from contextlib import suppress
from pathlib import Path

from optuna.exceptions import StorageInternalError

from ..foundation.secrets import stripped
from ..foundation.times import now
from .schedule import left

EVERY = 10.0  # seconds


class Noting:
    """Notes how far a study is.

    Args:
        study: the study.
        display: its ``Display``, which knows the time left.
    """

    def __init__(self, study, display):
        self.study, self.display, self._next = study, display, 0.0

    def begin(self):
        """Note, once all searches are open, what is compared and where."""
        place = {"host": platform.node(), "folder": str(Path(self.study.out).resolve())}
        for c in self.study.comparisons:
            c.search.note(metric=c.metric.name, budget=self.study.trials, **place)

    def is_due(self):
        """Whether some time has passed since the last note."""
        return time.monotonic() >= self._next

    def note(self, unsent):
        """Note the time left, the number of workers, and what MLflow lacks.

        Args:
            unsent: number of runs of which MLflow lacks something.
        """
        self._next = time.monotonic() + EVERY
        rows, uri = self.study.comparisons, self.study.tracking_uri
        note = {
            "at": now(),
            "left": {c.name: self.display.time_left([c]) for c in rows if left(c)},
            "workers": self.display.workers(),
            "unsent": unsent,
            "log": stripped(uri) if uri else None,
        }
        with suppress(StorageInternalError):  # a study does not stop for want of a note
            rows[0].search.note(session=note)

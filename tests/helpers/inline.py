"""Studies without processes and pictures: their jobs are done in a thread of this process.

Most tests ask what a study says, not where it trains. A worker process takes seconds to start, and
half of what its parent does is drawing.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from gatelab.reporting import figures
from gatelab.running import pool, worker
from gatelab.running.line import Line


@contextmanager
def in_process():
    """Context in which studies train in a thread, and their figures are empty files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gatelab.running.study.Pool", Inline)
        patch.setattr(figures, "save", _no_picture)
        yield


class Inline(pool.Pool):
    """A ``Pool`` of one thread. Tasks and cells travel by value, as to a process."""

    def _start(self):
        worker.receive(self.payload, Line(self.exchange.address, self.exchange.key))
        return Thread(1)


class Thread(ThreadPoolExecutor):
    """With the parts of loky's executor that a ``Pool`` uses."""

    _processes = ()

    def shutdown(self, wait=True, kill_workers=False):
        super().shutdown(wait=wait, cancel_futures=kill_workers)


def _no_picture(figure, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()

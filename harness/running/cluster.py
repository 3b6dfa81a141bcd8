"""Workers on a Dask cluster: the conductor's end. A Dask worker has a ``place.Place``.

All state belongs to the event loop of Dask's client; other threads only put something into it.
"""

import logging
import secrets
import time
from concurrent.futures import wait
from contextlib import suppress
from pathlib import Path
from typing import Any

from distributed import Client
from distributed.client import ClosedClientError

from ..errors import StudyError
from ..foundation.errors import first_line
from . import worker
from .crew import Crew
from .errands import Errands
from .event_loop import EventLoop
from .exchange import Inbox
from .place import Place
from .pool import Pool, growth

ANSWER = 10.0  # seconds in which the scheduler answers at the beginning
#: Loggers of Dask's that tell at length, with tracebacks, what ``Crew`` tells in a line.
TALKERS = ("distributed.client", "distributed.utils")


class Cluster:
    """Stands for a ``Pool`` whose processes are at the workers of a Dask cluster.

    Workers may come and go. One with other software is not used, and named. One that is gone costs
    its runs the time since their last checkpoints.

    Args:
        address: of Dask's scheduler, or the path of its ``scheduler.json``.
        payload, growth: for the processes, see ``pool.Pool``.
        out: the study's folder, which exists.
        home: ``Pool`` on this machine, for what this machine keeps: certificates.
        said: takes sentences about workers, for the screen.

    Raises:
        StudyError: no scheduler answers.
    """

    apart = True  # each job has a process of its own, see ``Pool``

    def __init__(self, address, payload, growth, out, home, said=print):
        self.address, self.home, self.said, self.exchange = address, home, said, Inbox()
        self.client: Any = connected(address)
        _silence(True)
        self.loop = EventLoop(self.client.loop.asyncio_loop)
        self.token, name = _place_for_token(Path(out).resolve()), f"gatelab-{secrets.token_hex(6)}"
        token = secrets.token_hex(16)
        self.token.write_text(token, encoding="utf-8")
        there = Place(name, payload, growth, (str(self.token), token))
        self.crew = Crew(self.client, address, there, self.loop, said)
        self.errands = Errands(self.client, self.crew, self.loop, self.exchange)
        with suppress(ClosedClientError):  # the scheduler has gone already: see ``Crew.watch``
            self.client.subscribe_topic(name, self.errands.hear)
        self.loop.call(self.loop.start, self.crew.watch, self.errands)

    @classmethod
    def of(cls, study, splits, said=print):
        """The cluster of a study; tasks, cells and data travel by value."""
        payload = worker.payload(study.tasks, study.variants, study.seed, splits)
        return cls(study.cluster, payload, growth(study), study.out, Pool.of(study), said)

    @property
    def size(self):
        """Number of processes that there are now."""
        return self.crew.size

    def open(self, patience=3):
        """Wait for the first worker.

        Raises:
            StudyError: there are workers, and none of them can be used.
            MachineError: the scheduler is gone.
        """
        crew, started, told = self.crew, time.monotonic(), False
        while not crew.seats:
            if crew.gone:
                raise crew.gone
            if crew.refused and crew.refused.keys() == crew.known:
                raise StudyError(f"no worker can be used: {'; '.join(crew.refused.values())}")
            if not told and not crew.known and time.monotonic() - started > patience:
                told = self.said(f"waiting for workers: dask worker {self.address}") or True
            time.sleep(0.05)

    def submit(self, job, *args):
        """The future of ``job(*args)``; ``job`` is a function or the name of one in ``worker``."""
        return self.home.submit(job, *args) if job == "certify" else self.errands.new(job, args)

    def end(self, started):
        """End the process of a job, which hangs; its future then raises one of ``DIED``.

        Args:
            started: the job's message of this kind.
        """
        self.loop.call(self.errands.end, started["job"])

    def lost(self, futures):
        """The jobs that are gone after one died: none, each has a process of its own."""
        return []

    def hand_back(self, futures, seconds=10):
        """Have all runs checkpointed and handed back, and wait for that.

        Args:
            futures: of the jobs at work.
            seconds: longest wait.
        """
        self.loop.call(self.crew.tell_all, "hand_back")
        wait([each for each in futures if each], timeout=seconds)

    def stop(self, now=False):
        """Forget the jobs that wait, and end those at work if ``now``."""
        if now:
            self.loop.call(self.errands.stop)

    def close(self):
        """Remove what the study has on the workers, and leave the cluster."""
        self.home.close()
        self.loop.wait(self._leave(), ANSWER)
        with suppress(Exception):
            self.client.close(timeout=1)
        self.token.unlink(missing_ok=True)
        _silence(False)

    async def _leave(self):
        self.errands.stop()
        self.loop.cancel()
        if self.client.status == "running" and not self.crew.gone:
            await self.crew.leave()
            self.client.unsubscribe_topic(self.crew.place.name)
            await self.errands.forget_events()


def connected(address):
    """A client of Dask's scheduler.

    Raises:
        StudyError: none answers at this address.
    """
    is_file = str(address).endswith(".json")
    where: dict[str, Any] = (
        {"scheduler_file": str(address)} if is_file else {"address": str(address)}
    )
    try:
        return Client(**where, timeout=ANSWER, name="gatelab", set_as_default=False)
    except (OSError, ValueError) as error:
        reason = first_line(error)
        raise StudyError(
            f"no Dask scheduler answers at {address} ({reason}); start one with: dask scheduler"
        ) from None


def _silence(silent):
    for name in TALKERS:
        logging.getLogger(name).disabled = silent


def _place_for_token(out):
    """A new file's path; those of conductors that were killed are deleted, as this one owns out."""
    for old in out.glob(".cluster-*"):
        old.unlink(missing_ok=True)
    return out / f".cluster-{secrets.token_hex(4)}"

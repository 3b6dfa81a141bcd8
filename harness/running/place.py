"""A study's place on a Dask worker: a process per thread, each with one training run at a time.

The Dask worker itself trains nothing, so that signals, BLAS threads, memory and crashes are as at
home. ``cluster.Cluster`` is the conductor's end. What a place has to say travels as events of Dask,
dicts of plain values:

    {"ticket": .., "kind": "message", "body": a worker's message, "waits": ..}
    {"ticket": .., "kind": "checkpoint", "files": {suffix: bytes}}    where it does not see --out
    {"ticket": .., "kind": "ended", "leaving": .., ...}               see ``outcomes``
"""

import asyncio
import errno
import multiprocessing
import os
import platform
import queue
import shutil
import signal
import tempfile
import threading
import time
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from distributed import Status, WorkerPlugin, get_worker

from ..foundation.processor import processor
from . import outcomes
from .carrying import Luggage
from .pool import Pool

GRACE = 6.5  # seconds for a last checkpoint: Dask's nanny kills a worker that takes more than eight
ALONE = 60.0  # seconds without a sign of the conductor, after which nobody waits for the runs


@dataclass
class Running:
    """A job at work.

    Attributes:
        pool: has the process.
        pid: of the process; None until it says so.
        answer: takes what the process waits for.
    """

    pool: Pool
    pid: int | None = None
    answer: Any = None


@dataclass(eq=False)
class Place(WorkerPlugin):
    """What a Dask worker gets from a conductor, and does for it.

    Args:
        name: of this session of the study; also the topic of its events.
        payload, growth: for the processes, see ``pool.Pool``.
        token: (path, text) of a file in the study's folder: a worker that finds it sees ``--out``.
    """

    name: str
    payload: bytes = field(repr=False)
    growth: int
    token: tuple[str, str]

    def setup(self, worker):
        # Dask's nanny starts its worker as a daemon, to which Python allows no processes. Ours end
        # by themselves when their parent is gone.
        multiprocessing.process.current_process()._config["daemon"] = False  # pyright: ignore[reportAttributeAccessIssue]
        self.worker, self.closing, self.heard = worker, threading.Event(), time.monotonic()
        self.at_work: dict[str, Running] = {}
        self.slots = worker.state.nthreads
        self.free: queue.SimpleQueue[Pool] = queue.SimpleQueue()
        for _ in range(self.slots):
            self.free.put(Pool(1, self.payload, self.growth))
        self.folder = None if _sees(*self.token) else _scratch(worker)
        self._leaving = None
        self._old = _on_sigterm(self._signalled)
        threading.Thread(target=self._watch, daemon=True).start()

    def about(self):
        """What the conductor wants to know of the place."""
        return {
            "slots": self.slots,
            "host": platform.node(),
            "processor": processor(),
            "sees_out": self.folder is None,
        }

    # -- work: in the threads of the Dask worker -------------------------------------------

    def carry_out(self, ticket, job, args, files):
        """Do a job, and say how it ended."""
        if self.closing.is_set():
            return self.say(ticket, "ended", leaving=True, **outcomes.HANDED_BACK)
        pool, luggage = self.free.get(), Luggage(self.folder, ticket, files)
        self.at_work[ticket] = Running(pool)
        try:
            ended = outcomes.of(lambda: self._result(ticket, job, luggage.unpacked(args)), pool)
            if "died" in ended and self.closing.is_set():  # by our own hand, see ``_leave``
                ended = dict(outcomes.HANDED_BACK)
            ended |= luggage.packed(ended)
        finally:
            del self.at_work[ticket]
            self.free.put(pool)
            luggage.forget()
        self.say(ticket, "ended", leaving=self.closing.is_set(), **ended)

    def _result(self, ticket, job, args):
        running = self.at_work[ticket]
        future = running.pool.submit(job, *args)
        while not future.done():
            arrived = running.pool.exchange.arrived()
            wait([future, arrived], return_when=FIRST_COMPLETED)
            for body, answer in running.pool.exchange.messages():
                self._pass_on(ticket, running, body, answer)
        return future.result()

    def _pass_on(self, ticket, running, body, answer):
        running.pid, running.answer = body.get("pid", running.pid), answer
        self.say(ticket, "message", body=body, waits=answer is not None)
        if body["kind"] == "checkpoint" and self.folder is not None:
            self.say(ticket, "checkpoint", files=Luggage.files(body["path"]))

    def say(self, ticket, kind, **more):
        """Send the conductor an event."""
        self.worker.log_event(self.name, {"ticket": ticket, "kind": kind, **more})

    # -- orders: in the event loop of the Dask worker ----------------------------------------

    def answer(self, ticket, body):
        """Give a process the answer that it waits for."""
        if (running := self.at_work.get(ticket)) and running.answer:
            running.answer(body)

    def end(self, ticket):
        """End the process of a job that hangs."""
        if running := self.at_work.get(ticket):
            _send(running.pid, signal.SIGKILL)

    def hand_back(self):
        """Have all runs checkpointed and handed back."""
        for running in [*self.at_work.values()]:
            _send(running.pid, signal.SIGTERM)

    # -- ends --------------------------------------------------------------------------------

    async def teardown(self, worker):
        """The conductor removes the place, or the Dask worker closes: then runs are handed back."""
        await self._left(worker.status != Status.running)

    def _left(self, hands_back):
        if self._leaving is None:  # a signal and Dask may both ask for it
            self._leaving = asyncio.ensure_future(asyncio.to_thread(self._leave, hands_back))
        return asyncio.shield(self._leaving)

    def _leave(self, hands_back):
        self.closing.set()
        until = time.monotonic() + GRACE
        if hands_back:
            self.hand_back()
            while self.at_work and time.monotonic() < until:
                time.sleep(0.05)
        for running in [*self.at_work.values()]:
            running.pool.close()
        with suppress(queue.Empty):
            while True:
                self.free.get_nowait().close()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _signalled(self, number, frame):
        """SIGTERM: runs are handed back first, then Dask closes the worker as it would have."""
        loop: Any = self.worker.loop
        # As a signal may come anywhere, only this may be called here.
        loop.asyncio_loop.call_soon_threadsafe(loop.add_callback, self._end_after_leaving, number)

    async def _end_after_leaving(self, number):
        await self._left(hands_back=True)
        await asyncio.sleep(0.2)  # Dask sends its events in bundles
        signal.signal(number, self._old if self._old is not None else signal.SIG_DFL)
        os.kill(os.getpid(), number)

    def _watch(self):
        while not self.closing.wait(1):
            if time.monotonic() - self.heard > ALONE or (self.folder is None and self._is_over()):
                self.worker.loop.add_callback(self.worker.plugin_remove, self.name)
                return

    def _is_over(self):
        """Whether the conductor is gone, or another one has begun, which deletes the token.

        Runs that nobody waits for would write into the folder of those that go on with them.
        """
        try:
            os.stat(self.token[0])
        except OSError as error:
            return error.errno == errno.ENOENT  # else the disk is away for a moment
        return False


# -- called by the conductor through Dask ----------------------------------------------------


async def take(place, dask_worker):
    """Set up a place on a Dask worker; what it says about itself."""
    await dask_worker.plugin_add(place, name=place.name, catch_errors=False)
    return place.about()


async def leave(name, dask_worker):
    """Remove a place; its runs end at once."""
    if name in dask_worker.plugins:
        await dask_worker.plugin_remove(name)


def call(name, method, *args, dask_worker):
    """Call a method of a place, which so hears of its conductor; without a method just that."""
    if place := dask_worker.plugins.get(name):
        place.heard = time.monotonic()
        if method is not None:
            getattr(place, method)(*args)


def carry_out(name, ticket, job, args, files):
    """A task of Dask: do a job at this worker's place."""
    worker: Any = get_worker()
    if place := worker.plugins.get(name):
        place.carry_out(ticket, job, args, files)
    else:  # it heard nothing of its conductor for too long
        event = {"ticket": ticket, "kind": "ended", "leaving": True, **outcomes.HANDED_BACK}
        worker.log_event(name, event)


# -- small things ----------------------------------------------------------------------------


def _sees(path, text):
    """Whether the file holds the text, and its folder can be written to."""
    with suppress(OSError, UnicodeDecodeError):
        if Path(path).read_text(encoding="utf-8") == text:
            tempfile.TemporaryFile(dir=Path(path).parent).close()
            return True
    return False


def _scratch(worker):
    return Path(tempfile.mkdtemp(prefix="gatelab-", dir=worker.local_directory))


def _send(pid, number):
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _on_sigterm(handler):
    """Set the handler, where that is allowed; the one before, None if there was none."""
    if threading.current_thread() is threading.main_thread():
        return signal.signal(signal.SIGTERM, handler)
    return None

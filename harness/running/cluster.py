"""Workers on a Dask cluster: the conductor's end. A Dask worker has a ``place.Place``.

Which place does which job is decided here, one job per free process, and not by Dask: it would
queue jobs at busy workers, and do finished ones again when a worker dies. All state belongs to the
event loop of Dask's client; other threads only put something into it.
"""

import asyncio
import itertools
import secrets
import time
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from distributed import Client
from distributed import Future as Task

from ..errors import MachineError, StudyError
from ..foundation import durable
from ..foundation.errors import first_line
from ..foundation.processor import processor
from ..trials.checkpoints import HandedBack
from . import carrying, outcomes, place, worker
from .exchange import Inbox, Message
from .order import Order
from .pool import Pool, growth
from .software import differences, installed

LOOK, SIGN = 1.0, 10.0  # seconds between two looks at the workers, and two signs to them
ANSWER = 10.0  # seconds in which the scheduler answers at the beginning
AWAY = 30.0  # seconds without an answer of the scheduler, after which it is gone
LOSSES = 3  # deaths of Dask workers with one job, none of which it outlived to a checkpoint


@dataclass(eq=False)
class Seat:
    """A place on a Dask worker, as the conductor knows it.

    Attributes:
        address: of the Dask worker.
        name: what people call it.
        slots: number of its processes.
        sees_out: whether it sees the study's folder.
        leaving: whether it takes no more, as its Dask worker ends.
        errands: those at work there.
    """

    address: str
    name: str
    slots: int
    sees_out: bool
    leaving: bool = False
    errands: "set[Errand]" = field(default_factory=set)

    @property
    def free(self):
        return 0 if self.leaving else self.slots - len(self.errands)


@dataclass(eq=False)
class Errand:
    """A job that waits for a place, or is at work at one.

    Attributes:
        ticket: tells it apart from an earlier try of the same job.
        job, args: a function, or the name of one in ``worker``, and its arguments.
        future: its result.
        seat, task: where it is at work, and Dask's future of that.
        saved: whether it wrote a checkpoint there.
        losses: Dask workers that died with it before it wrote one.
    """

    ticket: str
    job: Any
    args: tuple
    future: Future = field(default_factory=Future)
    seat: Any = None
    task: Any = None
    saved: bool = False
    losses: int = 0

    @property
    def order(self):
        """The order of a training run, None for another job."""
        return next((arg for arg in self.args if isinstance(arg, Order)), None)


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
        self.name = f"gatelab-{secrets.token_hex(6)}"
        self.loop = self.client.loop.asyncio_loop
        self.token = _place_for_token(Path(out).resolve())
        token = secrets.token_hex(16)
        self.token.write_text(token, encoding="utf-8")
        self.place = place.Place(self.name, payload, growth, (str(self.token), token))
        self.seats: dict[str, Seat] = {}
        self.known: set[str] = set()  # addresses of workers that have been looked at
        self.refused: dict[str, str] = {}  # why, by address
        self.waiting: list[Errand] = []
        self.at_work: dict[str, Errand] = {}  # by ticket
        self.gone: MachineError | None = None
        self.heard = self.signed = time.monotonic()
        self._tickets, self._background = itertools.count(1), set()
        self.client.subscribe_topic(self.name, self._hear)
        self._call(self._start, self._watch)

    @classmethod
    def of(cls, study, splits, said=print):
        """The cluster of a study; tasks, cells and data travel by value."""
        payload = worker.payload(study.tasks, study.variants, study.seed, splits)
        return cls(study.cluster, payload, growth(study), study.out, Pool.of(study), said)

    # -- as a pool ---------------------------------------------------------------------------

    @property
    def size(self):
        """Number of processes that there are now."""
        return sum(seat.slots for seat in [*self.seats.values()])

    def open(self, patience=3):
        """Wait for the first worker.

        Raises:
            StudyError: there are workers, and none of them can be used.
            MachineError: the scheduler is gone.
        """
        started, told = time.monotonic(), False
        while not self.seats:
            if self.gone:
                raise self.gone
            if self.refused and self.refused.keys() == self.known:
                raise StudyError(f"no worker can be used: {'; '.join(self.refused.values())}")
            if not told and not self.known and time.monotonic() - started > patience:
                told = self.said(f"waiting for workers: dask worker {self.address}") or True
            time.sleep(0.05)

    def submit(self, job, *args):
        """The future of ``job(*args)``; ``job`` is a function or the name of one in ``worker``."""
        if job == "certify":
            return self.home.submit(job, *args)
        errand = Errand(f"{next(self._tickets)}", job, args)
        self._call(self._take_on, errand)
        return errand.future

    def end(self, started):
        """End the process of a job, which hangs; its future then raises one of ``DIED``.

        Args:
            started: the job's message of this kind.
        """
        self._call(self._end, started["job"])

    def lost(self, futures):
        """The jobs that are gone after one died: none, each has a process of its own."""
        return []

    def hand_back(self, futures, seconds=10):
        """Have all runs checkpointed and handed back, and wait for that.

        Args:
            futures: of the jobs at work.
            seconds: longest wait.
        """
        self._call(self._tell_all, "hand_back")
        wait([each for each in futures if each], timeout=seconds)

    def stop(self, now=False):
        """Forget the jobs that wait, and end those at work if ``now``."""
        if now:
            self._call(self._stop)

    def close(self):
        """Remove what the study has on the workers, and leave the cluster."""
        self.home.close()
        leaving = self._leave()
        try:
            asyncio.run_coroutine_threadsafe(leaving, self.loop).result(ANSWER)
        except Exception:  # the loop has ended, or the cluster is gone
            leaving.close()
        with suppress(Exception):
            self.client.close(timeout=1)
        self.token.unlink(missing_ok=True)

    # -- in the event loop: jobs -------------------------------------------------------------

    def _call(self, function, *args):
        with suppress(RuntimeError):  # the loop has ended
            self.loop.call_soon_threadsafe(function, *args)

    def _start(self, function, *args):
        """Start a coroutine in the background."""
        task = asyncio.ensure_future(function(*args))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def _take_on(self, errand, first=False):
        self.waiting.insert(0 if first else len(self.waiting), errand)
        self._give_out()

    def _give_out(self):
        """Give what waits to free processes, first where most are free."""
        while self.waiting and self.gone:
            _fail(self.waiting.pop(0).future, self.gone)
        while self.waiting and any(seat.free > 0 for seat in self.seats.values()):
            errand = self.waiting.pop(0)
            if not errand.future.cancelled():
                self._give(errand, max(self.seats.values(), key=lambda seat: seat.free))

    def _give(self, errand, seat):
        errand.seat, errand.saved, errand.ticket = seat, False, f"{next(self._tickets)}"
        seat.errands.add(errand)
        self.at_work[errand.ticket] = errand
        carried = errand.order and not seat.sees_out
        files = carrying.checkpoints(errand.order) if carried else {}
        errand.task = self.client.submit(
            place.carry_out, self.name, errand.ticket, errand.job, errand.args, files,
            key=f"{_named(errand)}-{self.name}-{errand.ticket}", workers=[seat.address],
            allow_other_workers=False, pure=False, retries=0,
        )  # fmt: skip
        self._start(self._see_to_the_end, errand, errand.ticket, errand.task)

    async def _see_to_the_end(self, errand, ticket, task: Task):
        """What a place says of a job's end comes before Dask's own word, if it comes at all."""
        with suppress(Exception, asyncio.CancelledError):
            await task
        task.release()
        if self.at_work.get(ticket) is errand:
            self._lose(errand)

    def _take_back(self, errand):
        errand.seat.errands.discard(errand)
        return self.at_work.pop(errand.ticket, None)

    def _lose(self, errand):
        """A Dask worker is gone, and with it a job: another one gets it."""
        self._take_back(errand)
        errand.losses = 0 if errand.saved else errand.losses + 1
        if errand.losses >= LOSSES:
            said = f"{LOSSES} Dask workers died with it, the last was {errand.seat.name}"
            _fail(errand.future, MachineError(said))  # a Dask worker runs no cell's code
            self._give_out()
        else:
            self._take_on(errand, first=True)

    # -- in the event loop: what places say ----------------------------------------------------

    def _hear(self, event):
        """Take an event; what a worker says of a job that it has lost is dropped."""
        said = event[1]
        errand = self.at_work.get(said["ticket"])
        if errand is None or said["worker"] != errand.seat.address:
            return
        if said["kind"] == "message":
            self._pass_on(errand, said["body"], said["waits"])
        elif said["kind"] == "checkpoint":
            self._keep_checkpoints(errand, said["files"])
        elif said["kind"] == "ended":
            self._ended(errand, said)

    def _pass_on(self, errand, body, waits):
        errand.saved = errand.saved or (body["kind"] == "checkpoint" and errand.seat.sees_out)
        answer = partial(self._call, self._tell, errand.seat, "answer", errand.ticket)
        self.exchange.put(Message(body, answer if waits else None))

    def _keep_checkpoints(self, errand, files):
        with suppress(OSError):  # the run goes on without
            carrying.keep_checkpoints(errand.order, files)
            errand.saved = True
        self._start(self._forget_events)

    def _ended(self, errand, said):
        seat, order = errand.seat, errand.order
        self._take_back(errand)
        seat.leaving = seat.leaving or said.get("leaving", False)
        if said.get("raised") == MachineError.__name__ and len(self.seats) > 1:
            self._refuse(seat, said["said"])  # the others may be well
            return self._take_on(errand, first=True)
        try:
            if order and said.get("files"):
                carrying.keep_checkpoints(order, said["files"])
            if order and said.get("weights"):
                durable.write(order.weights, said["weights"])
            outcomes.settle(errand.future, said, order and order.weights)
        except OSError as error:
            _fail(errand.future, MachineError(f"{type(error).__name__}: {first_line(error)}"))
        if not seat.sees_out:
            self._start(self._forget_events)
        self._give_out()

    async def _forget_events(self):
        """Dask's scheduler keeps the last thousand events; those with files are large."""
        with suppress(Exception):
            await self.client.run_on_scheduler(_forget, self.name)

    # -- in the event loop: workers --------------------------------------------------------------

    async def _watch(self):
        while not self.gone:
            try:
                await self._look()
            except Exception:  # whatever Dask raises when its scheduler is away
                if time.monotonic() - self.heard > AWAY or self.client.status == "closed":
                    said = f"Dask's scheduler at {self.address} does not answer any more"
                    self.gone = MachineError(said)
                    for errand in [*self.at_work.values()]:
                        self._take_back(errand)
                        _fail(errand.future, self.gone)
                    self._give_out()
            await asyncio.sleep(LOOK)

    async def _look(self):
        """See who has come and who has left."""
        found = await asyncio.wait_for(self.client.scheduler.identity(n_workers=-1), AWAY / 3)
        self.heard, workers = time.monotonic(), found["workers"]
        for address in self.known - workers.keys():
            self.known.discard(address)
            self.refused.pop(address, None)
            if seat := self.seats.pop(address, None):
                self._left(seat)
        for address in workers.keys() - self.known:
            self.known.add(address)
            self._start(self._admit, address, workers[address])
        if time.monotonic() - self.signed > SIGN:
            self.signed = time.monotonic()
            self._tell_all(None)

    def _left(self, seat):
        self.said(f"worker {seat.name} has left, {self.size} processes remain")
        for errand in [*seat.errands]:
            self._start(self.client.cancel, [errand.task])
            self._lose(errand)

    async def _admit(self, address, about):
        name = _called(address, about)
        try:
            there = await self.client.run(installed, workers=[address])
            if others := differences(there[address]):
                return self._not_used(address, name, f"has {' and '.join(others)}")
            found = (await self.client.run(place.take, self.place, workers=[address]))[address]
        except Exception as error:
            reason = f"cannot be used: {type(error).__name__}: {first_line(error)}"
            return self._not_used(address, name, reason)
        name = _called(address, about, found["host"])
        self.seats[address] = Seat(address, name, found["slots"], found["sees_out"])
        if found["processor"] != processor():
            self.said(
                f"worker {name} is another kind of processor ({found['processor']}, here "
                f"{processor()}): its trials give other numbers, and say so"
            )
        self._give_out()

    def _not_used(self, address, name, reason):
        self.refused[address] = f"worker {name} {reason}"
        self.said(f"not used: {self.refused[address]}")

    def _refuse(self, seat, reason):
        self.seats.pop(seat.address, None)
        self._not_used(seat.address, seat.name, f"failed: {reason}")

    # -- in the event loop: orders to places -----------------------------------------------------

    def _tell(self, seat, method, *args):
        self._start(self._run, [seat.address], method, *args)

    def _tell_all(self, method, *args):
        if self.seats:
            self._start(self._run, [*self.seats], method, *args)

    async def _run(self, addresses, method, *args):
        with suppress(Exception):
            await self.client.run(
                place.call, self.name, method, *args, workers=addresses, on_error="ignore"
            )

    def _end(self, number):
        for errand in self.at_work.values():
            if errand.order and errand.order.number == number:
                self._tell(errand.seat, "end", errand.ticket)

    def _stop(self):
        self.waiting.clear()
        for errand in [*self.at_work.values()]:
            self._tell(errand.seat, "end", errand.ticket)
            self._take_back(errand)
            _fail(errand.future, HandedBack())

    async def _leave(self):
        self._stop()
        addresses = [*self.seats]
        for each in self._background:
            each.cancel()
        if self.client.status != "running" or self.gone:
            return
        if addresses:
            await self.client.run(place.leave, self.name, workers=addresses, on_error="ignore")
        self.client.unsubscribe_topic(self.name)
        await self._forget_events()


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


def _forget(topic, dask_scheduler):
    dask_scheduler._broker.truncate(topic)


_forget.__module__ = "__main__"  # pickled by value: a scheduler needs no gatelab


def _fail(future, error):
    if not future.done():
        future.set_exception(error)


def _place_for_token(out):
    """A new file's path; those of conductors that were killed are deleted, as this one owns out."""
    for old in out.glob(".cluster-*"):
        old.unlink(missing_ok=True)
    return out / f".cluster-{secrets.token_hex(4)}"


def _named(errand):
    order, word = errand.order, getattr(errand.job, "__name__", errand.job)
    return f"{word}-{order.task}-{order.variant}-{order.slot}" if order else word


def _called(address, about, host=None):
    """What people call a worker: the name that it was started with, its host, its address."""
    name = about.get("name")
    known = [str(name)] if name not in (None, address) else []
    return " ".join([*known, *([f"on {host}"] if host else []), f"at {address}"])

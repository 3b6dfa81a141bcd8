"""Jobs on a Dask cluster, from when they are handed in until they end.

Which worker does which job is decided here, one job per free process, and not by Dask: it would
queue jobs at busy workers, and do finished ones again when a worker dies.
"""

import asyncio
import itertools
from contextlib import suppress
from functools import partial
from typing import Any

from ..errors import MachineError
from ..foundation import durable
from ..foundation.errors import first_line
from ..trials.checkpoints import HandedBack
from . import carrying, outcomes, place
from .exchange import Message
from .seats import Errand

LOSSES = 3  # deaths of Dask workers with one job, none of which it outlived to a checkpoint


class Errands:
    """The jobs that wait and those at work. Its methods run in the event loop, but for ``new``.

    Args:
        client: of Dask.
        crew: ``Crew``, the workers.
        loop: an ``EventLoop``.
        exchange: ``Inbox`` for what the training runs say.
    """

    def __init__(self, client, crew, loop, exchange):
        self.client, self.crew, self.loop, self.exchange = client, crew, loop, exchange
        self.topic = crew.place.name
        self.waiting: list[Errand] = []
        self.at_work: dict[str, Errand] = {}  # by ticket
        self._tickets = itertools.count(1)

    def new(self, job, args):
        """Hand in a job; returns its future. From any thread."""
        errand = Errand(f"{next(self._tickets)}", job, args)
        self.loop.call(self._take_on, errand)
        return errand.future

    # -- giving out ----------------------------------------------------------------------------

    def _take_on(self, errand, first=False):
        self.waiting.insert(0 if first else len(self.waiting), errand)
        self.give_out()

    def give_out(self):
        """Give what waits to free processes, first where most are free."""
        while self.waiting and self.crew.gone:
            self.waiting.pop(0).fail(self.crew.gone)
        seats = self.crew.seats.values()
        while self.waiting and self._is_open() and any(seat.free > 0 for seat in seats):
            errand = self.waiting.pop(0)
            if not errand.future.cancelled():
                self._give(errand, max(seats, key=lambda seat: seat.free))

    def _is_open(self):
        """Whether Dask's client takes jobs; if not, the crew will notice, and all jobs fail."""
        return self.client.status != "closed"

    def _give(self, errand, seat):
        errand.seat, errand.saved, errand.ticket = seat, False, f"{next(self._tickets)}"
        seat.errands.add(errand)
        self.at_work[errand.ticket] = errand
        carried = errand.order and not seat.sees_out
        files = carrying.checkpoints(errand.order) if carried else {}
        errand.task = self.client.submit(
            place.carry_out, self.topic, errand.ticket, errand.job, errand.args, files,
            key=f"{errand.title}-{self.topic}-{errand.ticket}", workers=[seat.address],
            allow_other_workers=False, pure=False, retries=0,
        )  # fmt: skip
        self.loop.start(self._see_to_the_end, errand, errand.ticket, errand.task)

    async def _see_to_the_end(self, errand, ticket, task: Any):
        """What a place says of a job's end comes before Dask's own word, if it comes at all."""
        with suppress(Exception, asyncio.CancelledError):
            await task
        task.release()
        if self.at_work.get(ticket) is errand:
            self._lose(errand)

    # -- losing ------------------------------------------------------------------------------

    def left(self, seat):
        """A worker is gone; others get its jobs."""
        for errand in [*seat.errands]:
            self.loop.start(self.client.cancel, [errand.task])
            self._lose(errand)

    def _lose(self, errand):
        self._take_back(errand)
        errand.losses = 0 if errand.saved else errand.losses + 1
        if errand.losses >= LOSSES:
            said = f"{LOSSES} Dask workers died with it, the last was {errand.seat.name}"
            errand.fail(MachineError(said))  # a Dask worker runs no cell's code
            self.give_out()
        else:
            self._take_on(errand, first=True)

    def _take_back(self, errand):
        errand.seat.errands.discard(errand)
        return self.at_work.pop(errand.ticket, None)

    def give_up(self, error):
        """Fail all jobs: the cluster is gone."""
        for errand in [*self.at_work.values()]:
            self._take_back(errand)
            errand.fail(error)
        self.give_out()

    # -- what places say -----------------------------------------------------------------------

    def hear(self, event):
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
        answer = partial(self.loop.call, self.crew.tell, errand.seat, "answer", errand.ticket)
        self.exchange.put(Message(body, answer if waits else None))

    def _keep_checkpoints(self, errand, files):
        with suppress(OSError):  # the run goes on without
            carrying.keep_checkpoints(errand.order, files)
            errand.saved = True
        self.loop.start(self.forget_events)

    def _ended(self, errand, said):
        seat, order = errand.seat, errand.order
        self._take_back(errand)
        seat.leaving = seat.leaving or said.get("leaving", False)
        if said.get("raised") == MachineError.__name__ and len(self.crew.seats) > 1:
            self.crew.refuse(seat, said["said"])  # the others may be well
            return self._take_on(errand, first=True)
        try:
            if order and said.get("files"):
                carrying.keep_checkpoints(order, said["files"])
            if order and said.get("weights"):
                durable.write(order.weights, said["weights"])
            outcomes.settle(errand.future, said, order and order.weights)
        except OSError as error:
            errand.fail(MachineError(f"{type(error).__name__}: {first_line(error)}"))
        if not seat.sees_out:
            self.loop.start(self.forget_events)
        self.give_out()

    async def forget_events(self):
        """Dask's scheduler keeps the last thousand events; those with files are large."""
        with suppress(Exception):
            await self.client.run_on_scheduler(_forget, self.topic)

    # -- ending --------------------------------------------------------------------------------

    def end(self, number):
        """End the process of the training run with this number."""
        for errand in self.at_work.values():
            if errand.order and errand.order.number == number:
                self.crew.tell(errand.seat, "end", errand.ticket)

    def stop(self):
        """Forget the jobs that wait, and end those at work."""
        self.waiting.clear()
        for errand in [*self.at_work.values()]:
            self.crew.tell(errand.seat, "end", errand.ticket)
            self._take_back(errand)
            errand.fail(HandedBack())


def _forget(topic, dask_scheduler):
    dask_scheduler._broker.truncate(topic)


_forget.__module__ = "__main__"  # pickled by value: a scheduler needs no gatelab

"""The workers of a Dask cluster that take part in a study: who comes, leaves, is refused."""

import asyncio
import time
from contextlib import suppress

from ..errors import MachineError
from ..foundation.errors import first_line
from ..foundation.processor import processor
from . import place
from .seats import Seat
from .software import differences, installed

LOOK, SIGN = 1.0, 10.0  # seconds between two looks at the workers, and two signs to them
AWAY = 30.0  # seconds without an answer of the scheduler, after which it is gone


class Crew:
    """Looks every second who is there. Its methods run in the event loop.

    Args:
        client: of Dask.
        address: of Dask's scheduler, as people wrote it.
        place: the ``place.Place`` that each worker gets.
        loop: an ``EventLoop``.
        said: takes sentences about workers, for the screen.
    """

    def __init__(self, client, address, place, loop, said):
        self.client, self.address, self.place = client, address, place
        self.loop, self.said = loop, said
        self.seats: dict[str, Seat] = {}
        self.known: set[str] = set()  # addresses of workers that have been looked at
        self.refused: dict[str, str] = {}  # why, by address
        self.gone: MachineError | None = None
        self.heard = self.signed = time.monotonic()

    @property
    def size(self):
        """Number of processes that there are now; from any thread."""
        return sum(seat.slots for seat in [*self.seats.values()])

    async def watch(self, errands):
        """See who comes and who leaves, until the scheduler is gone.

        Args:
            errands: ``Errands``, which are told of it.
        """
        while not self.gone:
            try:
                await self._look(errands)
            except Exception:  # whatever Dask raises when its scheduler is away
                if time.monotonic() - self.heard > AWAY or self.client.status == "closed":
                    said = f"Dask's scheduler at {self.address} does not answer any more"
                    self.gone = MachineError(said)
                    errands.give_up(self.gone)
            await asyncio.sleep(LOOK)

    async def _look(self, errands):
        found = await asyncio.wait_for(self.client.scheduler.identity(n_workers=-1), AWAY / 3)
        self.heard, workers = time.monotonic(), found["workers"]
        for address in self.known - workers.keys():
            self.known.discard(address)
            self.refused.pop(address, None)
            if seat := self.seats.pop(address, None):
                self.said(f"worker {seat.name} has left, {self.size} processes remain")
                errands.left(seat)
        for address in workers.keys() - self.known:
            self.known.add(address)
            self.loop.start(self._admit, address, workers[address], errands)
        if time.monotonic() - self.signed > SIGN:
            self.signed = time.monotonic()
            self.tell_all(None)

    async def _admit(self, address, about, errands):
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
        errands.give_out()

    def refuse(self, seat, reason):
        """Use a worker no more."""
        self.seats.pop(seat.address, None)
        self._not_used(seat.address, seat.name, f"failed: {reason}")

    def _not_used(self, address, name, reason):
        self.refused[address] = f"worker {name} {reason}"
        self.said(f"not used: {self.refused[address]}")

    def tell(self, seat, method, *args):
        """Call a method of the place at one worker."""
        self.loop.start(self._run, [seat.address], method, *args)

    def tell_all(self, method, *args):
        """Call a method of the place at all workers; None only says that somebody is here."""
        if self.seats:
            self.loop.start(self._run, [*self.seats], method, *args)

    async def _run(self, addresses, method, *args):
        with suppress(Exception):
            await self.client.run(
                place.call, self.place.name, method, *args, workers=addresses, on_error="ignore"
            )

    async def leave(self):
        """Remove from all workers what the study has there."""
        if self.seats:
            await self.client.run(
                place.leave, self.place.name, workers=[*self.seats], on_error="ignore"
            )


def _called(address, about, host=None):
    """What people call a worker: the name that it was started with, its host, its address."""
    name = about.get("name")
    known = [str(name)] if name not in (None, address) else []
    return " ".join([*known, *([f"on {host}"] if host else []), f"at {address}"])

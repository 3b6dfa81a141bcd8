"""What a conductor knows of a Dask cluster: seats at its workers, and the errands given to them."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from .order import Order


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
        """Number of its processes that have nothing to do and may be given something."""
        return 0 if self.leaving else self.slots - len(self.errands)


@dataclass(eq=False)
class Errand:
    """A job that waits for a seat, or is at work at one.

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

    @property
    def title(self):
        """What Dask's dashboard calls it."""
        order, word = self.order, getattr(self.job, "__name__", self.job)
        return f"{word}-{order.task}-{order.variant}-{order.slot}" if order else word

    def fail(self, error):
        """Give its future an error, unless that has ended already."""
        if not self.future.done():
            self.future.set_exception(error)

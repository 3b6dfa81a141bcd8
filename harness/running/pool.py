"""Worker processes: started with one BLAS thread each, replaced when one dies."""

import os
import signal
from concurrent.futures import Future
from contextlib import contextmanager

from loky.backend.context import LokyContext
from loky.process_executor import (
    BrokenProcessPool,
    ProcessPoolExecutor,
    ShutdownExecutorError,
    TerminatedWorkerError,
)

from ..foundation import blas
from . import worker

# A worker that has grown by more megabytes than these since its first job is taken for leaking, and
# replaced. Not everything that stays is a leak: compiled kernels do (some 10 MB per cell that is
# loaded, more where it is compiled and certified), and every task's data.
LEAK, PER_CELL, PER_TASK = 300, 50, 100

#: What a job raises when its process is gone (killed, out of memory).
DIED = (BrokenProcessPool, ShutdownExecutorError, TerminatedWorkerError)


class Pool:
    """``size`` processes that know the study's tasks and variants.

    Classes reach them by value, so a script needs no guard and may come from standard input.

    Args:
        growth: megabytes by which a process may grow before it is replaced.
    """

    def __init__(self, size, payload, growth=LEAK):
        self.size, self.payload, self.growth, self.executor = size, payload, growth, None

    @classmethod
    def of(cls, study):
        """For a study: its workers may hold all its cells and its data."""
        payload = worker.payload(study.tasks, study.variants, study.seed)
        growth = LEAK + PER_CELL * len(study.variants) + PER_TASK * len(study.tasks)
        return cls(study.workers, payload, growth)

    def submit(self, job, *args):
        """A future of ``job(*args)``: a function, or the name of one in ``worker``."""
        with _interrupts_blocked():  # a child inherits the mask until it can ignore them itself
            if self.executor is None:
                self.executor = self._start()
            try:
                job = getattr(worker, job) if isinstance(job, str) else job
                return self.executor.submit(job, *args)
            except DIED as error:  # before this job, of another one
                lost = Future()
                lost.set_exception(error)
                return lost

    def _start(self):
        return ProcessPoolExecutor(
            self.size,
            context=LokyContext(),  # by class: joblib registers its own copy under the same name
            initializer=worker.begin,
            initargs=(self.payload, os.getpid()),
            env=blas.environment() | {"LOKY_MAX_MEMORY_LEAK_SIZE": str(self.growth * 1e6)},
        )

    def stop(self, now=False):
        """End the processes; ``now`` without waiting for what they do."""
        if self.executor is not None:
            self.executor.shutdown(wait=True, kill_workers=now)
            self.executor = None


@contextmanager
def _interrupts_blocked():
    old = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old)

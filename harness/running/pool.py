"""Worker processes: one BLAS thread each, replaced when one dies."""

import os
import re
import signal
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker

from loky.backend import resource_tracker as lokys_tracker
from loky.backend.context import LokyContext
from loky.process_executor import (
    BrokenProcessPool,
    ProcessPoolExecutor,
    ShutdownExecutorError,
    TerminatedWorkerError,
)

from ..foundation import blas
from ..foundation.errors import first_line
from ..trials.checkpoints import HandedBack
from . import worker
from .exchange import Exchange

# Megabytes. A worker that has grown by more than this since its first job is taken to leak, and is
# replaced. The allowance rises with the number of cells and tasks: compiled kernels stay in memory
# (about 10 MB per cell that is loaded, more if it is compiled and certified), as does task data.
LEAK, PER_CELL, PER_TASK = 300, 50, 100

#: What a job raises when its process has died (killed, out of memory).
DIED = (BrokenProcessPool, ShutdownExecutorError, TerminatedWorkerError)
SIGNAL = re.compile(r"(SIG\w+)\(-\d+\)")  # among the exit codes that loky names
EXIT = re.compile(r"EXIT\((\d+)\)")


class Pool:
    """``size`` processes that know the study's tasks and variants.

    Classes are pickled by value, so a script needs no ``__main__`` guard and may come from
    standard input.

    Args:
        size: number of processes.
        payload: from ``worker.payload``.
        growth: megabytes by which a process may grow before it is replaced.

    Attributes:
        exchange: ``Exchange``, where the processes' messages arrive.
        apart: whether a process that dies takes no other job along.
    """

    apart = False

    def __init__(self, size, payload, growth=LEAK):
        self.size, self.payload, self.growth, self.executor = size, payload, growth, None
        self.exchange = Exchange(payload)

    @classmethod
    def of(cls, study):
        """The pool of a study; its workers may grow by all the study's cells and data."""
        payload = worker.payload(study.tasks, study.variants, study.seed)
        return cls(study.workers, payload, growth(study))

    def open(self):
        """Start the processes, before there is work for them: that takes a second; once."""
        if self.executor is None:
            self.submit("ready")

    def submit(self, job, *args):
        """The future of ``job(*args)``; ``job`` is a function or the name of one in ``worker``."""
        with _interrupts_blocked():  # a child inherits the mask until it ignores SIGINT itself
            if self.executor is None:
                self.executor = self._start()
            try:
                job = getattr(worker, job) if isinstance(job, str) else job
                return self.executor.submit(job, *args)
            except DIED as error:  # an earlier job broke the pool
                lost = Future()
                lost.set_exception(error)
                return lost

    def _start(self):
        return ProcessPoolExecutor(
            self.size,
            context=LokyContext(),  # the class: joblib registers its own copy under the same name
            initializer=worker.begin,
            # A new process asks for the payload. Loky would write it to a pipe: of more than 64 kB,
            # that waits for ever for a process that was killed before it read.
            initargs=(None, os.getpid(), self.exchange.address, self.exchange.key),
            env=blas.environment() | {"LOKY_MAX_MEMORY_LEAK_SIZE": str(self.growth * 1e6)},
        )

    def end(self, started):
        """End the process of a job, which hangs; its future then raises one of ``DIED``.

        Args:
            started: the job's message of this kind.
        """
        with suppress(ProcessLookupError):
            os.kill(started["pid"], signal.SIGKILL)

    def lost(self, futures):
        """The jobs that are gone after one died or was handed back.

        Here these are all, as the processes are started anew. Those that still live hand theirs
        back first.

        Args:
            futures: of the jobs at work.
        """
        self.hand_back(futures)
        ends = (*DIED, HandedBack)
        gone = [f for f in futures if not f.done() or isinstance(f.exception(), ends)]
        self.stop(now=True)
        return gone

    def hand_back(self, futures, seconds=10):
        """Tell the processes to end after a checkpoint, and wait for that.

        Args:
            futures: of the jobs at work.
            seconds: longest wait.
        """
        for pid in [*self.executor._processes] if self.executor else ():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        wait(futures, timeout=seconds)

    def stop(self, now=False):
        """End the processes: after their current jobs, or at once if ``now``."""
        if self.executor is not None:
            self.executor.shutdown(wait=True, kill_workers=now)
            self.executor = None

    def close(self):
        """End the processes at once, for good; a second call does nothing."""
        self.stop(now=True)
        self.exchange.close()


def death(error):
    """How a process died: "SIGSEGV", "exit 1", or the error's first line if that is not known.

    Args:
        error: one of ``DIED``.
    """
    ends = {*SIGNAL.findall(str(error)), *(f"exit {n}" for n in EXIT.findall(str(error)))}
    return " ".join(sorted(ends)) or first_line(error)


def growth(study):
    """Megabytes by which a worker may grow by all the study's cells and data."""
    return LEAK + PER_CELL * len(study.variants) + PER_TASK * len(study.tasks)


@contextmanager
def _interrupts_blocked():
    for tracker in (resource_tracker, lokys_tracker):  # they unblock SIGINT when they are started
        tracker.ensure_running()
    old = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old)

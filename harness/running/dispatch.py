"""The jobs at work: who trains what, and what is done when one fails, dies or hangs."""

import itertools
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass
from typing import Any

from ..errors import MachineError, StudyError
from ..foundation.errors import first_line
from ..searching.search import Asked
from ..trials.checkpoints import HandedBack
from ..trials.record import Record
from ..trials.settings import effective
from . import schedule
from .comparison import Comparison
from .machine_faults import KEPT
from .order import Order
from .pool import DIED, death

ATTEMPTS = 3  # per trial, if its process dies
#: Code does not send this signal to itself: the system does when memory runs out, or a person.
KILLED = "SIGKILL"
HANGS = 2  # attempts of a trial that makes no progress
PATIENCE, ESTIMATES = 1800.0, 20  # seconds without progress; as a multiple of the whole trial
STOPPED = 30.0  # seconds in which this process hears nothing, if it was stopped (Ctrl-Z)
SUSPECTED = "out of memory? fewer --workers need less"


@dataclass(eq=False)
class Job:
    """A training run that has been given to a worker.

    Attributes:
        comparison: whose run it is.
        search: stores its record.
        asked: the running trial.
        order: what the worker gets.
        run: in MLflow.
        attempt: counts the processes that died with it alone, by a fault of their own.
        kills: counts those that were killed with it alone.
        hangs: counts how often it made no progress for too long.
        started: its worker's first message; None while it waits for a worker.
        ended: whether its process was ended, because it hangs.
        updates, heard: how far it is, and when that was heard.
    """

    comparison: Comparison
    search: Any
    asked: Asked
    order: Order
    run: Any
    attempt: int = 1
    kills: int = 0
    hangs: int = 0
    started: dict[str, Any] | None = None
    ended: bool = False
    updates: int = 0
    heard: float = 0.0

    @property
    def name(self):
        """Such as "adding/gru, trial 7"."""
        return f"{self.comparison.name}, {self.order.part} {self.asked.slot}"


class Dispatch:
    """Keeps a study's workers busy.

    Args:
        study: the study.
        pool: ``Pool``.
        interrupts: ``Interrupts``.
        progress: ``Progress``.
        begin: (comparison, schedule.Next, asked) -> the run in MLflow of a new job.
        end: (job, record) -> None, takes what a worker returned.
    """

    def __init__(self, study, pool, interrupts, progress, begin: Callable, end: Callable):
        self.study, self.pool, self.interrupts, self.progress = study, pool, interrupts, progress
        self.begin, self.end = begin, end
        self.at_work: dict[Any, Job] = {}  # by future
        self.waiting: list[Job] = []  # to be given out again
        self.suspects: list[Job] = []  # one of them may have killed its process
        self.ending: list[Job] = []  # have a record, which is not stored yet
        self._numbers = itertools.count(1)
        self._looked = time.monotonic()

    def work(self):
        """Keep the workers busy until no run is left, advancing all rows evenly."""
        while self._filled() or self.at_work or self.suspects or self.waiting:
            arrived = self.pool.exchange.arrived()
            done, _ = wait([*self.at_work, arrived], timeout=0.5, return_when=FIRST_COMPLETED)
            with self.interrupts.held():
                for message in self.pool.exchange.messages():
                    self._hear(message)
                for future in done & self.at_work.keys():
                    if future in self.at_work:  # else ``_lost`` took it back: its process died
                        self._take(future, self.at_work.pop(future))
                self._watch()
            self.progress.show(self.at_work.values())

    def jobs(self):
        """All jobs that have begun and not ended."""
        return [*self.at_work.values(), *self.suspects, *self.waiting, *self.ending]

    def hand_back(self):
        """Have the runs at work checkpointed and stopped, as far as that takes seconds."""
        self.pool.hand_back([*self.at_work])

    # -- giving out ------------------------------------------------------------------------

    def _filled(self):
        with self.interrupts.held():
            return self._fill()

    def _fill(self):
        """Submit jobs until there is one more than workers, so that no worker waits for the parent.

        A row has at most as many trials running as there are workers, because the sampler learns
        from finished trials.

        Returns:
            whether any job may still follow.
        """
        if self.suspects:  # one at a time, to find out which job kills its process
            if not self.at_work:
                self._submit(self.suspects.pop(0))
            return True
        while len(self.at_work) <= self.pool.size:
            if self.waiting:
                self._submit(self.waiting.pop(0))
                continue
            rows = [job.comparison for job in self.at_work.values()]
            few = [c for c in self.study.comparisons if rows.count(c) < self.pool.size]
            few.sort(key=lambda c: len(c.search.ended) + rows.count(c))
            free = ((c, following) for c in few if (following := schedule.next_job(c)))
            c, following = next(free, (None, None))
            if c is None:
                return False
            self._start(c, following)
        return True

    def _start(self, c, following):
        asked = following.search.ask(following.slot)
        order = self._order(c, following, asked)
        run = self.begin(c, following, asked)
        self._submit(Job(c, following.search, asked, order, run))

    def _order(self, c, following, asked):
        part, slot = following.part, following.slot
        kept = part in ("trial", "final")
        return Order(
            next(self._numbers), c.task_number, c.variant_number,
            effective({**following.settings, **asked.params}), slot, following.key,
            prunes=part == "trial" and following.search.pruning,
            first=0.5 if self.study.pruner is None else 0.0,
            weights=str(c.folder("weights", f"{part}-{slot:04d}.npz")) if kept else None,
            checkpoint=str(c.folder("checkpoints", f"{following.key} {slot:04d}")),
            every=self.study.checkpoint_seconds,
        )  # fmt: skip

    def _submit(self, job):
        job.started, job.updates, job.ended = None, 0, False
        self.at_work[self.pool.submit("trial", job.order)] = job

    # -- listening -------------------------------------------------------------------------

    def _hear(self, message):
        body, answer = message
        job = next((j for j in self.at_work.values() if j.order.number == body.get("job")), None)
        if job is not None:
            job.heard = time.monotonic()
            if body["kind"] == "started":
                job.started = body
            job.updates = body.get("updates", job.updates)
            if body["kind"] == "checkpoint" and not body["path"]:
                self.progress.no_checkpoint(job.name, body["reason"])
        if answer is not None:
            answer({"prune": job is not None and _prunes(job, body)})

    def excuse(self):
        """Nobody has listened to the jobs: that counts as a sign of life from each."""
        for job in self.at_work.values():
            job.heard = time.monotonic()

    def _watch(self):
        """End the processes of jobs that have made no progress for too long."""
        now, before = time.monotonic(), self._looked
        self._looked = now
        if now - before > STOPPED:  # as the workers may have been
            self.excuse()
        for job in [*self.at_work.values()]:
            patience = self.patience(job.comparison)
            if job.started and not job.ended and now - job.heard > patience:
                job.hangs += 1
                self.progress.hangs(job.name, patience, again=job.hangs < HANGS)
                job.ended = True
                self.pool.end(job.started)

    def patience(self, c):
        """Seconds for which a run of a comparison may be silent."""
        if self.study.patience_seconds is not None:
            return self.study.patience_seconds
        return max(PATIENCE, ESTIMATES * self.progress.display.estimates.get(c, 0.0))

    # -- taking ----------------------------------------------------------------------------

    def _take(self, future, job):
        """Take a worker's record; a trial whose process died is tried again."""
        try:
            record = future.result()
        except HandedBack:  # its process is about to end
            self.waiting += [job, *self._lost()]
            return
        except DIED as error:
            return self._died(job, error)
        except MachineError as error:
            self._stop(job, error)
        except StudyError as error:
            record = self._failed(job, str(error))
        except Exception as error:
            record = self._failed(job, f"{type(error).__name__}: {first_line(error)}")
        self._end(job, record)

    def _end(self, job, record):
        self.ending.append(job)
        self.end(job, record)
        self.ending.remove(job)
        self.progress.ended(job.name, record)

    def _died(self, job, error):
        lost = [job, *self._lost()]
        if any(each.ended for each in lost):  # by ``_watch``: the others are beyond suspicion
            for each in lost:
                self._hung(each) if each.ended else self.waiting.append(each)
            return
        if len(lost) == 1:
            killed = death(error) == KILLED
            job.kills, job.attempt = job.kills + killed, job.attempt + (not killed)
        if job.attempt > ATTEMPTS:
            reason = f"its process died {ATTEMPTS} times: {death(error)}"
            self._end(job, self._failed(job, reason))
        elif job.kills >= ATTEMPTS:
            self._stop(job, f"its process was killed {ATTEMPTS} times (SIGKILL: {SUSPECTED})")
        elif self.pool.apart:
            self.waiting.append(job)
        else:
            self.suspects = [*lost, *self.suspects]

    def _stop(self, job, reason):
        """End the study for a fault of the machine's; the job's slot stays open."""
        self.suspects.append(job)
        raise MachineError(f"{job.name}: {reason}; {KEPT}") from None

    def _lost(self):
        """Take back the jobs that are gone with a process."""
        return [self.at_work.pop(future) for future in self.pool.lost([*self.at_work])]

    def _hung(self, job):
        if job.hangs < HANGS:
            self.waiting.append(job)
        else:
            patience = self.patience(job.comparison)
            reason = f"no progress for {patience:g} s, {HANGS} times"
            self._end(job, self._failed(job, reason))

    def _failed(self, job, reason):
        return Record.of_failure(job.asked.slot, self.study.seed, job.order.given, reason)


def _prunes(job, body):
    return body["kind"] == "rung" and job.search.prunes(job.asked, body["epoch"], body["value"])

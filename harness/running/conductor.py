"""Conducting a study: hands jobs to workers and writes their records to Optuna and MLflow.

One process owns both databases. It asks for trials, submits them and stores the results.
"""

import shutil
import threading
import time
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import suppress
from typing import Any

from ..errors import MachineError
from ..foundation.errors import first_line
from ..foundation.processor import processor
from ..reporting import standing
from ..searching.storage import open_storage
from ..trials import checkpoints
from . import folder, machine_faults, opening, schedule, weights
from .about import About
from .dispatch import Dispatch
from .logbook import Logbook
from .noting import Noting
from .pool import DIED
from .progress import Progress
from .rounds import open_rounds

COMPILING = 120.0  # seconds that a cell may take, beside those that a trial may be silent
SOON = 10.0  # seconds that one who has pressed Ctrl-C waits for MLflow


class Conductor:
    """Runs what is left of a study's budget.

    Args:
        study: the study.
        facts: ``TaskFacts`` of its tasks.
        identity: everything that determines the study's numbers; must match its folder.
        splits: the data of each task.
        interrupts: ``Interrupts``, the context that this runs in.
        pool: the workers, which may still be starting; None for those of the study's cluster.
    """

    def __init__(self, study, facts, identity, splits, interrupts, pool=None):
        self.study, self.facts, self.progress = study, facts, Progress(study)
        self.identity, self.splits = identity, splits
        self.interrupts = interrupts
        self.pool = pool or _cluster(study, splits, self.progress)
        self.progress.display.workers = lambda: max(self.pool.size, 1)
        self.dispatch = Dispatch(
            study, self.pool, self.interrupts, self.progress, self._begun, self._ended
        )
        self.storage: Any = None
        self.log: Any = None
        self.about = About(study, facts)
        self.noting = Noting(study, self.progress.display)
        self._answered = False  # whether the answer stands on the screen
        self.unsent = 0  # runs of which MLflow lacks something, at the end

    def run(self):
        """Train, log and report. After an interrupt or an error, all finished trials are kept.

        Raises:
            StudyError: a cell fails its certification, or the folder holds another study or more
                trials than the budget.
            MachineError: the disk or the memory is full; the trials at work stay open.
            KeyboardInterrupt: after Ctrl-C, or a signal that ends processes.
        """
        try:
            self.pool.open()
            opening.admit(self.study, self.identity, self.pool, self.progress)
            self._open()
            threading.Thread(target=self._outcome, daemon=True).start()  # loads it
            with self.progress:
                self.dispatch.work()
            self.pool.stop()
            self._finish()
        except BaseException as error:
            place = self.storage.place if self.storage else self.study.out
            fault = machine_faults.found(error, self.study.out, place)
            self.progress.diary.note(f"stopped: {fault or first_line(error)}")
            self._abandon()
            if fault:
                raise MachineError(fault) from None
            raise
        finally:
            self.pool.close()
            if self.storage:
                self.storage.engine.dispose()  # with it goes the lock on a server
            self.progress.diary.close()

    def _open(self):
        study = self.study
        self.storage = open_storage(study.out, study.storage)
        self.storage.waits = self._away
        opening.open_searches(study, self.storage)
        self.noting.begin()
        opening.take_up(study, self.storage, self.progress)
        self.progress.never_pruned(opening.never_pruned(study, self.splits))
        self.about.begin()
        if not all(map(schedule.is_over, study.comparisons)):
            self._estimate()
        self.log = Logbook(study, self.about, self.progress)
        self.log.open(self.facts, self.splits)
        self._note()

    # -- work ------------------------------------------------------------------------------

    def _estimate(self):
        """Time a few updates of each row; this also compiles every cell."""
        with self.progress.measuring():
            jobs = {
                self.pool.submit("estimate", *c.number, *schedule.middle(c)): c
                for c in self.study.comparisons
                if schedule.left(c)
            }
            ended, endless = self._waited(jobs)
            for future in ended:
                with suppress(Exception):  # its trials will fail and give the reason
                    self.progress.display.estimates[jobs[future]] = future.result()
            if endless or any(isinstance(future.exception(), DIED) for future in ended):
                self.pool.stop(now=True)
        self.progress.announce()

    def _waited(self, jobs):
        """Wait for estimates; returns those that have ended, and those that hang."""
        ended, left = set(), {*jobs}
        while left:
            patience = COMPILING + self.dispatch.patience(jobs[next(iter(left))])
            done, left = wait(left, patience, FIRST_COMPLETED)
            if not done:
                break
            ended |= done
        return ended, left

    def _begun(self, c, following, asked):
        return self.log.begun(c, following, asked)

    def _ended(self, job, record):
        """Store a worker's record, then delete the run's checkpoints."""
        c, out = job.comparison, self.study.out
        baselines = self.facts[c.task_number].baselines
        record, before = weights.named(record, out), job.search.best()
        record = job.search.tell(job.asked, standing.judged(c.metric, record, baselines))
        checkpoints.discard(job.order.checkpoint)
        if record.processor != processor():  # on a cluster
            folder.also_on(out, record.processor)
        self.log.ended(job, record)
        weights.keep_best(job.search, out, [before, record])
        open_rounds(self.study.of_task(c.task), self.storage)
        if self.noting.is_due():
            self._note()
        self.log.tracker.check()

    def _note(self):
        """Note how far the study is; a database that is away is not waited for."""
        waits, self.storage.waits = self.storage.waits, None
        try:
            self.noting.note(self.log.tracker.waiting())
        finally:
            self.storage.waits = waits

    def _away(self, reason, seconds):
        """The database is away: say so and wait a second, unless the study is to stop."""
        self.progress.away(self.storage.place, reason, seconds)
        self.interrupts.give_way()
        self.dispatch.excuse()
        time.sleep(1)

    # -- ends ------------------------------------------------------------------------------

    def _finish(self):
        shutil.rmtree(self.study.out / "checkpoints", ignore_errors=True)
        for c in self.study.comparisons:  # what a killed session had no time to delete
            weights.tidy(c)
        if all(map(schedule.is_over, self.study.comparisons)):
            self.about.finish()
        outcome, publication = self._outcome(), self.log.publication
        ledger = outcome.answer(self.study, self.progress)  # first: all else takes longer
        self._answered = True
        with self.progress.looking(), outcome.sound(self.study):
            publication.finish()
            outcome.look(self.study)
        until = time.monotonic() + self.study.log_wait
        self.log.send(until)  # before the page, which links to runs
        self.log.note_links()
        page = outcome.write_page(self.study, self.progress)
        publication.describe(ledger, page)
        self.unsent = self.log.close(until)
        self._note()
        self.progress.not_sent(self.unsent)

    def _abandon(self):
        """After an interrupt or error: stop the workers and mark running trials as interrupted."""
        self.dispatch.hand_back()
        self.pool.stop(now=True)
        away = self.progress.is_away
        if not away:  # else each access would take ten seconds, and be in vain
            with suppress(Exception):  # the next session does the same
                self._interrupted()
        if self.log:
            self.log.interrupt(self.dispatch.jobs(), away)
        self.progress.stopped()
        if self.storage and not away and not self._answered:
            with suppress(Exception):  # an error that stopped the study is raised, not one in here
                self._answer_so_far()
        if self.log:
            self.unsent = self.log.close(time.monotonic() + min(self.study.log_wait, SOON))
            if not away:
                with suppress(Exception):
                    self._note()
            self.progress.not_sent(self.unsent)

    def _interrupted(self):
        if self.storage:
            self.storage.waits = None
        for job in self.dispatch.jobs():
            job.search.interrupted(job.asked)

    def _answer_so_far(self):
        outcome = self._outcome()
        if ledger := outcome.answer(self.study, self.progress):
            page = outcome.write_page(self.study, self.progress)
            if self.log and self.log.publication:
                self.log.publication.describe(ledger, page)

    @staticmethod
    def _outcome():
        from . import outcome  # not before trials train: it takes a second to load

        return outcome


def _cluster(study, splits, progress):
    """The study's workers on a Dask cluster."""
    from .cluster import Cluster

    return Cluster.of(study, splits, progress.of_workers)

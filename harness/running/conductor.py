"""Conducting a study: hands jobs to workers and writes their records to Optuna and MLflow.

One process owns both databases. It asks for trials, submits them and stores the results.
"""

import errno
import shutil
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from optuna.exceptions import StorageInternalError

from ..errors import MachineError, StudyError
from ..foundation.errors import first_line
from ..foundation.processor import processor
from ..reporting import standing
from ..searching import reading, served, study_json, where
from ..searching.patience import reason
from ..searching.storage import open_storage
from ..tracking import datasets
from ..tracking.tracker import Tracker
from ..trials import checkpoints, provenance
from . import admission, folder, lost, moving, schedule, weights
from .about import About
from .dispatch import KEPT, Dispatch
from .noting import Noting
from .pool import DIED
from .progress import Progress
from .publication import Publication
from .rounds import open_rounds
from .told import Running

#: Errors of disks and of the system's tables, not of what was asked for.
MACHINE = {
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.ESTALE, errno.EMFILE,
    errno.ENFILE, errno.ENOMEM,
}  # fmt: skip
LOADED_AFTER = 5.0  # seconds: a study that is over by then shows its answer first
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
        self.tracker: Any = None
        self.publication: Any = None
        self.storage: Any = None
        self.parents: dict[str, Any] = {}  # the variants' runs in MLflow, by "task/variant"
        self.about = About(study, facts)
        self.noting = Noting(study, self.progress.display)
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
            self._begin()
            self._open()
            threading.Thread(target=self._outcome, daemon=True).start()  # loads it
            with self.progress:
                self.dispatch.work()
            self.pool.stop()
            self._finish()
        except BaseException as error:
            fault = self._machines_fault(error)
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

    def _machines_fault(self, error):
        """What is wrong with the machine, in a line; None if the error is of another kind."""
        if isinstance(error, StorageInternalError):
            place = self.storage.place if self.storage else self.study.out
            return f"cannot write the trials in {place}: {reason(error)}; {KEPT}"
        if isinstance(error, OSError) and error.errno in MACHINE:
            return f"cannot use {error.filename or self.study.out}: {error.strerror}; {KEPT}"
        return None

    def _begin(self):
        """Certify the cells, then write: a study with a cell that fails writes nothing."""
        self.pool.open()
        certificates = admission.admit(self.study.comparisons, self.pool, self.progress)
        storage = where.settled(self.study.out, self.study.storage)
        if others := folder.agree(self.study.out, self.identity, storage=storage):
            self.progress.other_processors(others)
        self.progress.diary.open(self.study.out)
        self._settle_down(shared=bool(storage or self.study.tracking_uri))
        for c in self.study.comparisons:
            admission.write(certificates[c.variant.name], c.certificate)

    def _settle_down(self, shared):
        """Note where the study lives; a copy on a server gets its original's trials."""
        study = self.study

        def copy(old, new):
            if address := where.address_of(study.out, study.storage):
                with where.opening(study.out):
                    served.copy(address, old, new)

        moving.settle(study.out, study.as_copy, shared, copy)

    def _open(self):
        rows, out = self.study.comparisons, self.study.out
        self.storage = open_storage(out, self.study.storage)
        self.storage.waits = self._away
        for c in rows:
            schedule.open_search(c, self.storage)
            held = len(c.search.ended)
            if held > self.study.trials:  # best of 20 against best of 10 is unfair
                raise StudyError(
                    f"{out} holds {held} trials of {c.name}; ask for as many, or use another folder"
                )
        if not any(c.search.ended for c in rows) and not reading.any_ended(self.storage):
            lost.refuse(out, self.storage.place)
        self.noting.begin()
        self._plan()
        for task in self.study.tasks:
            open_rounds(self.study.of_task(task), self.storage)
        for c in rows:
            weights.tidy(c)
        self.about.begin()
        if not all(map(schedule.is_over, rows)):
            self._estimate()
        uri = self.study.tracking_uri
        stored = reading.Stored(out, self.study.storage)
        self.tracker = Tracker(
            out,
            uri,
            identity=folder.id_of(out),
            commit=_commit(),
            stored=stored,
            homes=moving.marks(out),
        )
        kept = study_json.read(out)
        for c in rows:
            rounds = {each.name: sorted(each.ended) for each in c.rounds or ()}
            origin = provenance.of_row(kept, self.about.data, c.task.name, c.variant.name)
            self.parents[c.name] = self.tracker.start_parent(
                c.task.name, c.variant.name, sorted(c.search.ended), rounds, origin
            )
            self.tracker.attach(self.parents[c.name], c.certificate)
        session = self.about.data["sessions"][-1]
        told = Running(self.study, self.facts)
        self.publication = Publication(told, self.tracker, self.parents, session)
        self.publication.begin(self._data())
        self.tracker.start(after=LOADED_AFTER)
        self._note()

    def _data(self):
        """{task: its data sets}, which are noted for ``gatelab sync``."""
        pairs = zip(self.study.tasks, self.splits, strict=True)
        data = {task.name: datasets.of_splits(task, splits) for task, splits in pairs}
        self.about.data["data"] |= {name: [*map(asdict, each)] for name, each in data.items()}
        self.about.note()
        return data

    def _plan(self):
        """Settle the plan before the first trial, and say so if it changes after a look."""
        study = self.study
        study.plan = study.plan.after(folder.plans(study.out), [v.name for v in study.variants])
        seen = sum(len(c.search.ended) for c in study.comparisons)
        plans = folder.settle(study.out, study.plan, seen)
        self.progress.planned(plans)

    # -- work ------------------------------------------------------------------------------

    def _estimate(self):
        """Time a few updates of each row; this also compiles every cell."""
        with self.progress.measuring():
            jobs = {
                self.pool.submit("estimate", *c.number, *schedule.middle(c)): c
                for c in self.study.comparisons
                if schedule.left(c)
            }
            for future, c in jobs.items():
                with suppress(Exception):  # its trials will fail and give the reason
                    self.progress.display.estimates[c] = future.result()
            if any(isinstance(future.exception(), DIED) for future in jobs):
                self.pool.stop(now=True)
        self.progress.announce()

    def _begun(self, c, following, asked):
        parent = self.parents[c.name]
        return self.tracker.start_trial(parent, following.slot, asked.number, following.name)

    def _ended(self, job, record):
        """Store a worker's record, then delete the run's checkpoints."""
        c, out = job.comparison, self.study.out
        baselines = self.facts[c.task_number].baselines
        record, before = weights.named(record, out), job.search.best()
        record = job.search.tell(job.asked, standing.judged(c.metric, record, baselines))
        checkpoints.discard(job.order.checkpoint)
        self.tracker.finish_trial(job.run, record)
        if record.processor != processor():  # on a cluster
            folder.also_on(out, record.processor)
        if job.order.part == "trial":
            self.publication.ended(c.task.name, c.variant.name)
        weights.keep_best(job.search, out, [before, record])
        open_rounds(self.study.of_task(c.task), self.storage)
        if self.noting.is_due():
            self._note()
        self.tracker.check()

    def _note(self):
        """Note how far the study is; a database that is away is not waited for."""
        waits, self.storage.waits = self.storage.waits, None
        try:
            self.noting.note(self.tracker.waiting())
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
        outcome = self._outcome()
        ledger = outcome.answer(self.study, self.progress)  # first: all else takes longer
        with self.progress.looking():
            self.publication.finish()
            outcome.look(self.study)
        until = time.monotonic() + self.study.log_wait
        self._send(until)  # before the page, which links to runs
        self.tracker.check()
        self.about.note(mlflow={"runs": self.publication.links()})
        page = outcome.write_page(self.study, self.progress)
        self.publication.describe(ledger, page)
        self.unsent = self._send(until, last=True)
        self._note()
        self.progress.not_sent(self.unsent)

    def _send(self, until, last=False):
        """Wait for MLflow; Ctrl-C ends the waiting, not the study, which is done."""
        send = self.tracker.close if last else self.tracker.wait
        try:
            with self.progress.sending() as show:
                return send(until - time.monotonic(), show)
        except KeyboardInterrupt:
            return self.tracker.close(0.0)

    def _abandon(self):
        """After an interrupt or error: stop the workers and mark running trials as interrupted."""
        self.dispatch.hand_back()
        self.pool.stop(now=True)
        tracker, away = self.tracker, self.progress.is_away
        if not away:  # else each access would take ten seconds, and be in vain
            with suppress(Exception):  # the next session does the same
                self._interrupted()
        for job in self.dispatch.jobs():
            if tracker:
                tracker.interrupt(job.run)
        if self.publication and not away:
            with suppress(Exception):
                self.publication.interrupt()
        for c in self.study.comparisons:
            if tracker and c.name in self.parents:
                tracker.interrupt(self.parents[c.name])
        self.progress.stopped()
        if not away:
            with suppress(Exception):  # an error that stopped the study is raised, not one in here
                self._answer_so_far()
        if tracker:
            with self.progress.sending() as show:
                self.unsent = tracker.close(min(self.study.log_wait, SOON), show)
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
            if self.publication:
                self.publication.describe(ledger, page)

    @staticmethod
    def _outcome():
        from . import outcome  # not before trials train: it takes a second to load

        return outcome


def _cluster(study, splits, progress):
    """The study's workers on a Dask cluster."""
    from .cluster import Cluster

    return Cluster.of(study, splits, progress.of_workers)


def _commit():
    """Hash of the current git commit, or None."""
    with suppress(OSError, subprocess.SubprocessError):
        command = ["git", "rev-parse", "HEAD"]
        found = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True)
        return found.stdout.strip()
    return None

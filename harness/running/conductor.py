"""Conducting a study: jobs to workers, records to Optuna and MLflow, nothing lost on the way.

One process owns both databases: it asks for trials, hands them out, takes what comes back.
"""

import hashlib
import platform
import subprocess
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import StudyError
from ..foundation.errors import first_line
from ..searching.reporter import open_storage
from ..searching.search import Asked
from ..tracking.tracker import Tracker
from ..trials.settings import effective
from . import admission, folder, worker
from .comparison import Comparison
from .interrupts import Interrupts
from .pool import DIED, Pool
from .progress import Progress

ATTEMPTS = 3  # for a trial whose process dies


@dataclass
class Job:
    """A training run that a worker is at."""

    comparison: Comparison
    search: Any
    asked: Asked
    settings: dict
    part: str
    run: Any
    attempt: int = 1


class Conductor:
    """Runs what is left of a study's budget.

    Args:
        report: where the results are written at the end.
        identity: of the study; its folder has to agree.
    """

    def __init__(self, study, report, identity):
        self.study, self.report, self.progress = study, report, Progress(study)
        self.identity = identity
        payload = worker.payload(study.tasks, study.variants, study.seed)
        self.pool, self.jobs, self.suspects = Pool(study.workers, payload), {}, []
        self.tracker: Any = None
        self.interrupts = Interrupts()

    def run(self):
        """Train, log, report. On an interrupt or an error everything that had finished is kept."""
        with self.interrupts:
            try:
                self._begin()
                self._open()
                with self.progress:
                    self._work()
                self.pool.stop()
                self._finish()
            except BaseException:
                self._abandon()
                raise

    def _begin(self):
        """Nothing is written for a study with a cell that fails: mended, it is another cell."""
        certificates = admission.admit(self.study.comparisons, self.pool, self.progress)
        folder.agree(self.study.out, self.identity)
        for c in self.study.comparisons:
            admission.write(certificates[c.variant.name], c.certificate)

    def _open(self):
        rows, out = self.study.comparisons, self.study.out
        storage = open_storage(out)
        for c in rows:
            c.open(storage)
            held = len(c.search.records())
            if held > self.study.trials:  # one best of 20 beside another best of 10 is not fair
                raise StudyError(
                    f"{out} holds {held} trials of {c.name}; ask for as many, or use another folder"
                )
        if not all(c.is_over() for c in rows):
            self._estimate()
        uri = self.study.tracking_uri
        self.tracker = Tracker(out, uri, _own_name(out) if uri else None, _commit())
        for c in rows:
            c.run = self.tracker.start_parent(c.task.name, c.variant.name, c.search.records())
            self.tracker.attach(c.run, c.certificate)

    # -- work ------------------------------------------------------------------------------

    def _estimate(self):
        """Time a few updates of each row; compiles every cell on the way."""
        with self.progress.measuring():
            jobs = {
                self.pool.submit("estimate", c.task_number, c.variant_number, *c.middle()): c
                for c in self.study.comparisons
                if c.left()
            }
            for future, c in jobs.items():
                with suppress(Exception):  # its trials will fail, each saying why
                    c.seconds = future.result()
            if any(isinstance(future.exception(), DIED) for future in jobs):
                self.pool.stop(now=True)
        self.progress.announce()

    def _work(self):
        """Keep the workers busy until nothing is left: round by round, every row in turn."""
        while self._filled() or self.jobs or self.suspects:
            done, _ = wait(self.jobs, timeout=0.5, return_when=FIRST_COMPLETED)
            with self.interrupts.held():
                for future in done:
                    if future in self.jobs:  # not taken back with a process that died
                        self._take(future, self.jobs.pop(future))
            self.progress.show()

    def _filled(self):
        with self.interrupts.held():
            return self._fill()

    def _fill(self):
        """Hand out jobs, one more than there are workers, so that none waits for the parent.

        A row has no more trials under way than there are workers: the next one waits for what it
        can learn from them.
        """
        if self.suspects:  # alone, so that it is known who ends a process
            if not self.jobs:
                self._submit(self.suspects.pop(0))
            return True
        while len(self.jobs) <= self.study.workers:
            at_work = [job.comparison for job in self.jobs.values()]
            free = [
                c
                for c in self.study.comparisons
                if at_work.count(c) < self.study.workers and c.next_job()
            ]
            if not free:
                return False
            self._start(min(free, key=lambda c: len(c.search.records()) + at_work.count(c)))
        return True

    def _start(self, c):
        search, slot, given, part = c.next_job()
        asked = search.ask(slot)
        run = self.tracker.start_trial(c.run, slot, asked.number) if part == "trial" else None
        self._submit(Job(c, search, asked, effective({**given, **asked.params}), part, run))

    def _submit(self, job):
        c, slot = job.comparison, job.asked.slot
        weights = c.folder("weights", f"{job.part}-{slot:04d}.npz")
        future = self.pool.submit(
            "trial", c.task_number, c.variant_number, job.settings, slot, job.part,
            job.search.reporter(job.asked) if job.part == "trial" else None, str(weights),
        )  # fmt: skip
        self.jobs[future] = job

    def _take(self, future, job):
        """Keep what a worker sent; a trial whose process died is given out again."""
        try:
            record = future.result()
        except DIED as error:
            lost = [job, *self._lost()]
            self.pool.stop(now=True)
            job.attempt += len(lost) == 1
            if job.attempt <= ATTEMPTS:
                self.suspects = [*lost, *self.suspects]
                return
            record = _failed(job, self.study.seed, f"its process died {ATTEMPTS} times: {error}")
        except StudyError as error:
            record = _failed(job, self.study.seed, str(error))
        except Exception as error:
            record = _failed(job, self.study.seed, f"{type(error).__name__}: {first_line(error)}")
        baselines = self.report.baselines[job.comparison.task_number]
        record = job.search.tell(job.asked, job.comparison.judged(record, baselines))
        if job.run is not None:
            self.tracker.finish_trial(job.run, record)
        _keep_best_weights(job.search, record)
        job.comparison.open_finals()

    def _lost(self):
        """Take back the jobs that went down with a process: any of them may have ended it."""
        lost = [f for f in self.jobs if not f.done() or isinstance(f.exception(), DIED)]
        return [self.jobs.pop(future) for future in lost]

    # -- ends ------------------------------------------------------------------------------

    def _finish(self):
        for c in self.study.comparisons:
            record = c.search.best()
            artifacts = self.report.artifacts(c) if record else []
            self.tracker.finish_parent(
                c.run, record, artifacts, self.report.extra(c), self.report.baseline(c)
            )
        self.tracker.flush()
        self.tracker.analyze()
        self.report.write()
        self.progress.finished(self.report)

    def _abandon(self):
        """Interrupted, or failed: end the workers, mark what ran, keep all that had finished."""
        self.pool.stop(now=True)
        tracker = self.tracker
        for job in [*self.jobs.values(), *self.suspects]:
            with suppress(Exception):
                job.search.interrupted(job.asked)
            if tracker and job.run is not None:
                tracker.interrupt(job.run)
        for c in self.study.comparisons:
            if tracker and c.run is not None:
                tracker.interrupt(c.run)
        self.progress.interrupted()


def _failed(job, seed, reason):
    """The record of a trial that gave none."""
    return {
        "state": "failed",
        "reason": reason.partition("\n")[0][:500],
        "params": job.settings,
        "epochs": [],
        "curves": {},
        "best": {},
        "cost": {"parameters": 0, "seconds": 0.0},
        "weights": None,
        "seed": seed,
        "slot": job.asked.slot,
    }


def _keep_best_weights(search, record):
    """Delete weights that are not the best so far of their search."""
    best = search.best()
    for other in search.records():
        path = other["weights"]
        if path and (best is None or other["slot"] != best["slot"]):
            Path(path).unlink(missing_ok=True)


def _own_name(out):
    """A name that no other study on a shared server has: the folder's, and where it lies."""
    where = f"{platform.node()}:{out.resolve()}"
    return f"{out.name}-{hashlib.sha256(where.encode()).hexdigest()[:8]}"


def _commit():
    """The git commit the study runs from, or None."""
    with suppress(OSError, subprocess.SubprocessError):
        command = ["git", "rev-parse", "HEAD"]
        found = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True)
        return found.stdout.strip()
    return None

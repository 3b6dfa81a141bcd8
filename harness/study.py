"""A study: variants x tasks x trials, searched, logged, compared. The only orchestrator.

One process owns both databases: it asks for trials, hands them to workers, takes their records.
"""

import hashlib
import operator
import subprocess
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

import tasks as task_registry
import variants as variant_registry
from tasks import TaskError
from variants.registry import initial_values

from . import folder, space, worker
from .calculus.program import derive
from .comparison import Comparison
from .errors import StudyError, first_line
from .interrupts import Interrupts
from .pool import DIED, Pool
from .progress import Progress
from .report import Report
from .reporter import open_storage
from .search import SAMPLERS, Asked
from .settings import DEFAULTS, check_space, complete
from .tracking import Tracker
from .trial import splits_of

ATTEMPTS = 3  # for a trial whose process dies


@dataclass(frozen=True)
class Result:
    """What a study found.

    Attributes:
        leaderboard: a row per task and variant; trials: a row per trial.
    """

    leaderboard: pd.DataFrame
    trials: pd.DataFrame


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


class Study:
    """Compares variants on tasks under equal conditions.

    Every variant gets the same budget, the same search space (plus what it alone has), the same
    data and the same seeds; under random search the same draws, too.

    Args:
        tasks, variants: names, classes or (tasks) instances.
        trials: budget per task and variant. Running again continues to it, never past it.
        sampler: "tpe" or "random"; pruning: None for on with "tpe" only.
        seed: root of every draw; the same seed gives the same numbers.
        workers: processes, each with one BLAS thread.
        out: folder of the databases and the report.
        settings: values for hyperparameters that are not searched, by name.
        seeds: no search at all: settings given, that many seeds.
        search: overrides of the search space, by name.
        finals: fresh seeds that the best configuration is trained again with.
        tracking_uri: of an MLflow server, instead of ``out/mlflow.db``.
        quiet: no progress on the screen.

    Raises:
        StudyError, VariantError, TaskError: before anything is written.
    """

    def __init__(
        self, tasks, variants, trials=20, sampler="tpe", seed=0, workers=2, out="runs",
        settings=None, seeds=None, search=None, pruning=None, finals=3, tracking_uri=None,
        quiet=False,
    ):  # fmt: skip
        self.trials = _count("trials", trials) if seeds is None else _count("seeds", seeds)
        self.sampler = _sampler(sampler) if seeds is None else "fixed"
        self.seed, self.workers = _count("seed", seed, 0), _count("workers", workers)
        self.out, self.finals = Path(out), _count("finals", finals, 0)
        self.pruning, self.tracking_uri, self.quiet = pruning, tracking_uri, quiet
        self.settings, self.entries = _named("settings", settings), _named("search", search)
        _not_both(self.settings, self.entries, seeds)
        self.tasks = [task_registry.make(t) for t in _some("tasks", tasks)]
        self.variants = [variant_registry.get(v) for v in _some("variants", variants)]
        _no_doubles("task", [t.name for t in self.tasks])
        _no_doubles("variant", [v.name for v in self.variants])
        for variant in self.variants:
            if variant.name not in variant_registry.names():
                raise StudyError(f"{variant.__name__} has no name; write @register('my_cell')")
            derive(variant())
        self.comparisons = [
            self._comparison(t, v)
            for t in range(len(self.tasks))
            for v in range(len(self.variants))
        ]

    def _comparison(self, t, v):
        task, variant = self.tasks[t], self.variants[v]
        own = variant_registry.hyperparameters(variant)
        others = {h for w in self.variants for h in variant_registry.hyperparameters(w)} - {*own}
        found = space.resolve(
            DEFAULTS, task.search, self.entries, variant.search, own, others, self.settings
        )
        fixed = {k: v for k, v in self.settings.items() if k in DEFAULTS or k in own}
        variant(**{k: v for k, v in fixed.items() if k in own})
        for name in own.keys() & found.keys():
            for value in found[name] if isinstance(found[name], list) else found[name][:2]:
                variant(**{name: value})
        check_space(found)
        complete({k: v for k, v in fixed.items() if k in DEFAULTS})
        return Comparison(
            task, variant, found if self.sampler != "fixed" else {}, fixed, (t, v), self
        )

    def run(self):
        """Run what is left of the budget; the result, also written to ``out``.

        Raises:
            StudyError: the folder cannot be written, is in use, or holds a study with other
                settings (the message says which); nothing is written then.
            KeyboardInterrupt: after Ctrl-C, with everything that had finished kept.
        """
        splits = [self._checked_splits(task) for task in self.tasks]
        with folder.owned(self.out):
            folder.agree(self.out, self.identity(splits))
            return self._run(
                [dict(t.baselines(s)) for t, s in zip(self.tasks, splits, strict=True)]
            )

    def _checked_splits(self, task):
        try:
            task_registry.check_task(task)
            return splits_of(task, self.seed)
        except TaskError:
            raise
        except Exception as error:  # of a user's own code, or of pickle
            reason = f"{type(error).__name__}: {first_line(error)}"
            raise StudyError(f"task {task.name} cannot be used: {reason}") from error

    def identity(self, splits):
        """Everything that changes numbers; a folder's study has to agree in it to be continued."""
        return {
            "seed": self.seed,
            "sampler": self.sampler,
            "pruning": self.sampler == "tpe" if self.pruning is None else self.pruning,
            "settings": self.settings,
            "search": self.entries,
            "tasks": {
                t.name: {k: repr(v) for k, v in t.options().items()} | {"data": _digest(s)}
                for t, s in zip(self.tasks, splits, strict=True)
            },
            "variants": {
                v.name: {"equations": derive(v()).identity, "forget": v.forget}
                | {"values": initial_values(v()) | variant_registry.hyperparameters(v)}
                for v in self.variants
            },
        }

    def _run(self, baselines):
        self.progress = Progress(self)
        payload = worker.payload(self.tasks, self.variants, self.seed)
        self.pool, self.jobs, self.suspects = Pool(self.workers, payload), {}, []
        self.tracker, self.interrupts = None, Interrupts()
        with self.interrupts:
            return self._all(Report(self, baselines))

    def _all(self, report):
        try:
            storage = open_storage(self.out)
            for c in self.comparisons:
                c.open(storage)
            if not all(c.is_over() for c in self.comparisons):
                self._estimate()
            self.tracker = Tracker(self.out, self.tracking_uri, commit=_commit())
            for c in self.comparisons:
                c.run = self.tracker.start_parent(c.task.name, c.variant.name, c.search.records())
            with self.progress:
                self._work()
            self.pool.stop()
            self._finish(report)
        except BaseException:
            self._abandon()
            raise
        return Result(report.leaderboard(), report.trials())

    # -- work ------------------------------------------------------------------------------

    def _estimate(self):
        """Time a few updates of each row; compiles every cell on the way."""
        with self.progress.measuring():
            jobs = {
                self.pool.submit("estimate", c.task_number, c.variant_number, *c.middle()): c
                for c in self.comparisons
                if c.left()
            }
            for future, c in jobs.items():
                with suppress(Exception):  # its trials will fail, each saying why
                    c.seconds = self.progress.trial_seconds(c, *future.result())
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
        while len(self.jobs) <= self.workers:
            at_work = [job.comparison for job in self.jobs.values()]
            free = [c for c in self.comparisons if at_work.count(c) < self.workers and c.next_job()]
            if not free:
                return False
            self._start(min(free, key=lambda c: len(c.search.records()) + at_work.count(c)))
        return True

    def _start(self, c):
        search, slot, given, part = c.next_job()
        asked = search.ask(slot)
        run = self.tracker.start_trial(c.run, slot, asked.number) if part == "trial" else None
        self._submit(Job(c, search, asked, {**given, **asked.params}, part, run))

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
            record = _failed(job, self.seed, f"its process died {ATTEMPTS} times: {error}")
        except StudyError as error:
            record = _failed(job, self.seed, str(error))
        except Exception as error:
            record = _failed(job, self.seed, f"{type(error).__name__}: {first_line(error)}")
        record = job.search.tell(job.asked, record)
        if job.run is not None:
            self.tracker.finish_trial(job.run, record)
        self.progress.took(job.comparison, record)
        _keep_best_weights(job.search, record)
        job.comparison.open_finals()

    def _lost(self):
        """Take back the jobs that went down with a process: any of them may have ended it."""
        lost = [f for f in self.jobs if not f.done() or isinstance(f.exception(), DIED)]
        return [self.jobs.pop(future) for future in lost]

    # -- ends ------------------------------------------------------------------------------

    def _finish(self, report):
        for c in self.comparisons:
            record = c.search.best()
            artifacts = report.artifacts(c) if record else []
            self.tracker.finish_parent(c.run, record, artifacts, report.extra(c))
        self.tracker.flush()
        self.tracker.analyze()
        report.write()
        self.progress.finished(report)

    def _abandon(self):
        """Interrupted, or failed: end the workers, mark what ran, keep all that had finished."""
        self.pool.stop(now=True)
        tracker = self.tracker
        for job in [*self.jobs.values(), *self.suspects]:
            with suppress(Exception):
                job.search.interrupted(job.asked)
            if tracker and job.run is not None:
                tracker.interrupt(job.run)
        for c in self.comparisons:
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


def _commit():
    """The git commit the study runs from, or None."""
    with suppress(OSError, subprocess.SubprocessError):
        command = ["git", "rev-parse", "HEAD"]
        found = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True)
        return found.stdout.strip()
    return None


def _count(name, value, least=1):
    try:
        number = operator.index(value)  # NumPy's whole numbers, too
    except TypeError:
        number = None
    if number is None or isinstance(value, bool) or number < least:
        raise StudyError(f"{name} is {value!r}; give a whole number of at least {least}")
    return number


def _named(what, values):
    if values is not None and not isinstance(values, dict):
        raise StudyError(f"{what} is {values!r}; give a dict by name")
    return dict(values or {})


def _not_both(settings, search, seeds):
    for name in search:
        if name in settings:
            raise StudyError(f"{name} is both given and searched; choose one")
        if seeds is not None:
            raise StudyError(f"seeds means no search, but {name} is to be searched; choose one")


def _digest(splits):
    """Of the held-out data: another data set makes another study."""
    known = hashlib.sha256()
    for array in (*splits.valid, *splits.test):
        known.update(b"" if array is None else array.tobytes())
    return known.hexdigest()[:16]


def _sampler(name):
    known = [s for s in SAMPLERS if s != "fixed"]
    if name not in known:
        raise StudyError(f"unknown sampler {name!r}; known: {', '.join(known)}")
    return name


def _some(what, values):
    values = [values] if isinstance(values, str) or not hasattr(values, "__iter__") else values
    values = list(values)
    if not values:
        raise StudyError(f"no {what} given; name at least one")
    return values


def _no_doubles(what, names):
    for name in names:
        if names.count(name) > 1:
            raise StudyError(f"{what} {name!r} is given twice; name each once")

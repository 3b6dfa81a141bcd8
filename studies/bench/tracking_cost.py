"""How much time do search and tracking add to a study of short trials?

The trials keep a processor busy for two seconds each, two at a time, and measure as much as those
of the studies in docs/results do: 30 epochs, 8 curves. They are run with everything that a study
does around them, with nothing, with curves of 1,000 points in all, and logged in the way that
tutorials show. Where PostgreSQL is installed, also with trials there and the log on an MLflow
server; both servers are on this machine, so that wall times hold their work, and CPU seconds only
that of the study.
"""

import tempfile
import time
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gatelab.running import folder, worker
from gatelab.running.pool import Pool
from gatelab.searching import where
from gatelab.searching.address import checked
from gatelab.searching.rungs import rungs
from gatelab.searching.search import Search
from gatelab.searching.storage import open_storage
from gatelab.tracking.tracker import Tracker
from gatelab.trials import space
from gatelab.trials.record import Record
from gatelab.trials.settings import DEFAULTS

from . import child, servers

WORKERS, ROUNDS = 2, 3
BARE, FULL, TUTORIAL = "nothing", "search and tracking", "a call per value"
LARGE = "the same, 1,000 points"
SERVERS = "search and tracking on servers"
SPACE = space.resolve(DEFAULTS)


class Shape(NamedTuple):
    """How much a trial measures."""

    epochs: int
    metrics: int


USUAL, MUCH = Shape(30, 8), Shape(100, 10)
SETTINGS = {"seed": 0, "tasks": {}, "variants": {}, "spaces": {}}  # of no study


def busy(seconds):
    """Work for so many CPU seconds; if others use the processor, it takes longer."""
    started, x = time.process_time(), np.ones(1000)
    while time.process_time() - started < seconds:
        x = np.sqrt(x + 1)


def trial(seconds, number=None, shape=USUAL):
    """A trial that asks at its rungs; returns its record."""
    asked, started = rungs(shape.epochs), time.process_time()
    epochs = [*range(1, shape.epochs + 1)]
    for epoch in epochs:
        busy(seconds / shape.epochs)
        if number is not None and epoch in asked:
            worker.prunes(number, epoch, 1 / epoch)  # ignored: all trials take equally long
    return Record(
        "complete", 0, 0, {}, epoch=shape.epochs,
        curves={name: [1 / epoch for epoch in epochs] for name in names(shape)},
        best={"valid/loss": 1 / shape.epochs, "test/loss": 1 / shape.epochs},
        cost={"seconds": seconds, "cpu": time.process_time() - started},
    )  # fmt: skip


def names(shape):
    """Names of the metrics."""
    return [f"valid/metric_{k}" for k in range(shape.metrics)]


def logged_in_trial(seconds, uri, params):
    """The same trial logged as in tutorials: one call per metric and epoch, in the worker."""
    import mlflow

    started = time.process_time()
    mlflow.set_tracking_uri(uri)
    mlflow.set_experiment("tutorial")
    with mlflow.start_run():
        mlflow.log_params(params)
        for epoch in range(1, USUAL.epochs + 1):
            busy(seconds / USUAL.epochs)
            for name in names(USUAL):
                mlflow.log_metric(name, 1 / epoch, step=epoch)
    return time.process_time() - started


class Bare:
    """A study's trials with nothing around them."""

    shape = USUAL

    def ask(self, slot):
        return None, None

    def hear(self, message):
        pass

    def tell(self, asked, record):
        pass

    def close(self):
        pass


class Full:
    """Search and tracking as in a study: TPE with pruning, in this process.

    Args:
        out: a folder, for SQLite's files.
        storage, uri: addresses of a database and of MLflow, instead of such files.
        shape: of its trials.
    """

    def __init__(self, out, storage=None, uri=None, shape=USUAL):
        self.shape = shape
        folder.agree(out, SETTINGS, storage=where.settled(out, storage))
        self.storage = open_storage(out, storage)
        self.search = Search(
            self.storage, "busy", "cell", SPACE, "loss", "minimize",
            sampler="tpe",
        )  # fmt: skip
        self.tracker = Tracker(out, uri, identity=folder.id_of(out)).start()
        self.parent = self.tracker.start_parent("busy", "cell")
        self.running = {}

    def close(self):
        """Send what is left, and leave the database."""
        self.tracker.close(60)
        self.storage.engine.dispose()

    def ask(self, slot):
        asked = self.running[slot] = self.search.ask(slot)
        run = self.tracker.start_trial(self.parent, slot, asked.number)
        return (asked, run), slot

    def hear(self, message):
        body = message.body
        asked = self.running[body["job"]]
        message.answer({"prune": self.search.prunes(asked, body["epoch"], body["value"])})

    def tell(self, asked, record):
        asked, run = asked
        record = self.search.tell(asked, replace(record, params=asked.params))
        self.tracker.finish_trial(run, record)


def run(pool, around, slots, seconds):
    """(wall, CPU) seconds of a study's loop over slots; as in ``Study``, one job waits in line."""
    slots, jobs, cpu = list(slots), {}, -time.process_time()
    started = time.perf_counter()
    while slots or jobs:
        while slots and len(jobs) <= pool.size:
            asked, number = around.ask(slots.pop(0))
            jobs[pool.submit(trial, seconds, number, around.shape)] = asked
        arrived = pool.exchange.arrived()
        done = wait([*jobs, arrived], return_when=FIRST_COMPLETED).done
        for message in pool.exchange.messages():
            around.hear(message)
        for future in done & jobs.keys():
            record = future.result()
            around.tell(jobs.pop(future), record)
            cpu += record.cost["cpu"]
    return time.perf_counter() - started, cpu + time.process_time()


def run_tutorial(pool, out, seconds, trials):
    """(wall, CPU) seconds of trials that log themselves, after imports and creation of tables."""
    uri, params = f"sqlite:///{out}/tutorial.db", dict.fromkeys(SPACE, 1.0)
    pool.submit(logged_in_trial, 0.0, uri, params).result()
    for future in [pool.submit(_import_mlflow) for _ in range(2 * WORKERS)]:
        future.result()
    started = time.perf_counter()
    futures = [pool.submit(logged_in_trial, seconds, uri, params) for _ in range(trials)]
    cpu = sum(future.result() for future in futures)
    return time.perf_counter() - started, cpu


def _import_mlflow():
    import mlflow

    time.sleep(0.5)  # so that each worker gets one of these
    return mlflow.__name__


def tracking_cost(trials=12, rounds=ROUNDS, seconds=2.0, tutorials=2, with_servers=False):
    """Time trials with nothing around them, with search and tracking, and logged as in tutorials.

    Args:
        with_servers: whether to time search and tracking on servers as well.

    Yields:
        {"way", "round", "trials", and seconds per trial of a worker: "wall", "cpu"}; the ways but
        the last one in turn, one of each in a round.
    """
    pool = Pool(WORKERS, worker.payload([], [], 0))
    with (
        tempfile.TemporaryDirectory() as out,
        tempfile.TemporaryDirectory() as there,
        servers.servers(there) if with_servers else nullcontext() as addresses,
    ):
        (large := Path(out, "large")).mkdir()
        around = {BARE: Bare(), FULL: Full(out), LARGE: Full(large, shape=MUCH)}
        if addresses:
            (study := Path(there, "study")).mkdir()
            around[SERVERS] = Full(study, checked(addresses[0]), addresses[1])
        for one in around.values():  # fills the pool, imports, opens the databases
            run(pool, one, range(WORKERS), 0.1)
        for k in range(rounds):
            slots = range(WORKERS + k * trials, WORKERS + (k + 1) * trials)
            for way in around if k % 2 else reversed(around):
                yield _row(way, k, trials, *run(pool, around[way], slots, seconds))
        if tutorials:
            yield _row(TUTORIAL, 0, tutorials, *run_tutorial(pool, out, seconds, tutorials))
        for one in around.values():
            one.close()
    pool.close()


def _row(way, k, trials, wall, cpu):
    each = {"wall": wall * WORKERS / trials, "cpu": cpu / trials}
    return {"way": way, "round": k, "trials": trials, **each}


def share(rows, way, key):
    """The share of the time that a way adds to trials; the median over rounds."""
    bare = {row["round"]: row[key] for row in rows if row["way"] == BARE}
    return float(np.median([1 - bare[r["round"]] / r[key] for r in rows if r["way"] == way]))


def of_longer(share, times):
    """The share that the same work has of trials that are so many times as long."""
    return share / (share + times * (1 - share))


def was_busy(rows):
    """Whether other work used the processors, so that wall times are not meaningful."""
    bare = [(row["wall"], row["cpu"]) for row in rows if row["way"] == BARE]
    return max(wall / cpu for wall, cpu in bare) > 1.1


if __name__ == "__main__":
    child.serve(tracking_cost)

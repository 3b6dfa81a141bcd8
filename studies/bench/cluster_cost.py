"""What does a Dask cluster gain, and how many workers can one conductor feed?

The trials of ``tracking_cost`` run on one Dask worker and on two, each with a process for training,
with search and tracking around them. Dask's scheduler and workers are processes of their own, so
that the CPU time of this one is the conductor's.
"""

import os
import tempfile
import time
from pathlib import Path

import numpy as np

from gatelab.running import worker
from gatelab.running.pool import LEAK, Pool

from . import child
from .tracking_cost import Full, run

WORKERS, ROUNDS, SECONDS = (1, 2), 2, 10.0
PROFILER = "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED"
LENGTHS = {"10 s": 10, "1 min": 60, "10 min": 600}  # of trials, for the number of workers


def cluster_cost(trials=4, rounds=ROUNDS, seconds=SECONDS):
    """Time trials on one Dask worker and on two.

    Yields:
        {"workers", "round", "trials", "seconds": of work in each trial, "wall": seconds in all,
        "own": CPU seconds of the conductor per trial}; a pair in each round.
    """
    with tempfile.TemporaryDirectory() as out:
        for k in range(rounds):
            for count in WORKERS if k % 2 else WORKERS[::-1]:
                folder = Path(out) / f"{k}-{count}"
                folder.mkdir()
                with _started(count) as dask:
                    yield {
                        "workers": count, "round": k, "trials": trials, "seconds": seconds,
                        **_timed(dask, folder, trials, seconds),
                    }  # fmt: skip


def _started(count):
    from distributed.deploy.subprocess import SubprocessCluster

    os.environ[PROFILER] = "False"  # as docs/machines.md advises
    return SubprocessCluster(n_workers=count, threads_per_worker=1, dashboard_address=":0")


def _timed(dask, out, trials, seconds):
    from gatelab.running.cluster import Cluster

    payload, workers = worker.payload([], [], 0), len(dask.workers)
    pool = Cluster(dask.scheduler_address, payload, LEAK, out, Pool(1, payload), lambda said: None)
    try:
        while pool.size < workers:
            time.sleep(0.05)
        around = Full(out)
        run(pool, around, range(2 * workers), 0.1)  # starts the processes, opens the databases
        own = time.process_time()
        wall, _ = run(pool, around, range(2 * workers, 2 * workers + trials), seconds)
        return {"wall": wall, "own": (time.process_time() - own) / trials}
    finally:
        pool.close()


def gain(rows):
    """How many times as many trials two workers do in the same time; the median over rounds."""
    walls = {(row["round"], row["workers"]): row["wall"] for row in rows}
    return float(np.median([walls[k, 1] / walls[k, 2] for k, count in walls if count == 2]))


def fed(rows, length):
    """The number of workers that one conductor can feed with trials of so many seconds."""
    return length / float(np.median([row["own"] for row in rows]))


if __name__ == "__main__":
    child.serve(cluster_cost)

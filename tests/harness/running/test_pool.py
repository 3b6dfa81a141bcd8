"""Worker processes: what they may hold, and when one is replaced."""

import os
import signal
import sys
import time
from threading import Thread
from types import SimpleNamespace

import cloudpickle
import numpy as np
import pytest

from gatelab.running.pool import DIED, LEAK, Pool, death

pytestmark = pytest.mark.starts_workers
cloudpickle.register_pickle_by_value(sys.modules[__name__])


def hold(megabytes):
    """Keep memory for good, as compiled kernels do; the process that does."""
    sys.__dict__.setdefault("held", []).append(np.ones(int(megabytes * 1e6 / 8)))
    return os.getpid()


@pytest.mark.parametrize(("cells", "stays"), [(16, True), (1, False)])
def test_a_worker_may_hold_all_cells_of_its_study_and_is_replaced_beyond(cells, stays):
    """Loky replaces a process that grows, for leaking, and warns; sixteen cells are no leak."""
    study = SimpleNamespace(tasks=[], variants=[None] * cells, seed=0, workers=1)
    pool = Pool.of(study)
    try:
        first = pool.submit(hold, 1).result()
        time.sleep(1.1)  # it looks once per second
        assert pool.submit(hold, LEAK + 150).result() == first
        time.sleep(0.5)
        assert (pool.submit(hold, 1).result() == first) == stays
    finally:
        pool.stop(now=True)


@pytest.mark.parametrize("sent", ["SIGKILL", "SIGABRT"])
def test_it_is_known_which_signal_ended_a_worker(sent):
    pool = Pool.of(SimpleNamespace(tasks=[], variants=[], seed=0, workers=1))
    try:
        with pytest.raises(DIED) as raised:
            pool.submit(end_by, signal.Signals[sent]).result()
        assert death(raised.value) == sent
    finally:
        pool.close()


def end_by(number):
    os.kill(os.getpid(), number)


def test_a_process_that_dies_at_its_start_blocks_nobody(monkeypatch):
    """It has not read what a study of large data gives it."""
    pool = Pool(1, cloudpickle.dumps({"tasks": [np.ones(10**6)]}))
    try:
        assert pool.submit(os.getpid).result(60) > 0  # the whole of it arrives
        pool.stop()
        monkeypatch.setattr(sys, "executable", "/bin/true")
        failed = []
        waiting = Thread(
            target=lambda: failed.append(pool.submit(os.getpid).exception(60)), daemon=True
        )
        waiting.start()
        waiting.join(60)
        assert isinstance(failed[0], DIED)
    finally:
        pool.close()

"""Worker processes: what they may hold, and when one is replaced."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from types import SimpleNamespace

import cloudpickle
import numpy as np
import pytest
from helpers.processes import printed

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


INTERRUPTED = """
import os, signal
import cloudpickle
from gatelab.running.pool import Pool

pool = Pool(1, cloudpickle.dumps({"tasks": []}))
answer = pool.submit(os.getpid)
(started,) = pool.executor._processes
os.kill(started, signal.SIGINT)
assert answer.result() == started
pool.close()
"""


def test_ctrl_c_while_a_process_starts_is_left_to_the_conductor():
    """In a fresh process: what loky starts first, once, would let it through."""
    assert printed(INTERRUPTED) == ""


AT_ITS_START = """
import os, sys
import cloudpickle, numpy
from gatelab.running.pool import DIED, Pool

pool = Pool(1, cloudpickle.dumps({"tasks": [numpy.ones(10**6)]}))
assert pool.submit(os.getpid).result() > 0, "the whole of it arrives"
pool.stop()
sys.executable = "/bin/true"
assert isinstance(pool.submit(os.getpid).exception(), DIED)
pool.close()
"""


def test_a_process_that_dies_at_its_start_blocks_nobody():
    """It has not read what a study of large data gives it. In a process: a blocked one is ended."""
    with subprocess.Popen([sys.executable, "-c", AT_ITS_START], start_new_session=True) as study:
        try:
            assert study.wait(120) == 0
        finally:
            with suppress(ProcessLookupError):
                os.killpg(study.pid, signal.SIGKILL)

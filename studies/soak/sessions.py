"""Processes in sessions of their own, which can be found after their parent is gone."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import psutil

#: One thread, few words, and nothing imported that happens to be in the working folder.
SETTINGS = {
    "OPENBLAS_NUM_THREADS": "1", "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "error",
    "PYTHONSAFEPATH": "1",
}  # fmt: skip
#: What would send a study's results elsewhere, or change the bits of some of its processes.
NOT_HANDED_ON = ("MLFLOW_TRACKING_URI", "GATELAB_STORAGE", "OPENBLAS_CORETYPE")
TRAINS = "popen_loky"  # in the command line of a process that trains


class Session:
    """A Python program, and all processes that it starts.

    Args:
        log: file that its output is added to.
        words: what follows ``python -m``.
        environment: variables to set.
    """

    def __init__(self, log, words, environment=None):
        kept = {k: v for k, v in os.environ.items() if k not in NOT_HANDED_ON}
        with open(log, "ab") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *map(str, words)], stdin=subprocess.DEVNULL, stdout=file,
                stderr=file, start_new_session=True, env=kept | SETTINGS | (environment or {}),
            )  # fmt: skip

    @property
    def status(self):
        """Its exit status; None while it runs."""
        return self.process.poll()

    def all(self):
        """Its processes that live, also those that have outlived the program."""
        here = [each for each in psutil.process_iter() if _session(each.pid) == self.process.pid]
        return [each for each in here if not _is_dead(each)]

    def trainers(self):
        """Those of its processes that train."""
        return [each for each in self.all() if _trains(each)]

    def send_signal(self, number):
        """Send the program itself a signal.

        Raises:
            NoSuchProcess: it has ended.
        """
        if self.status is not None:
            raise psutil.NoSuchProcess(self.process.pid)
        self.process.send_signal(number)

    def end(self):
        """Kill everything, also what has outlived the program."""
        sent([self, *self.all()], signal.SIGKILL)
        self.process.wait()

    def is_left(self, seconds=15):
        """Whether any of its processes is still there after so long."""
        until = time.monotonic() + seconds
        while (left := bool(self.all())) and time.monotonic() < until:
            time.sleep(0.1)
        return left


def sent(targets, number):
    """Send processes, or the programs of sessions, a signal; how many got it."""
    count = 0
    for each in targets:
        with suppress(psutil.NoSuchProcess):
            each.send_signal(number)
            count += 1
    return count


def _session(pid):
    with suppress(OSError):
        return os.getsid(pid)
    return None


def _is_dead(process):
    """Whether it has ended, and only waits for its parent to take notice."""
    with suppress(psutil.NoSuchProcess):
        return process.status() == psutil.STATUS_ZOMBIE
    return True


def _trains(process):
    with suppress(psutil.Error):
        return TRAINS in " ".join(process.cmdline())
    return False

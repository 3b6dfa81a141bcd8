"""Dask clusters of processes on this machine, each worker as if on a machine of its own."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

#: What Dask and its libraries hold in the environment of a test is not handed on.
PLAIN = {"OPENBLAS_NUM_THREADS": "1", "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "error"}


class Machines:
    """A scheduler, and ``dask worker`` processes with homes, caches and folders of their own.

    Args:
        folder: of their files, one per machine.
    """

    def __init__(self, folder):
        self.folder, self.processes = Path(folder).resolve(), []
        self.scheduler_file = self.folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard",
            "--scheduler-file", self.scheduler_file,
        )  # fmt: skip
        until = time.monotonic() + 30
        while not self.scheduler_file.exists() and time.monotonic() < until:
            time.sleep(0.05)

    def worker(self, name, *options, threads=1, nanny=False, **environment):
        """Start a Dask worker; returns its process."""
        return self._start(
            name, "distributed.cli.dask_worker", "--scheduler-file", self.scheduler_file, "--name",
            name, "--nthreads", threads, "--nanny" if nanny else "--no-nanny", "--no-dashboard",
            "--local-directory", self.folder / name, "--death-timeout", "60", *options,
            **environment,
        )  # fmt: skip

    def _start(self, name, module, *words, **environment):
        home = self.folder / name
        home.mkdir(exist_ok=True)
        own = {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), **PLAIN, **environment}
        with open(home / "log", "ab") as log:
            started = subprocess.Popen(
                [sys.executable, "-m", module, "--host", "127.0.0.1", *map(str, words)],
                cwd=home, env=os.environ | own, stdout=log, stderr=log,
            )  # fmt: skip
        self.processes.append(started)
        return started

    def log(self, name):
        """What a process has printed."""
        return (self.folder / name / "log").read_text(errors="replace")

    def end(self):
        """End all processes."""
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@contextmanager
def machines(folder):
    """``Machines`` that end with the context."""
    there = Machines(folder)
    try:
        yield there
    finally:
        there.end()

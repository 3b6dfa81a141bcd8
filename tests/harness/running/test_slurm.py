"""The job array of docs/machines.md, with programs that stand for SLURM's: nothing is lost.

Every machine has a home, a cache of its own and a working folder; one is preempted in the middle of
a trial, another one dies.
"""

import os
import re
import signal
import stat
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest
from helpers.processes import ROOT
from helpers.studies import toy_study

from gatelab.foundation import cache_folder
from gatelab.trials.trial import run_trial, splits_of

pytestmark = pytest.mark.starts_workers

SETTINGS = {"updates": 8000, "hidden": 8, "batch": 8}
LONG = 120  # seconds: on a busy machine a process needs a while to start


def script():
    """The script of the page, as a reader would copy it."""
    blocks = re.findall(
        r"```bash\n(.*?)```", (ROOT / "docs" / "machines.md").read_text("utf-8"), re.DOTALL
    )
    (found,) = [block for block in blocks if "#SBATCH" in block]
    return found


class Slurm:
    """Runs jobs of the array on this machine, and queues those again that ask for it."""

    def __init__(self, folder):
        self.folder, self.jobs = folder, {}
        self.asked = folder / "requeued"
        self.programs = folder / "bin"
        self.programs.mkdir(parents=True)
        self._program("dask", f'exec {sys.executable} -m dask "$@"')
        self._program("scontrol", f'echo "$@" >> {self.asked}')
        (folder / "workers.sh").write_text(script())
        self.scheduler = self._start(
            "scheduler", "dask", "scheduler", "--host", "127.0.0.1", "--port", "0",
            "--no-dashboard", "--scheduler-file", self.scheduler_file,
        )  # fmt: skip
        waited(self.scheduler_file.exists)

    @property
    def scheduler_file(self):
        return self.folder / "scheduler.json"

    def _program(self, name, line):
        file = self.programs / name
        file.write_text(f"#!/bin/sh\n{line}\n")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)

    def start(self, index):
        """Start a job of the array, as if on a node of its own."""
        told = {
            "SCHEDULER": self.scheduler_file, "SLURM_CPUS_PER_TASK": 1,
            "SLURM_ARRAY_TASK_ID": index, "SLURM_JOB_ID": 100 + index,
            "TMPDIR": self.folder / f"node{index}",
        }  # fmt: skip
        self.jobs[index] = self._start(
            f"node{index}", "bash", self.folder / "workers.sh",
            **{name: str(value) for name, value in told.items()},
        )  # fmt: skip

    def _start(self, name, *words, **environment):
        home = self.folder / name
        home.mkdir(exist_ok=True)
        own = {
            "PATH": f"{self.programs}:{os.environ['PATH']}", "HOME": str(home),
            # Compiling takes longer than all the rest: what is compiled here is used there.
            "GATELAB_CACHE": str(cache_folder.folder().parent), "OPENBLAS_NUM_THREADS": "1",
        }  # fmt: skip
        with open(home / "log", "ab") as log:
            return subprocess.Popen(
                [*map(str, words)], cwd=home, env=os.environ | own | environment, stdout=log,
                stderr=log, start_new_session=True,
            )  # fmt: skip

    def preempt(self, index):
        """What ``--signal=B:TERM`` does; the job is then queued again, as its script asks."""
        self.jobs[index].terminate()
        assert self.jobs[index].wait(LONG) == 0
        assert self.asked.read_text() == f"requeue {100 + index}\n"
        self.start(index)

    def kill(self, process):
        """The node, or the machine of the scheduler, loses its power."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def slurm(folder):
    there = Slurm(folder)
    try:
        yield there
    finally:
        for process in (*there.jobs.values(), there.scheduler):
            if process.poll() is None:
                there.kill(process)


def waited(condition):
    until = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def at_work(out):
    """{trial: time of its newest checkpoint}."""
    return {f.stem: f.stat().st_mtime_ns for f in (out / "checkpoints").rglob("*.[01]")}


@pytest.mark.long  # two minutes
def test_preempted_and_killed_in_the_middle_the_study_is_the_same(tmp_path):
    out, happened = tmp_path / "out", []

    def misfortunes(there):
        waited(lambda: len(at_work(out)) == 2)  # both are in the middle of a trial
        there.preempt(1)
        happened.append("preempted")
        waited(lambda: len(at_work(out)) == 2)
        there.kill(there.jobs[2])
        happened.append("killed")

    with slurm(tmp_path / "slurm") as there:
        there.start(1)
        there.start(2)
        thread = threading.Thread(target=misfortunes, args=(there,), daemon=True)
        thread.start()
        study = toy_study(
            out, cluster=there.scheduler_file, seeds=4, settings=SETTINGS, checkpoint_seconds=0.2
        )
        result = study.run()
        thread.join(LONG)
    assert happened == ["preempted", "killed"]
    assert list(result.trials["state"]) == ["complete"] * 4
    assert at_work(out) == {}
    (task,), (variant,) = study.tasks, study.variants
    for record in study.comparisons[0].search.records():
        again = run_trial(task, variant, SETTINGS, 0, record.slot, splits_of(task, 0))
        assert again.curves == record.curves  # to the bit

"""How long does a study of one tiny trial take, and what of it?

    python -m gatelab.studies.bench.start

Runs ``gatelab compare`` a few times with kernels in the cache, and tells when its lines appeared:
seconds since the command, and CPU seconds of all its processes. With other work on the machine only
the CPU seconds mean something; two of the processes work at once, so a quiet machine with two
processors needs less wall time than that.
"""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress

import psutil

from . import child

COMMAND = (
    "-m gatelab compare --tasks adding:length=8,valid_sequences=16,test_sequences=16 --variants "
    "standard --set updates=5 hidden=4 batch=8 lr=0.01 --seeds 1 --workers 1 --out"
).split()
#: What is asked for, and the words with which the study says that it is there.
LINES = {
    "the first trial begins": "training runs to go", "the result is shown": "best valid",
    "the page is written": "as a page",
}  # fmt: skip
GOALS = {"the first trial begins": 3.0, "the result is shown": 5.0}  # seconds


def start(rounds=3):
    """Time a study of one trial.

    Yields:
        {"what", "wall", "cpu", "load"}: of a line in ``LINES``, then of the end, in each round; the
        first study, which compiles what is not in the cache, is not told.
    """
    for k in range(rounds + 1):
        with tempfile.TemporaryDirectory() as folder:
            for row in _timed(folder):
                if k:
                    yield row


def _timed(folder):
    began, left = time.perf_counter(), dict(LINES)
    command = [sys.executable, "-P", *COMMAND, f"{folder}/study"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=child.environment(),
    ) as process:  # fmt: skip
        root, seen = psutil.Process(process.pid), {}
        for line in process.stdout or ():
            _note(root, seen)
            for what in [what for what, words in left.items() if words in line]:
                del left[what]
                yield _row(what, began, seen)
        process.wait()
    yield _row("the end", began, seen)


def _note(root, seen):
    """Note the CPU seconds of a process and all that it started."""
    with suppress(psutil.Error):
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.Error):
                used = process.cpu_times()
                seen[process.pid] = used.user + used.system


def _row(what, began, seen):
    wall, load = time.perf_counter() - began, os.getloadavg()[0]
    return {"what": what, "wall": wall, "cpu": sum(seen.values()), "load": load}


if __name__ == "__main__":
    for row in start(int(sys.argv[1]) if sys.argv[1:] else 3):
        goal = f" (goal: {GOALS[row['what']]:g} s)" if row["what"] in GOALS else ""
        print(
            f"{row['what']:<24} after {row['wall']:6.1f} s, CPU {row['cpu']:5.1f} s, "
            f"load {row['load']:.1f}{goal}",
            flush=True,
        )

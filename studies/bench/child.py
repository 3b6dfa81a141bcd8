"""Measurements in processes of their own, with one thread and without settings that slow down BLAS.

The parent calls ``rows``; the module that it names calls ``serve``.
"""

import json
import os
import subprocess
import sys
import tempfile

from gatelab.errors import StudyError
from gatelab.foundation import blas


def environment(keep_blas=False, **more):
    """This process's environment with one thread; by default without a choice of BLAS kernels."""
    found = {**os.environ, **dict.fromkeys(blas.THREADS, "1"), **more}
    if not keep_blas:
        found.pop(blas.KERNELS, None)
    return found


def rows(module, job, keep_blas=False, **variables):
    """Run a module of this package as a process; yields the rows that it measures.

    Args:
        module: its name, such as "steps".
        job: keyword arguments of its ``measure``, which JSON must be able to hold.
        keep_blas: whether the environment's choice of BLAS kernels is kept.
        variables: environment variables.

    Raises:
        StudyError: the process failed; the message holds the last line that it wrote.
    """
    command = [sys.executable, "-P", "-m", f"{__package__}.{module}", json.dumps(job)]
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            command, env=environment(keep_blas, **variables), text=True,
            stdout=subprocess.PIPE, stderr=errors,
        ) as process,
    ):  # fmt: skip
        try:
            for line in process.stdout or ():
                if line.startswith("{"):
                    yield json.loads(line)
        except BaseException:
            process.kill()
            raise
        if process.wait():
            errors.seek(0)
            last = (errors.read().strip() or f"exit status {process.returncode}").splitlines()[-1]
            raise StudyError(f"measuring {module} failed: {last}")


def serve(measure):
    """In the child: print the rows that ``measure(**job)`` yields."""
    for row in measure(**json.loads(sys.argv[1])):
        print(json.dumps(row), flush=True)

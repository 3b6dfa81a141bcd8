"""Jobs in worker processes. joblib keeps each result, so that an interrupted run can continue."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import joblib
from joblib import Memory
from pooch import file_hash
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gatelab import calculus, kernels, networks, tasks, trials, variants
from gatelab.errors import StudyError
from gatelab.foundation.errors import first_line
from gatelab.running import worker
from gatelab.running.pool import DIED, Pool

COMPUTING = (calculus, kernels, networks, tasks, trials, variants)


class Job(NamedTuple):
    """A call of a function in a worker.

    Attributes:
        name: shown to the user.
        function: one that a worker can import.
        given: its arguments.
        files: the user's files that the function imports.
    """

    name: str
    function: Callable[..., Any]
    given: Mapping[str, Any]
    files: Sequence[str] = ()


def results(jobs, folder, workers, say) -> dict[str, Any]:
    """Run the jobs that have no result yet.

    joblib keeps a result until something that it depends on changes: see ``_about``.

    Args:
        jobs: all jobs.
        folder: where results are kept.
        workers: number of processes.
        say: (job, result) -> a line to print when the job is done.

    Returns:
        {name: result} of all jobs.

    Raises:
        StudyError: a job failed or its process died; finished results are kept.
    """
    kept = _kept_in(folder)
    found = {job.name: _known(kept, job) for job in jobs}
    left = [job for job in jobs if found[job.name] is None]
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    columns = (TextColumn("runs"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console.print(f"{len(left)} of {len(jobs)} runs to go, {workers} at a time")
    pool = Pool(workers, worker.payload([], [], 0))
    with Progress(*columns, console=console, disable=not console.is_terminal) as shown:
        bar = shown.add_task("", total=len(jobs), completed=len(jobs) - len(left))
        try:
            for job, result in _run(left, pool, folder):
                found[job.name] = result
                shown.advance(bar)
                done = sum(each is not None for each in found.values())
                shown.console.print(f"{done}/{len(jobs)} {say(job, result)}")
        finally:
            pool.stop(now=True)
    return found


def _run(jobs, pool, folder):
    """Yield (job, result) as jobs finish; never submits more jobs than there are workers."""
    waiting, running = list(jobs), {}
    while waiting or running:
        while waiting and len(running) < pool.size:
            job = waiting.pop(0)
            running[pool.submit(_worked, folder, *_arguments(job))] = job
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            job = running.pop(future)
            try:
                yield job, future.result()
            except DIED:
                raise StudyError(
                    f"{job.name}: its process died; give the same command again to continue"
                ) from None


def _worked(folder, *arguments):
    """Run a job in its worker and keep the result."""
    try:
        return _kept_in(folder)(*arguments)
    except Exception as error:  # not every exception can be pickled
        raise StudyError(f"{type(error).__name__}: {first_line(error)}") from None


def _kept_in(folder):
    """``_called`` with joblib's cache."""
    return Memory(folder, verbose=0).cache(_called, ignore=["function"])


def _called(function, given, about):
    return function(**given)


def _arguments(job):
    return job.function, dict(job.given), _about(job)


def _about(job):
    """What a result depends on besides its arguments: code, the user's files, versions."""
    function = job.function
    return {
        "function": f"{function.__module__}.{function.__qualname__}",
        "code": _code(inspect.getfile(function)),
        "files": [file_hash(file) for file in job.files],
        **{name: version(name) for name in ("numpy", "numba")},
    }


@cache
def _code(*files):
    """Hash of all code that takes part in computing a score, and of these files."""
    folders = [Path(inspect.getfile(package)).parent for package in COMPUTING]
    sources = [file for folder in folders for file in sorted(folder.rglob("*.py"))]
    return joblib.hash([file.read_bytes() for file in (*sources, *map(Path, files))])


def _known(kept, job):
    """The result of an earlier run; None without one, or if its file is damaged."""
    arguments = _arguments(job)
    if not kept.check_call_in_cache(*arguments):
        return None
    result = kept.call_and_shelve(*arguments)
    try:
        return result.get()
    except Exception:  # a damaged pickle may raise anything
        result.clear()
        return None

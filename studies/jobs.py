"""Jobs in worker processes, each result kept on disk: whoever stops and starts again goes on."""

import json
import os
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, wait
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gatelab.errors import StudyError
from gatelab.foundation.errors import first_line
from gatelab.running import worker
from gatelab.running.pool import DIED, Pool


class Job(NamedTuple):
    """A function that a worker can import, called with ``given``; its result is what JSON can hold.

    name: of the file; given: a file that was made with other arguments is made again.
    """

    name: str
    function: Callable[..., Any]
    given: Mapping[str, Any]


def results(jobs, folder, workers, say) -> dict[str, Any]:
    """{name: result} of all jobs, those that were kept and those that are run now.

    Args:
        folder: where ``<name>.json`` is kept.
        say: (job, result) -> a line for whoever waits.

    Raises:
        StudyError: a job failed, or its process died; what had finished is kept.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    found = {job.name: _kept(folder, job) for job in jobs}
    left = [job for job in jobs if found[job.name] is None]
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    columns = (TextColumn("runs"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console.print(f"{len(left)} of {len(jobs)} runs to go, {workers} at a time")
    pool = Pool(workers, worker.payload([], [], 0))
    with Progress(*columns, console=console, disable=not console.is_terminal) as shown:
        bar = shown.add_task("", total=len(jobs), completed=len(jobs) - len(left))
        try:
            for job, result in _run(left, pool):
                found[job.name] = result
                _keep(folder, job, result)
                shown.advance(bar)
                done = sum(each is not None for each in found.values())
                shown.console.print(f"{done}/{len(jobs)} {say(job, result)}")
        finally:
            pool.stop(now=True)
    return found


def _run(jobs, pool):
    """(job, result) as they come; no more is handed out than workers are there."""
    waiting, running = list(jobs), {}
    while waiting or running:
        while waiting and len(running) < pool.size:
            job = waiting.pop(0)
            running[pool.submit(_called, job.function, dict(job.given))] = job
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            job = running.pop(future)
            try:
                yield job, future.result()
            except DIED:
                raise StudyError(
                    f"{job.name}: its process died; the same command goes on"
                ) from None


def _called(function, given):
    try:
        return function(**given)
    except Exception as error:  # not every one can be pickled
        raise StudyError(f"{type(error).__name__}: {first_line(error)}") from None


def _kept(folder, job):
    try:
        record = json.loads((folder / f"{job.name}.json").read_text())
    except (OSError, ValueError):  # none yet, or a torn one
        return None
    return record["result"] if record["given"] == _plain(job.given) else None


def _keep(folder, job, result):
    """Whole or not at all."""
    path = folder / f"{job.name}.json"
    half = path.with_suffix(".half")
    half.write_text(json.dumps({"given": _plain(job.given), "result": result}, indent=1))
    os.replace(half, path)


def _plain(given):
    return json.loads(json.dumps(dict(given)))

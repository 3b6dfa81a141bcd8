"""How much memory does a worker of the first study need?"""

import resource
from pathlib import Path

from gatelab import variants
from gatelab.running import worker
from gatelab.running.order import Order
from gatelab.running.pool import Pool
from gatelab.tasks import make
from gatelab.trials import space
from gatelab.trials.settings import DEFAULTS

from . import child

# As in ``studies.first``.
TASKS = ("adding", "embedded_reber", "digits")
VARIANTS = ("rnn", "standard", "peephole", "coupled", "gru")


def peak_megabytes():
    """The peak memory of this process in megabytes."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
    except OSError:  # not Linux, where ru_maxrss may be that of the parent before exec
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def largest(entry):
    """The last value of a list, or the upper end of a range, in a search space."""
    return entry[-1] if isinstance(entry, list) else entry[1]


def measure(updates=30, tasks=TASKS, names=VARIANTS):
    """Train the study's cells on its tasks in one worker, with the largest sizes that it may draw.

    Yields:
        {"task", "variant", "megabytes"} after each: the worker's peak so far.
    """
    tasks, cells = [make(name) for name in tasks], [variants.get(name) for name in names]
    pool = Pool(1, worker.payload(tasks, cells, 0))
    try:
        for t, task in enumerate(tasks):
            found = space.resolve(DEFAULTS, task.search)
            settings = {name: largest(found[name]) for name in ("hidden", "batch")}
            settings |= {"updates": updates}
            for v, cell in enumerate(cells):
                pool.submit("trial", Order(0, t, v, settings, 0, "trial")).result()
                peak = pool.executor.submit(peak_megabytes).result()
                yield {"task": task.name, "variant": cell.name, "megabytes": peak}
    finally:
        pool.stop()


if __name__ == "__main__":
    child.serve(measure)

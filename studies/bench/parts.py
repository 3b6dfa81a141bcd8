"""The parts of the bench, measured in child processes, and their amount of work.

Each part is a function of the options and of ``note``, which is called with a line per result.
"""

import tempfile

from gatelab import tasks
from gatelab.foundation import blas

from . import child, first_step, tables
from .first_step import FRESH
from .goals import LIMIT
from .limits import limit
from .memory import TASKS as MEMORY_TASKS
from .memory import VARIANTS as MEMORY_VARIANTS
from .processors import SEEDS
from .processors import both as both_processors
from .steps import present


def steps(options, note):
    """Rows of training steps, one per cell and shape; the best rate of products; the kernels."""
    found, rate, kernels = {}, 0.0, {}
    with tempfile.TemporaryDirectory() as cache:  # empty, so that every cell is compiled
        for job in _jobs(options):
            variables = {"JAX_PLATFORMS": "cpu", "GATELAB_CACHE": cache}
            for row in child.rows("steps", job, options.keep_blas, **variables):
                if "gemm_rate" in row:
                    rate, kernels = max(rate, row["gemm_rate"]), row["kernels"]
                    continue
                known = found.setdefault((row["shape"], row["variant"]), row)
                known |= {k: v for k, v in row.items() if k not in known}
                note(f"{row['shape']} {row['variant']}: {row['milliseconds']:.2f} ms")
    for row in found.values():
        least = limit(row["flop"], row["elementwise"], rate)
        row[LIMIT] = row["milliseconds"] / 1000 / least
    return list(found.values()), rate, kernels


def _jobs(options):
    """One job per shape and library: all cells, then those that are timed in the other library."""
    for shape in options.shapes:
        for k, library in enumerate(_libraries()):
            yield {
                "shape": shape, "names": options.beside if k else options.variants,
                "beside": options.beside, "pairs": options.pairs, "files": options.files,
                "library": library,
            }  # fmt: skip


def _libraries():
    return [name for name in ("torch", "jax") if present(name)] or [None]


def first_steps(options, note):
    """Rows of first training steps: a newly written cell, and the cells in ``options.beside``."""
    names = (FRESH, *options.beside)
    rows = (first_step.both(name, options.files, options.keep_blas) for name in names)
    text = "first step of {variant}: {first:.2f} s, cached {cached:.2f} s"
    return _noted(rows, text, note)


def memory(options, note):
    """Rows of a worker's memory."""
    rows = child.rows("memory", {}, options.keep_blas)
    return _noted(rows, "memory after {variant} on {task}: {megabytes:.0f} MB", note)


def tracking(options, note):
    """Rows of the cost of search and tracking."""
    rows = child.rows("tracking_cost", {}, options.keep_blas)
    return _noted(rows, "around trials, {way}: {wall:.2f} s per trial", note)


def processors(options, note):
    """Rows of the same trials on two kinds of processor."""
    text = "{processor}, seed {seed}: test {test:.4f}"
    return _noted(both_processors(), text, note)


def drawing(options, note):
    """Rows of the cost of drawing a batch, one per task."""
    found = []
    for row in child.rows("drawing", {"names": tasks.names()}, options.keep_blas):
        found.append(row)
        note(f"drawing a batch of {row['task']}: {tables.share_of(row)}")
    return found


def _noted(rows, text, note):
    """The rows as a list; each is noted when it arrives."""
    found = []
    for row in rows:
        found.append(row)
        note(text.format(**row))
    return found


def work(options):
    """The number of notes that all parts will make."""
    counts = {
        "steps": sum(len(job["names"]) for job in _jobs(options)),
        "first": 1 + len(options.beside),
        "memory": len(MEMORY_TASKS) * len(MEMORY_VARIANTS),
        "tracking": 7,
        "drawing": len(tasks.names()),
        "processors": 2 * SEEDS,
    }
    return sum(counts[part] for part in options.parts)


def remarks(environment, keep_blas):
    """Lines about environment variables and libraries that are not installed."""
    chosen = environment.get(blas.KERNELS)
    if chosen and not keep_blas:
        yield f"{blas.KERNELS}={chosen} was set; it is removed for the measurements"
    elif chosen:
        yield f"{blas.KERNELS}={chosen} is set, and kept"
    for library, lost in (("torch", "goals against it are"), ("jax", "its column is")):
        if not present(library):
            yield f"{library} is not installed: {lost} left out"

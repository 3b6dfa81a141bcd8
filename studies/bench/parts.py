"""The parts of the bench: how each is measured, reported on the way, and shown in the end."""

import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from typing import NamedTuple

from gatelab import tasks
from gatelab.foundation import blas

from . import (
    child,
    cluster_cost,
    first_step,
    memory,
    processors,
    servers,
    step_tables,
    tables,
    tracking_cost,
)


class Part(NamedTuple):
    """A part of the bench.

    Attributes:
        measure: options -> rows, as they are measured.
        line: row -> what is said when it arrives.
        amount: options -> number of rows.
        show: (rows, verdicts) -> what is printed in the end.
        gather: what arrived -> the rows that are shown and written.
    """

    measure: Callable
    line: Callable
    amount: Callable
    show: Callable
    gather: Callable = list


def present(library):
    """Whether a package can be imported."""
    return find_spec(library) is not None


def jobs(options):
    """One job per shape and library: all cells, then those that are timed in the other library."""
    libraries = [name for name in ("torch", "jax") if present(name)] or [None]
    for shape in options.shapes:
        for k, library in enumerate(libraries):
            yield {
                "shape": shape, "names": options.beside if k else options.variants,
                "beside": options.beside, "pairs": options.pairs, "files": options.files,
                "library": library,
            }  # fmt: skip


def _steps(options):
    with tempfile.TemporaryDirectory() as cache:  # empty, so that every cell is compiled
        variables = {"JAX_PLATFORMS": "cpu", "GATELAB_CACHE": cache}
        for job in jobs(options):
            yield from child.rows("steps", job, options.keep_blas, **variables)


def _first_steps(options):
    for name in (first_step.FRESH, *options.beside):
        yield first_step.both(name, options.files, options.keep_blas)


PARTS = {
    "steps": Part(
        _steps,
        "{shape} {variant}: {milliseconds:.2f} ms".format_map,
        lambda options: sum(len(job["names"]) for job in jobs(options)),
        step_tables.steps,
        step_tables.gathered,
    ),
    "first": Part(
        _first_steps,
        "first step of {variant}: {first:.2f} s, cached {cached:.2f} s".format_map,
        lambda options: 1 + len(options.beside),
        tables.first_steps,
    ),
    "memory": Part(
        lambda options: child.rows("memory", {}, options.keep_blas),
        "memory after {variant} on {task}: {megabytes:.0f} MB".format_map,
        lambda options: len(memory.TASKS) * len(memory.VARIANTS),
        tables.memory,
    ),
    "tracking": Part(
        lambda options: child.rows(
            "tracking_cost", {"with_servers": servers.can_start()}, options.keep_blas
        ),
        "around trials, {way}: {wall:.2f} s per trial".format_map,
        lambda options: (3 + servers.can_start()) * tracking_cost.ROUNDS + 1,
        tables.tracking,
    ),
    "cluster": Part(
        lambda options: child.rows("cluster_cost", {}, options.keep_blas),
        "{trials} trials on {workers} Dask workers: {wall:.1f} s".format_map,
        lambda options: 2 * cluster_cost.ROUNDS,
        tables.cluster,
    ),
    "drawing": Part(
        lambda options: child.rows("drawing", {"names": tasks.names()}, options.keep_blas),
        lambda row: f"drawing a batch of {row['task']}: {tables.share_of(row)}",
        lambda options: len(tasks.names()),
        tables.drawing,
    ),
    "processors": Part(
        lambda options: processors.both(),
        "{processor}, seed {seed}: test {test:.4f}".format_map,
        lambda options: 2 * processors.SEEDS,
        tables.processors,
    ),
}


def possible():
    """The parts that can be measured with the packages that are installed."""
    return [name for name in PARTS if name != "cluster" or present("distributed")]


def work(options):
    """The number of rows of the requested parts."""
    return sum(PARTS[part].amount(options) for part in options.parts)


def remarks(environment, keep_blas):
    """Lines about environment variables and libraries that are not installed."""
    chosen = environment.get(blas.KERNELS)
    if chosen and not keep_blas:
        yield f"{blas.KERNELS}={chosen} was set; it is removed for the measurements"
    elif chosen:
        yield f"{blas.KERNELS}={chosen} is set, and kept"
    for library, lost in (
        ("torch", "goals against it are"),
        ("jax", "its column is"),
        ("distributed", "the part cluster is"),
    ):
        if not present(library):
            yield f"{library} is not installed: {lost} left out"

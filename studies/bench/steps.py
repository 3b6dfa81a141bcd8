"""How long does a training step of each cell take, here and in other libraries?"""

import os
import time

import numpy as np

from gatelab import variants
from gatelab.calculus.program import derive
from gatelab.foundation import blas
from gatelab.foundation.user_files import import_file

from . import child, limits, rivals
from .clock import interleaved, repeats, seconds
from .first_step import waited
from .goals import EAGER, JAX, LSTM
from .shapes import SHAPES, case

RIVALS = {
    "torch": {LSTM: rivals.torch_lstm, EAGER: rivals.torch_eager},
    "jax": {JAX: rivals.jax_scan},
    None: {},
}


def measure(shape, names, beside, pairs, files=(), library=None):
    """Time cells at one shape, and compare with one library.

    Args:
        shape: a name in ``SHAPES``.
        names: of the cells.
        beside: names of the cells that are also timed in that library.
        pairs: number of pairs of runs.
        files: of the user, to import.
        library: "torch", "jax" or None.

    Yields:
        one row per cell: its name and shape, seconds of its first step ("first"), milliseconds of a
        later one, the counts of ``_arithmetic``, its time as a multiple of each of
        ``RIVALS[library]``; and of this process "gemm_rate" (flop per second) and "kernels".
    """
    one_thread(library)
    for file in files:
        import_file(file)
    process = {"gemm_rate": limits.gemm_rate(), "kernels": kernels()}
    for name in names:
        others = {k: v for k, v in RIVALS[library].items() if k == LSTM or name in beside}
        yield {
            "shape": shape,
            "variant": name,
            **_timed(name, SHAPES[shape], pairs, others),
        } | process


def kernels():
    """The kernels that OpenBLAS chose in this process, as text."""
    return ", ".join(f"{chosen} ({library})" for library, chosen in sorted(blas.kernels().items()))


def _timed(name, shape, pairs, others):
    waiting, started = waited(), time.perf_counter()
    one = case(variants.get(name)(), shape, np.random.default_rng(0))
    step = rivals.own(one)
    step()
    first = time.perf_counter() - started - (waited() - waiting)
    n = repeats(step)
    alone = [seconds(step, n) for _ in range(pairs)]
    return {
        "milliseconds": 1000 * float(np.median(alone)),
        "first": first,
        **_arithmetic(one.layer.program, shape),
        **{label: interleaved(step, build(one), pairs) for label, build in others.items()},
    }


def _arithmetic(program, shape):
    """The amount of arithmetic of a cell, and how much of it must wait for other results."""
    lstm = derive(variants.get("standard")())
    count = lambda cell: limits.multiply_adds(cell, shape.D, shape.H)
    return {
        "work": count(program) / count(lstm),
        "flop": limits.flop(program, shape),
        "elementwise": limits.elementwise(program, shape),
        "chain": limits.chain(program),
        "over_units": limits.reductions(program),
    }


def one_thread(library):
    if library == "torch":
        import torch

        torch.set_num_threads(1)
    if library == "jax" and hasattr(os, "sched_setaffinity"):
        # jax has no setting for the number of threads; on one processor it starts only one.
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


if __name__ == "__main__":
    child.serve(measure)

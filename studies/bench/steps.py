"""How long does a training step of each cell take, and how long do others need for it?"""

import importlib.util
import os

import numpy as np

import variants
from harness import blas
from studies.reading import import_file

from . import child, rivals
from .clock import interleaved, repeats, seconds
from .limits import flop, gemm_rate
from .shapes import SHAPES, case

RIVALS = {
    "torch": {"torch.nn.LSTM": rivals.torch_lstm, "torch eager": rivals.torch_eager},
    "jax": {"jax.lax.scan": rivals.jax_scan},
    None: {},
}


def present(library):
    """Whether torch or jax can be imported."""
    return importlib.util.find_spec(library) is not None


def measure(shape, names, pairs, files=(), library=None):
    """Time cells at one shape, against those of one library.

    Yields:
        {"gemm_rate" (flop per second), "kernels"} first; then a row per cell: its name, shape,
        milliseconds, flop, units, and its time as a multiple of each of ``RIVALS[library]``.
    """
    _one_thread(library)
    for file in files:
        import_file(file)
    yield {"gemm_rate": gemm_rate(), "kernels": blas.kernels()}
    for name in names:
        yield {"shape": shape, "variant": name} | _timed(name, SHAPES[shape], pairs, library)


def _timed(name, shape, pairs, library):
    one = case(variants.get(name)(), shape, np.random.default_rng(0))
    step = rivals.own(one)
    n = repeats(step)
    alone = [seconds(step, n) for _ in range(pairs)]
    others = RIVALS[library].items()
    return {
        "milliseconds": 1000 * float(np.median(alone)),
        "flop": flop(one.layer.program, shape),
        "units": shape.T * shape.B * shape.H,
        **{label: interleaved(step, build(one), pairs).ratio for label, build in others},
    }


def _one_thread(library):
    if library == "torch":
        import torch

        torch.set_num_threads(1)
    if library == "jax" and hasattr(os, "sched_setaffinity"):
        # jax knows no number of threads; on one processor it starts but one.
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


if __name__ == "__main__":
    child.serve(measure)

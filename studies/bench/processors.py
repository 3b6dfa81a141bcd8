"""How far apart are two kinds of processor? The same trials as this one runs them, and with AVX2.

The same numbers, to the bit, hold on one kind of processor. In the second process LLVM, NumPy and
OpenBLAS are held to what every processor with AVX2 has.
"""

import numpy as np

from gatelab import tasks, variants
from gatelab.foundation.processor import processor
from gatelab.trials.trial import run_trial, splits_of

from . import child

TASK, CELL, SETTINGS = "digits", "gru", {"hidden": 32, "epochs": 20}
SEEDS = 3
FEATURES = "sse3 ssse3 sse4.1 sse4.2 popcnt avx avx2 fma bmi bmi2 lzcnt movbe f16c"


def held_to_avx2():
    """Environment variables of a process that uses no longer vectors than AVX2's."""
    found = np._core._multiarray_umath  # pyright: ignore[reportAttributeAccessIssue]
    longer = [
        name
        for name in found.__cpu_dispatch__
        if found.__cpu_features__.get(name) and ("512" in name or name == "X86_V4")
    ]
    return {
        "NUMBA_CPU_NAME": "haswell",
        "NUMBA_CPU_FEATURES": ",".join(f"+{feature}" for feature in FEATURES.split()),
        "OPENBLAS_CORETYPE": "Haswell",
        "NPY_DISABLE_CPU_FEATURES": " ".join(longer),
    }


def both():
    """Rows of this processor's kind, then of the other; see ``measure``."""
    yield from child.rows("processors", {}, keep_blas=True)
    yield from child.rows("processors", {}, keep_blas=True, **held_to_avx2())


def measure(seeds=SEEDS, settings=SETTINGS):
    """Train one cell on one task with several seeds.

    Yields:
        {"processor", "seed", "loss", "valid", "test"}: the training loss of the first epoch, and
        the scores of the best one.
    """
    task = tasks.make(TASK)
    for seed in range(seeds):
        splits = splits_of(task, seed)
        record = run_trial(task, variants.get(CELL), settings, seed, 0, splits)
        yield {
            "processor": processor(), "seed": seed, "loss": record.curves["train/loss"][0],
            "valid": record.score("valid", task.metric), "test": record.score("test", task.metric),
        }  # fmt: skip


def pairs(rows):
    """(row here, row of the other kind) of each seed."""
    half = len(rows) // 2
    return zip(rows[:half], rows[half:], strict=True)


if __name__ == "__main__":
    child.serve(measure)

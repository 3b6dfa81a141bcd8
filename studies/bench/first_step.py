"""How long does a cell's first training step take, the first time and in later processes?

This is the wall time from ``Layer(...)`` to the end of the first forward and backward pass, after
imports. Time spent waiting for a processor that others used is reported separately.
"""

import tempfile
import time
from pathlib import Path

import numpy as np

from gatelab import Layer, variants
from gatelab.foundation.user_files import import_file
from gatelab.kernels.backends import loop_backend
from gatelab.kernels.primitives import masks, products, scalar

from . import child
from .shapes import Shape, case

SHAPE = Shape(T=10, B=8, D=3, H=16)
IMPORTED = (loop_backend, masks, products, scalar)  # imported at the first use of the engine
FRESH = "never seen before"
TEXT = '''"""Written a moment ago: no cache can know this cell."""

from gatelab.variants import Variant, register, sigmoid, tanh


@register("fresh")
class Fresh(Variant):
    def step(self, p, x, h, c):
        i = sigmoid(p.W_i @ x + p.R_i @ h + {0} * p.p_i * c + p.b_i)
        f = sigmoid(p.W_f @ x + p.R_f @ h + {1} * p.p_f * c + p.b_f)
        g = tanh(p.W_g @ x + p.R_g @ h + {2} * p.b_g)
        c = f * c + i * g
        o = sigmoid(p.W_o @ x + p.R_o @ h + p.p_o * c + p.b_o)
        return o * tanh({3} * c), c
'''


def write_fresh(folder, rng):
    """Write a file with a cell whose constants are drawn at random."""
    path = Path(folder) / "fresh.py"
    path.write_text(TEXT.format(*rng.uniform(0.5, 1.5, 4).round(9)))
    return path


def waited():
    """Seconds that this process was ready to run but had to wait; 0 if unknown."""
    try:
        return int(Path("/proc/self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


def measure(name, files=()):
    """Yield one row: seconds of a cell's first training step in this process, and of its parts."""
    for file in files:
        import_file(file)
    variant = variants.get(name)()
    waiting, started = waited(), time.perf_counter()
    layer = Layer(variant, SHAPE.D, SHAPE.H)
    one = case(variant, SHAPE, np.random.default_rng(0), layer)
    ready = time.perf_counter()
    _, _, tape = layer.forward(one.params, one.x, one.state)
    forward = time.perf_counter()
    layer.backward(one.params, tape, one.dy)
    ended, waiting = time.perf_counter(), waited() - waiting
    yield {
        "wall": ended - started, "waiting": waiting, "seconds": ended - started - waiting,
        "derivation": ready - started, "forward": forward - ready, "backward": ended - forward,
    }  # fmt: skip


def both(name, files=(), keep_blas=False):
    """One row: a cell's first training step with an empty cache and with a filled one."""
    with tempfile.TemporaryDirectory() as cache:
        rng = np.random.default_rng()  # unseeded: the cell must be new each time
        if name == FRESH:
            files = [*files, str(write_fresh(cache, rng))]
        job = {"name": "fresh" if name == FRESH else name, "files": [*files]}
        (first,), (cached,) = (
            list(child.rows("first_step", job, keep_blas, GATELAB_CACHE=cache)) for _ in range(2)
        )
    row = {"variant": name, "first": first.pop("seconds"), "cached": cached.pop("seconds")}
    row |= {f"first {part}": value for part, value in first.items()}
    return row | {f"cached {part}": value for part, value in cached.items()}


if __name__ == "__main__":
    child.serve(measure)

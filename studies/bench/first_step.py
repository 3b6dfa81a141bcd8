"""How long does a cell keep its author waiting, the first time and in each later process?

Wall time from ``Layer(...)`` to the end of the first forward and backward pass; imports are done.
"""

import tempfile
import time
from pathlib import Path

import numpy as np

import variants
from harness import Layer
from harness.kernels import loop_backend
from studies.reading import import_file

from . import child
from .shapes import Shape, case

SHAPE = Shape(T=10, B=8, D=3, H=16)
FRESH = "never seen before"
TEXT = '''"""Written a moment ago: no cache can know this cell."""

from variants import Variant, register, sigmoid, tanh


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
    """A file with a cell whose constants are drawn now."""
    path = Path(folder) / "fresh.py"
    path.write_text(TEXT.format(*rng.uniform(0.5, 1.5, 4).round(9)))
    return path


def measure(name, files=()):
    """Yields one row: the wall seconds of a cell's first training step in this process."""
    for file in files:
        import_file(file)
    variant = variants.get(name)()
    assert loop_backend.LoopBackend  # its imports, Numba's among them, are done
    started = time.perf_counter()
    layer = Layer(variant, SHAPE.D, SHAPE.H)
    derived = time.perf_counter()
    one = case(variant, SHAPE, np.random.default_rng(0), layer)
    _, _, tape = layer.forward(one.params, one.x, one.state)
    forward = time.perf_counter()
    layer.backward(one.params, tape, one.dy)
    ended = time.perf_counter()
    yield {
        "seconds": ended - started,
        "derivation": derived - started,
        "forward": forward - derived,
        "backward": ended - forward,
    }


def both(name, files=(), keep_blas=False):
    """{"variant", "first", "cached", ...}: of one cell, with an empty cache and with a full one."""
    with tempfile.TemporaryDirectory() as cache:
        rng = np.random.default_rng()  # another cell each time: that is the point
        if name == FRESH:
            files = [*files, str(write_fresh(cache, rng))]
        job = {"name": "fresh" if name == FRESH else name, "files": [*files]}
        first, cached = (
            next(child.rows("first_step", job, keep_blas, GATELAB_CACHE=cache)) for _ in range(2)
        )
    parts = {f"first {part}": first[part] for part in ("derivation", "forward", "backward")}
    return {"variant": name, "first": first["seconds"], "cached": cached["seconds"], **parts}


if __name__ == "__main__":
    child.serve(measure)

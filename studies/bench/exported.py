"""What does a training step of an exported cell take, beside ours?

    python -m gatelab.studies.bench.exported            peephole, 28 steps of 128 sequences
    python -m gatelab.studies.bench.exported gru 11     another cell, 11 pairs

The written file of the cell is run as it is: in torch step by step, under ``torch.compile`` (which
needs a C++ compiler), and in JAX. Each is timed in pairs with ours on one thread. A step is a
forward and a backward pass; it yields the gradients of weights, x and initial states.
"""

import importlib
import os
import sys

import numpy as np

from gatelab import variants
from gatelab.foundation.markdown import table
from gatelab.standalone.naming import class_name
from gatelab.standalone.writing import source

from . import child, rivals
from .clock import interleaved, repeats, seconds
from .shapes import SHAPES, case
from .steps import one_thread

SHAPE = "S6"


def measure(cell, pairs, library, shape=SHAPE):
    """Time a cell's written file in one library.

    Args:
        cell: its name.
        pairs: number of pairs of runs, ours and the library's.
        library: "torch" or "jax".

    Yields:
        per way of running it: its name ("way"), the CPU seconds of the first step ("first"), our
        milliseconds per step ("ours"), the library's time as a multiple of ours ("times"), and the
        number of lines of the written file ("lines").
    """
    one_thread(library)
    one = case(variants.get(cell)(), SHAPES[shape], np.random.default_rng(0))
    own, text = rivals.own(one), source(one.layer.variant, library)
    space = {"__name__": "written"}
    exec(compile(text, f"<{cell} in {library}>", "exec"), space)
    for way, build in WAYS[library].items():
        theirs, before = build(one, space), cpu_seconds()
        theirs()
        first, times = cpu_seconds() - before, 1 / interleaved(own, theirs, pairs)
        ours = 1000 * float(np.median([seconds(own, repeats(own)) for _ in range(3)]))
        lines = len(text.splitlines())
        yield {"way": way, "first": first, "ours": ours, "times": times, "lines": lines}


def cpu_seconds():
    """CPU seconds of this process and of those that it started and that have ended: compilers."""
    return sum(os.times()[:4])


def in_torch(one, space, compiled=False):
    """A training step of the written layer; returns what ``rivals.own`` does."""
    torch = importlib.import_module("torch")
    layer = space[class_name(one.layer.variant)](one.layer.inputs, one.layer.hidden)
    layer.cell.load_state_dict({name: torch.tensor(v) for name, v in one.params.items()})
    run = torch.compile(layer) if compiled else layer
    x, *state = (torch.tensor(a, requires_grad=True) for a in (one.x, *one.state))
    params, dy = dict(layer.cell.named_parameters()), torch.tensor(one.dy)

    def step():
        y, _ = run(x, tuple(state))
        leaves = [*params.values(), x, *state]
        grads = torch.autograd.grad(y, leaves, dy, materialize_grads=True)
        n = len(params)
        return dict(zip(params, grads[:n], strict=True)), grads[n], grads[n + 1 :]

    return step


def in_jax(one, space):
    """A compiled training step of the written function; returns what ``rivals.own`` does."""
    jax = importlib.import_module("jax")

    @jax.jit
    def gradients(p, x, state, dy):
        _, pull = jax.vjp(lambda *given: space["layer"](*given)[0], p, x, state)
        return pull(dy)

    arrays = jax.tree.map(jax.numpy.asarray, (one.params, one.x, one.state, one.dy))
    return lambda: jax.block_until_ready(gradients(*arrays))


WAYS = {
    "torch": {
        "torch": in_torch,
        "torch.compile": lambda one, space: in_torch(one, space, compiled=True),
    },
    "jax": {"JAX, compiled": in_jax},
}


def markdown(rows):
    """The rows as a table for docs/take-it-home.md."""
    head = [
        "",
        "a training step, as a multiple of ours",
        "the first step, CPU s",
        "lines of the file",
    ]
    cells = [
        [row["way"], f"{row['times']:.2f}", f"{row['first']:.1f}", str(row["lines"])]
        for row in rows
    ]
    ours = f"ours ({np.median([row['ours'] for row in rows]):.1f} ms)"
    return table(head, [[ours, "1", "", ""], *cells])


def main(cell="peephole", pairs="7"):
    """Measure in each library, in a process of its own, and print the table."""
    jobs = [{"cell": cell, "pairs": int(pairs), "library": library} for library in WAYS]
    print(f"{cell}, {SHAPES[SHAPE]}, float32, one thread", flush=True)
    fresh = {"TORCHINDUCTOR_FORCE_DISABLE_CACHES": "1"}  # or an earlier run spares the first step
    print(markdown([row for job in jobs for row in child.rows("exported", job, **fresh)]))


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1].startswith("{"):
        child.serve(measure)
    else:
        main(*sys.argv[1:])

"""The Numba rendering: a program as the source of two loops over time.

Pointwise segments become functions over flat arrays, with matrix products between them. The text
keeps the names of the equations, so that it stays readable.
"""

import re
from dataclasses import dataclass

from gatelab.variants.language.operations import CALLED
from gatelab.variants.language.table import TABLE

from ...calculus.blocks import reachable
from ..layout.places import Array, Place
from ..layout.schedule import backward_schedule, forward_schedule
from ..layout.stacks import rows_of
from ..layout.storage import Storage, lay_out
from .backward_loop import BackwardLoop
from .forward_loop import ForwardLoop

HEADER = '''"""A recurrent cell, {dtype}: derived from its equations, do not edit."""

import numpy as np
from numba import njit

from gatelab.kernels.caching.numba_cache import compiled
from gatelab.kernels.primitives.masks import add, copy, hold, silence
from gatelab.kernels.primitives.options import DRIVER, INNER
from gatelab.kernels.primitives.products import products
from gatelab.kernels.primitives.reductions import STAGES
from gatelab.kernels.primitives.scalar import FLOAT{bits} as F
from gatelab.kernels.primitives.scalar import SEGMENT

product, outer = products("{dtype}")
real = np.{dtype}
'''


@dataclass(frozen=True)
class LoopSource:
    """The text of a compiled loop, and a description of its arguments.

    Attributes:
        reductions: number of functions of all units that the backward pass computes.
        carried: numbers of the states that need a buffer for their elementwise adjoint.
        pulled: per state, the (group, operand number) pairs that contribute to its adjoint.
        vectors: parameters used elementwise, in argument order.
        numbers: run-time numbers, in argument order.
        scalars: the trained ones among the numbers.
    """

    text: str
    storage: Storage
    carried: tuple[int, ...]
    pulled: tuple[tuple[tuple[int, int], ...], ...]
    vectors: tuple[str, ...]
    scalars: tuple[str, ...]
    numbers: tuple[str, ...]
    reductions: int


def loop_source(program, dtype):
    """Generate the source of ``forward`` and ``backward`` for a program.

    Args:
        program: the ``Program`` of a cell.
        dtype: "float32" or "float64".

    Returns:
        LoopSource.
    """
    segments, remembered = forward_schedule(program)
    shared = _Shared(program, lay_out(program, remembered))
    forward = ForwardLoop(shared).driver(segments)
    backward = BackwardLoop(shared, backward_schedule(program))
    texts = [forward, backward.driver()]
    for name in shared.reductions:
        shared.functions |= {stage for stage in TABLE[name].stages if isinstance(stage, str)}
    imports = "\n".join(f'{name} = F["{name}"]' for name in sorted(shared.functions))
    head = HEADER.format(dtype=dtype, bits=dtype[-2:]) + imports
    reductions = [_reduction(name) for name in sorted(shared.reductions)]
    return LoopSource(
        text="\n\n\n".join([head, *reductions, *shared.segments, *texts]) + "\n",
        storage=shared.storage,
        carried=backward.carried,
        pulled=tuple(tuple(n.value[:2] for n in ns) for ns in backward.schedule.pulled),
        vectors=tuple(shared.vectors),
        scalars=tuple(shared.scalars),
        numbers=tuple(shared.numbers),
        reductions=len(backward.reduced),
    )


def _reduction(name):
    """The source of a function of all units, composed of its stages."""
    heads, lines = [], []
    for k, stage in enumerate(TABLE[name].stages):
        if isinstance(stage, str):
            lines += ["for k in range(len(a)):", f"    a[k] = {stage}(a[k])"]
        else:
            heads.append(f'_{name}_{k} = STAGES["{name}"][{k}]')
            lines.append(f"_{name}_{k}(a, y, beside, B)")
    body = [f"    {line}" for line in lines]
    return "\n".join([*heads, "", "", "@njit(**INNER)", f"def {name}(a, y, beside, B):", *body])


class _Shared:
    """Parts shared by both passes: the layout, and the text of arrays and arguments."""

    def __init__(self, program, storage):
        self.program, self.storage, self.groups = program, storage, program.blocks.groups
        leaves = reachable(program.blocks.outputs)
        self.vectors = [n.value for n in leaves if n.op == "vector"]
        self.scalars = [n.value for n in leaves if n.op == "scalar"]
        self.numbers = [*program.hypers, *self.scalars]
        self.functions, self.reductions, self.segments = set(), set(), []
        self.words = (*re.findall(r"\w+", HEADER), *CALLED)

    def finish(self, writer, name):
        """Add a segment's function and return its call, as a list of lines."""
        self.functions |= writer.functions
        made = writer.function(name)
        if made is None:
            return []
        self.segments.append(made[0])
        return [made[1]]

    def reduce(self, op, target, read, forward=None):
        """The call of a function of all units, which overwrites its operand.

        Args:
            op: name of the operation.
            target: the place of the operand.
            read: the place of the forward function's result.
            forward: node of the forward function, if it stored a deviation.
        """
        self.reductions.add(op)
        left = forward is not None and TABLE[forward.op].beside
        beside = self.storage.deviation(forward) if left else target
        return f"{op}({target}, {read}, {beside}, B)"

    def place(self, node):
        """The place of an elementwise leaf of a step."""
        if node.op in ("hyper", "scalar"):
            return Place(Array.NUMBERS, index=str(self.numbers.index(node.value)))
        if node.op == "vector":
            return Place(Array.VECTORS, index=str(self.vectors.index(node.value)))
        if node.op == "noise":
            k = self.program.noise.index(node.value)
            return Place(Array.NOISE, k, f"t * noise_step[{k}]")
        return self.storage.state_home[self.program.states.index(node.value)][0]

    def operand(self, g):
        """The rows of a group's stack that it multiplies, as text."""
        s, first = self.storage.group_stack[g]
        start = self.storage.stacks[s].offset(first)
        return Place(Array.STACK, s, "t", start, rows_of(self.groups[g]))

    def arrays(self):
        """Arguments common to both drivers."""
        # In the backward pass A is a transposed copy, with which BLAS is up to 1.6x faster.
        counts = {"A": len(self.groups), "Z": len(self.storage.stacks), "G": len(self.groups)}
        counts["S"] = self.storage.loose_states
        counts["N"] = len(self.program.noise)
        names = [f"{letter}{k}" for letter, n in counts.items() for k in range(n)]
        return [*names, "noise_step", "DEV", "E", "V", "numbers"]

    def driver(self, name, arguments, steps, body):
        """The function that loops over time."""
        lines = [f"    for t in {steps}:", *(f"        {line}" for line in body)]
        head = f"def {name}(T, D, H, B, on, full, {', '.join(arguments)}):"
        return "\n".join(["@compiled(**DRIVER)", head, *lines])

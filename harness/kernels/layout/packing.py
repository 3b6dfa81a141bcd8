"""Packing: parameters into stacked matrices, states into their places, gradients back out.

Everything that depends only on sizes is computed once per layer. For small cells, these few
microseconds would be a considerable part of a training step.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from gatelab.variants.language.parameters import kind

from ...calculus.blocks import bias, matrices
from ...calculus.matrices import evaluate, gradients
from .arena import LINE, carve, wide
from .places import Array
from .stacks import ONE, items_of, rows_of


@dataclass(frozen=True)
class Block:
    """One parameter's part of a stacked matrix: a matrix expression, or a bias."""

    group: int
    rows: slice
    columns: Any
    matrix: Any
    bias: str | None


class Packing:
    """The positions of all values in the arrays of a compiled program, for given D and H."""

    def __init__(self, program, source, D, H, dtype):
        self.program, self.source, self.D, self.H, self.dtype = program, source, D, H, dtype
        self.groups, self.storage = program.blocks.groups, source.storage
        self.heights = [rows_of(g).rows(D, H) for g in self.groups]
        self.stacks = [s.height.rows(D, H) for s in self.storage.stacks]
        self.blocks = [b for g in range(len(self.groups)) for b in self._blocks(g)]
        self.inputs, self.ones = self._stack_rows()
        self.homes = [[self._home(p) for p in places] for places in self.storage.state_home]
        self.sums = (*source.vectors, *source.scalars)

    def _columns(self, group):
        """Slices of the operands, and of the row of ones, in a group's operand rows."""
        spans, ones, at = [], None, 0
        for item in items_of(group):
            if item is ONE:
                ones, at = at, at + 1
                continue
            size = self.D if item.op == "input" else self.H
            spans.append(slice(at, at + size))
            at += size
        return spans, ones

    def _blocks(self, g):
        spans, ones = self._columns(self.groups[g])
        for j, row in enumerate(self.groups[g].rows):
            rows = slice(j * self.H, (j + 1) * self.H)
            for matrix, columns in zip(matrices(row), spans, strict=True):
                yield Block(g, rows, columns, matrix, None)
            if bias(row):
                yield Block(g, rows, ones, None, bias(row))

    def _stack_rows(self):
        inputs, ones = [], []
        for s, stack in enumerate(self.storage.stacks):
            for k, item in enumerate(stack.items):
                at = stack.offset(k).rows(self.D, self.H)
                if item is ONE:
                    ones.append((s, at))
                elif item.op == "input":
                    inputs.append((s, slice(at, at + self.D)))
        return inputs, ones

    def _home(self, place):
        first = {Array.STACK: 0, Array.STATE: len(self.stacks) + len(self.groups)}[place.array]
        start = place.start.rows(self.D, self.H)
        return first + place.number, slice(start, start + self.H)

    # -- forward ---------------------------------------------------------------------------

    def matrices(self, params, hypers):
        """[W_i b_i R_i; W_f b_f R_f; ...] of each group, (rows, operand rows)."""
        packed = [
            np.empty((len(g.rows) * self.H, height), self.dtype)
            for g, height in zip(self.groups, self.heights, strict=True)
        ]
        for b in self.blocks:
            value = params[b.bias] if b.matrix is None else evaluate(b.matrix, params, hypers)
            packed[b.group][b.rows, b.columns] = value
        return packed

    def vectors(self, params, B):
        """Parameters used elementwise, each repeated for all sequences, (n, H * B)."""
        out = np.empty((len(self.source.vectors), self.H, B), self.dtype)
        for k, name in enumerate(self.source.vectors):
            out[k] = params[name][:, None]
        return out.reshape(len(out), self.H * B)

    def numbers(self, params, hypers):
        """Run-time hyperparameters and trained scalars, in the order of the source."""
        values = [hypers[n] if n in hypers else params[n] for n in self.source.numbers]
        return np.array(values, self.dtype)

    def shapes(self, T, B):
        """Shapes of the stacks, blocks, loose states and extra values of one forward pass."""
        unit = self.H * B
        return [
            *((T + 1, rows * B) for rows in self.stacks),
            *((T, len(g.rows) * unit) for g in self.groups),
            *[(T + 1, unit)] * self.storage.loose_states,
            (T, len(self.storage.deviations) * B),
            (T, self.storage.extra * unit),
        ]

    def fill(self, arrays, x, state):
        """Write x (T, D, B), the rows of ones and the initial states into the loop's arrays."""
        T, _, B = x.shape
        stacks = [Z.reshape(T + 1, -1, B) for Z in arrays[: len(self.stacks)]]
        for s, rows in self.inputs:
            stacks[s][:T, rows] = x
        for s, row in self.ones:
            stacks[s][:T, row] = 1
        for value, homes in zip(state, self.homes, strict=True):
            for k, rows in homes:
                arrays[k][0].reshape(-1, B)[rows] = value

    def history(self, arrays, k, B):
        """State k at the start of every step and at the end, (T + 1, H, B)."""
        number, rows = self.homes[k][0]
        return arrays[number].reshape(len(arrays[number]), -1, B)[:, rows]

    # -- backward --------------------------------------------------------------------------

    def work(self, B):
        """Zeroed buffers of one backward pass, in the order of the source's arguments."""
        H, unit, n_states = self.H, self.H * B, len(self.program.states)
        shapes = [
            *((len(g.rows) * H, wide(k)) for g, k in zip(self.groups, self.heights, strict=True)),
            *((len(g.rows) * unit,) for g in self.groups),
            *((k * B,) for k in self.heights),
            *[(unit,)] * len(self.source.carried),
            *[(len(self.sums), unit)] * 2,
            *[(n_states, unit)] * 2,
            (self.source.reductions, unit),
            *((wide(k) * B,) for k in self.heights),
        ]
        sizes = [wide(math.prod(s)) for s in shapes]
        buffer = np.zeros(sum(sizes) + LINE, self.dtype)
        return carve(buffer, shapes)

    def send(self, work, dstate, B):
        """Write the gradients of the final states into the loop's arrays."""
        for k, bar in enumerate(dstate):
            self._summands(work, k, B)[0][:] = bar

    def received(self, work, B):
        """Gradients of the initial states, (H, B) each."""
        return tuple(sum(self._summands(work, k, B)) for k in range(len(self.program.states)))

    def _summands(self, work, k, B):
        """The summands of a state's incoming adjoint, as (H, B) views."""
        n = len(self.groups)
        parts = []
        if k in self.source.carried:
            parts.append(work[3 * n + self.source.carried.index(k)].reshape(self.H, B))
        for g, position in self.source.pulled[k]:
            rows = self._columns(self.groups[g])[0][position]
            parts.append(work[2 * n + g].reshape(-1, B)[rows])
        return parts

    def gradients(self, work, hypers, B):
        """{parameter: gradient}."""
        grads = dict.fromkeys(self.program.parameters)
        for b in self.blocks:
            part = work[b.group][b.rows, b.columns]
            if b.matrix is None:
                _add(grads, b.bias, part)
            else:
                for name, own in gradients(b.matrix, part, hypers):
                    _add(grads, name, own)
        sums = work[3 * len(self.groups) + len(self.source.carried)].reshape(-1, self.H, B)
        for name, total in zip(self.sums, sums, strict=True):
            _add(grads, name, total.sum() if kind(name).is_scalar else total.sum(1))
        for name in [n for n, g in grads.items() if g is None]:  # no output depends on it
            grads[name] = np.zeros(kind(name).shape(self.D, self.H), self.dtype)
        return grads


def _add(grads, name, gradient):
    grads[name] = gradient if grads[name] is None else grads[name] + gradient

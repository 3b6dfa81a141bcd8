"""Packing: parameters into stacked matrices, states into their places, gradients back out."""

from dataclasses import dataclass

import numpy as np

from ..calculus.blocks import bias, matrices
from .storage import items_of, rows_of


@dataclass
class Work:
    """Buffers of one backward pass."""

    weight_sums: list
    bars: list
    pulled: list
    carried: dict
    sums: np.ndarray
    masked: np.ndarray
    incoming: np.ndarray
    held: np.ndarray

    @property
    def arguments(self):
        lists = [*self.weight_sums, *self.bars, *self.pulled, *self.carried.values()]
        return [*lists, self.sums, self.masked, self.incoming, self.held]


class Packing:
    """The arrays that a compiled program works on, for given D and H."""

    def __init__(self, program, source, D, H):
        self.program, self.source, self.D, self.H = program, source, D, H
        self.storage, self.groups = source.storage, program.blocks.groups

    # -- forward ---------------------------------------------------------------------------

    def matrices(self, params, hypers, dtype):
        """[W_i b_i R_i; W_f b_f R_f; ...] of each group, (rows, operand rows)."""
        packed = []
        for group in self.groups:
            A = np.empty((len(group.rows) * self.H, rows_of(group).rows(self.D, self.H)), dtype)
            for j, row in enumerate(group.rows):
                block = A[j * self.H : (j + 1) * self.H]
                for matrix, (a, b) in zip(matrices(row), self._columns(group), strict=True):
                    block[:, a:b] = evaluate(matrix, params, hypers)
                if bias(row):
                    block[:, self._ones(group)] = params[bias(row)]
            packed.append(A)
        return packed

    def vectors(self, params, B, dtype):
        """Parameters used elementwise, each repeated for the batch, (n, H * B)."""
        out = np.empty((max(len(self.source.vectors), 1), self.H, B), dtype)
        for k, name in enumerate(self.source.vectors):
            out[k] = params[name][:, None]
        return out.reshape(len(out), self.H * B)

    def numbers(self, params, hypers, dtype):
        """Run-time hyperparameters and trained scalars, in the order of the source."""
        values = [hypers[n] if n in hypers else params[n] for n in self.source.numbers]
        return np.array(values or [0.0], dtype)

    def shapes(self, T, B):
        """Shapes of the stacks, blocks, loose states and extra values of one forward pass."""
        H, storage = self.H, self.storage
        stacks = [(T + 1, s.height.rows(self.D, H) * B) for s in storage.stacks]
        blocks = [(T, len(g.rows) * H * B) for g in self.groups]
        return [*stacks, *blocks, *[(T + 1, H * B)] * storage.loose_states, (T, storage.extra * H * B)]

    def fill(self, arrays, x, state):
        """Put x, the rows of ones and the initial states where the loop reads them."""
        T, D, B = x.shape
        for stack, Z in zip(self.storage.stacks, arrays, strict=False):
            rows = Z.reshape(T + 1, -1, B)
            for k, item in enumerate(stack.items):
                at = stack.offset(k).rows(D, self.H)
                if isinstance(item, str):
                    rows[:T, at] = 1
                elif item.op == "input":
                    rows[:T, at : at + D] = x
        for k, value in enumerate(state):
            for place in self.storage.state_home[k]:
                self._block(arrays, place, B)[0] = value

    def history(self, arrays, k, B):
        """State k at the start of every step, and at the end, (T + 1, H, B)."""
        return self._block(arrays, self.storage.state_home[k][0], B)

    def _block(self, arrays, place, B):
        letter, number = place.array[0], int(place.array[1:])
        first = {"Z": 0, "S": len(self.storage.stacks) + len(self.groups)}[letter]
        array = arrays[first + number]
        start = place.start.rows(self.D, self.H)
        return array.reshape(len(array), -1, B)[:, start : start + self.H]

    # -- backward --------------------------------------------------------------------------

    def work(self, B, dtype):
        """Buffers of one backward pass, zeroed."""
        H, n_states = self.H, len(self.program.states)
        heights = [rows_of(g).rows(self.D, H) for g in self.groups]
        n_sums = max(len(self.source.vectors) + len(self.source.scalars), 1)
        zeros = lambda *shape: np.zeros(shape, dtype)
        return Work(
            weight_sums=[zeros(len(g.rows) * H, k) for g, k in zip(self.groups, heights, strict=True)],
            bars=[zeros(len(g.rows) * H * B) for g in self.groups],
            pulled=[zeros(k * B) for k in heights],
            carried={k: zeros(H * B) for k in self.source.carried},
            sums=zeros(n_sums, H * B),
            masked=zeros(n_sums, H * B),
            incoming=zeros(n_states, H * B),
            held=zeros(n_states, H * B),
        )

    def send(self, work, dstate, B):
        """Start from the loss's gradient with respect to the final states."""
        for k, bar in enumerate(dstate):
            self._summands(work, k, B)[0][:] = bar

    def received(self, work, B):
        """Gradients of the initial states, (H, B) each."""
        return tuple(sum(self._summands(work, k, B)) for k in range(len(self.program.states)))

    def _summands(self, work, k, B):
        """The parts of a state's incoming adjoint, as (H, B) views."""
        parts = [work.carried[k].reshape(self.H, B)] if k in work.carried else []
        for g, position in self.source.pulled[k]:
            at = self._columns(self.groups[g])[position][0]
            parts.append(work.pulled[g].reshape(-1, B)[at : at + self.H])
        return parts

    def gradients(self, work, hypers, B):
        """Gradients by parameter name."""
        H = self.H
        grads = {n: None for n in self.program.parameters}
        for group, DA in zip(self.groups, work.weight_sums, strict=True):
            for j, row in enumerate(group.rows):
                block = DA[j * H : (j + 1) * H]
                for matrix, (a, b) in zip(matrices(row), self._columns(group), strict=True):
                    spread(matrix, block[:, a:b], hypers, grads)
                if bias(row):
                    _add(grads, bias(row), block[:, self._ones(group)])
        sums = work.sums.reshape(len(work.sums), H, B)
        for k, name in enumerate((*self.source.vectors, *self.source.scalars)):
            _add(grads, name, sums[k].sum() if name.startswith("s_") else sums[k].sum(1))
        return {n: self._zero(n, work) if g is None else g for n, g in grads.items()}

    def _zero(self, name, work):
        """A parameter that the outputs do not depend on."""
        shapes = {"W": (self.H, self.D), "R": (self.H, self.H), "s": ()}
        return np.zeros(shapes.get(name[0], (self.H,)), work.sums.dtype)

    def _columns(self, group):
        """(start, end) of each operand among a group's operand rows."""
        spans, at = [], 0
        for item in items_of(group):
            if isinstance(item, str):
                at += 1
                continue
            size = self.D if item.op == "input" else self.H
            spans.append((at, at + size))
            at += size
        return spans

    def _ones(self, group):
        """The row of ones among a group's operand rows."""
        return self.D if group.operands[0].op == "input" else 0


def evaluate(matrix, params, hypers):
    """The value of a matrix expression."""
    kind = matrix.op.partition(":")[2]
    if kind == "leaf":
        return params[matrix.value]
    first = evaluate(matrix.args[0], params, hypers)
    if kind == "T":
        return first.T
    if kind == "scale":
        return first * _factor(matrix, hypers)
    second = evaluate(matrix.args[1], params, hypers)
    return first + second if kind == "add" else first - second


def spread(matrix, gradient, hypers, grads):
    """Hand the gradient of a matrix expression to the parameters inside it."""
    kind = matrix.op.partition(":")[2]
    if kind == "leaf":
        _add(grads, matrix.value, gradient)
    elif kind == "T":
        spread(matrix.args[0], gradient.T, hypers, grads)
    elif kind == "scale":
        spread(matrix.args[0], gradient * _factor(matrix, hypers), hypers, grads)
    else:
        spread(matrix.args[0], gradient, hypers, grads)
        spread(matrix.args[1], gradient if kind == "add" else -gradient, hypers, grads)


def _factor(matrix, hypers):
    factor = matrix.args[1]
    return factor.value if factor.op == "constant" else hypers[factor.value]


def _add(grads, name, gradient):
    grads[name] = gradient if grads[name] is None else grads[name] + gradient

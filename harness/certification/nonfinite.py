"""The origin of infinities and NaN: the first operation of a step that yields one, and a remedy."""

import numpy as np

from gatelab.variants.language.symbols import COMPARISONS, Matrix
from gatelab.variants.language.table import TABLE

from ..calculus.program import derive
from ..calculus.trace import rewritten
from ..calculus.unused import needed

SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**"}
MATRICES = {
    "matrix:T": lambda a: a.T,
    "matrix:add": np.add,
    "matrix:sub": np.subtract,
    "matrix:scale": np.multiply,
    "product": np.matmul,
}
INSTEAD = {
    "log": "log(maximum(a, 1e-6))",
    "sqrt": "sqrt(maximum(a, 1e-6))",
    "exp": "exp(minimum(a, 20.0))",
    "div": "a / maximum(b, 1e-6)",
    "pow": "maximum(a, 1e-6) ** b",
}
GROWS = "tanh or sigmoid of it, or minimum(maximum(a, -1e6), 1e6)"


def cause(layer, problem):
    """The line and operation that yield the first non-finite number, and a remedy.

    Args:
        layer: the layer that computed non-finite numbers.
        problem: the ``Problem`` that it was run on.

    Returns:
        One line of text; "" if no single operation of the step is the cause.
    """
    return _Search(layer, problem).cause()


class _Search:
    def __init__(self, layer, problem):
        self.layer, self.problem = layer, problem
        self.trace = rewritten(derive(layer.variant).traced, lambda *_: None)  # gets new nodes
        nodes, used = self.trace.graph.nodes, needed(self.trace.outputs)
        self.nodes = [n for n in nodes if n.index in used]
        self.real = layer.dtype.type

    def cause(self):
        steps = [*self._steps()]
        for values, on in steps:
            for output in self.trace.outputs:
                if _bad(values[output.index], on).any():
                    return self._value(values, output, on)
        slopes = self._slopes()
        for values, on in steps:
            for node, slope in slopes:
                if _bad(self._computed(slope, values), on).any():
                    return self._slope(values, node, slope, on)
        return ""

    def _steps(self):
        """Yield per step the values of all nodes, and a mask of the sequences still running."""
        trace, problem = self.trace, self.problem
        state = [s.T.astype(self.real) for s in problem.state]
        for t in range(len(problem.x)):
            on = np.ones(len(problem.x[t]), bool)
            on = on if problem.lengths is None else t < problem.lengths
            values = dict(self._leaves(problem.x[t].T.astype(self.real), state))
            for node in self.nodes:
                self._computed(node, values)
            yield values, on
            new = [values[o.index] for o in trace.outputs]
            state = [np.where(on, n, s) for n, s in zip(new, state, strict=True)]

    def _leaves(self, x, state):
        given = {"input": {"x": x}, "state": dict(zip(self.trace.states, state, strict=True))}
        for node in self.trace.graph.nodes:
            if node.op in given:
                yield node.index, given[node.op][node.value]
            elif node.op == "hyper":
                yield node.index, self.real(getattr(self.layer.variant, node.value))
            elif node.value in self.problem.params:
                value = np.asarray(self.problem.params[node.value], self.real)
                yield node.index, value[:, None] if value.ndim == 1 else value

    def _computed(self, node, values):
        if node.op == "constant":  # derivative rules add constants
            return self.real(node.value)
        if node.index not in values:
            compute = MATRICES.get(node.op) or TABLE[node.op].arrays
            arguments = [self._computed(a, values) for a in node.args]
            values[node.index] = compute(*arguments)
        return values[node.index]

    def _slopes(self):
        """[(node, derivative with respect to an argument)] of all nodes that have derivatives."""
        found, one = [], self.trace.graph.constant(1.0)
        for node in self.nodes:
            rule = TABLE[node.op].derivative if node.op in TABLE else None
            if rule is None or TABLE[node.op].reduces:
                continue
            for argument, slope in zip(node.args, rule(one, node, *node.args), strict=True):
                if slope is not None and argument.op not in ("constant", "hyper", *COMPARISONS):
                    found.append((node, slope))
        return found

    def _value(self, values, node, on):
        """Report the first operation below a non-finite node whose arguments are all finite."""
        where, below = on, True
        while below:
            if node.op == "where":  # the side not selected has no effect
                chosen = values[node.args[0].index]
                masks = (False, chosen & where, ~chosen & where)
            else:
                masks = [on if node.op == "product" or _reduces(node) else where] * len(node.args)
            below = [
                (a, mask) for a, mask in zip(node.args, masks, strict=True)
                if a.op != "constant" and not isinstance(a, Matrix)
                and _bad(values[a.index], mask).any()
            ]  # fmt: skip
            if below:
                node, where = below[0]
        if not node.args:
            return ""
        at = _first(_bad(values[node.index], where))
        result = _at(values[node.index], at)
        return self._said(node, f"{self._call(node, values, at)} is {result:g}")

    def _slope(self, values, node, slope, on):
        for argument in node.args:  # where a NaN is not selected
            if argument.op != "constant" and _bad(values[argument.index], on).any():
                return self._value(values, argument, on)
        at = _first(_bad(values[slope.index], on))
        what = "no slope" if np.isnan(_at(values[slope.index], at)) else "an infinite slope"
        return self._said(node, f"{self._call(node, values, at)} has {what}")

    def _call(self, node, values, at):
        """The operation written with the numbers that it was given."""
        if node.op == "product":
            return "the product"
        numbers = [f"{_at(self._computed(a, values), at) + 0:.4g}" for a in node.args]
        if node.op in SIGNS:
            numbers[0] = f"({numbers[0]})" if numbers[0].startswith("-") else numbers[0]
            return f" {SIGNS[node.op]} ".join(numbers)
        return f"{node.op}({', '.join(numbers)})"

    def _said(self, node, what):
        instead = INSTEAD.get(node.op, GROWS)
        if node.op == "div" and node.args[1].op in ("vector", "scalar"):
            instead = f"{node.args[1].value} = 1.0 in the class, where it starts, or {instead}"
        return f"{self.trace.line(node)}{what} in {self.layer.dtype}; write {instead}"


def _reduces(node):
    return node.op in TABLE and TABLE[node.op].reduces


def _bad(value, where):
    return ~np.isfinite(value) & where


def _first(bad):
    return tuple(np.argwhere(bad)[0])


def _at(value, at):
    """One element of an array, broadcast along axes of length one."""
    sizes = np.shape(value)
    return np.asarray(value)[tuple(min(k, n - 1) for k, n in zip(at, sizes, strict=False))]

"""A cell's step as the body of an ONNX Scan, on rows: x (N, D), states (N, H).

There is about one node per operation of the step, named after the author's variable.
"""

import numpy as np
from onnx import TensorProto, helper

from gatelab.variants.language.symbols import depends_on_data

from ..calculus.blocks import LEAVES, bias, matrices, operands, reachable
from ..calculus.matrices import evaluate
from ..calculus.program import derive
from .operations import write


def body(layer, params, names, zoneout, nodes):
    """The graph of one step: (states, x, whether the sequence still runs) to (states, output).

    After the end of a sequence, states are kept and the output is 0. They are selected, not
    multiplied by a mask, because padding may hold NaN.

    Args:
        layer: the ``Layer`` to export.
        params: {name in the step: array}.
        names: {name in the step: name in the model}.
        zoneout: the zoneout rate; a prediction uses the mean of the noise.
        nodes: the ``Nodes`` of the body.

    Returns:
        ``onnx.GraphProto``.
    """
    # Recurrent dropout has no effect on predictions: the program is derived without it.
    program = derive(layer.variant, ("zoneout",) if zoneout else (), layer.layer_norm)
    news = _Writer(program, params, names, layer.hypers, zoneout, nodes).outputs()
    olds, runs = [nodes.prefix + s for s in program.states], f"{nodes.prefix}x.runs"
    held = [
        nodes.add("Where", runs, new, old, name=f"{state}.next")
        for state, new, old in zip(program.states, news, olds, strict=True)
    ]
    output = nodes.add("Where", runs, news[0], nodes.weight("0.0", [0.0]), name="x.output")
    inputs = [*(_rows(s, layer.hidden) for s in olds), _rows(f"{nodes.prefix}x", layer.inputs)]
    inputs.append(_rows(runs, 1, TensorProto.BOOL))
    outputs = [_rows(name, layer.hidden) for name in (*held, output)]
    return helper.make_graph(nodes.nodes, f"{nodes.prefix}graph", inputs, outputs)


def _rows(name, size, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, ["N", size])


class _Writer:
    """Writes the nodes of a step; vectors are (H,), numbers (1,), everything else rows (N, H)."""

    def __init__(self, program, params, names, hypers, zoneout, nodes):
        self.program, self.params, self.names, self.hypers = program, params, names, hypers
        self.zoneout, self.nodes, self.known = zoneout, nodes, {}

    def outputs(self):
        """Names of the new states, (N, H) each."""
        for node in reachable(self.program.blocks.outputs):
            self.known[node.index] = self._written(node, self.program.names[node.index])
        states = zip(self.program.states, self.program.blocks.outputs, strict=True)
        return [self._rows(state, output) for state, output in states]

    def _rows(self, state, output):
        """A new state as (N, H), also if it depends on neither states nor input."""
        value = self.known[output.index]
        if depends_on_data(output):
            return value
        shape = self.nodes.add("Shape", self.nodes.prefix + state, name=f"{state}.shape")
        return self.nodes.add("Expand", value, shape, name=f"{state}.rows")

    def _written(self, node, name):
        if node.op in LEAVES:
            return self._leaf(node, name)
        if node.op == "affine":
            return self._affine(node, name)
        return write(self.nodes, node.op, name, [self.known[a.index] for a in node.args])

    def _leaf(self, node, name):
        if node.op in ("vector", "scalar"):
            return self._parameter(node.value)
        if node.op == "constant":
            return self.nodes.weight(name, [node.value])
        if node.op in ("hyper", "noise"):
            number = self.zoneout if node.op == "noise" else self.hypers[node.value]
            return self.nodes.weight(self.nodes.prefix + name, [number])
        return self.nodes.prefix + name  # x or an old state

    def _parameter(self, name):
        return self.nodes.weight(self.names[name], np.atleast_1d(self.params[name]))

    def _affine(self, node, name):
        """W x + R h + b: one Gemm per operand, each adding to the one before."""
        b, vectors = bias(node), operands(node)
        total = [] if b is None else [self._parameter(b)]
        for k, (vector, matrix) in enumerate(zip(vectors, matrices(node), strict=True), 1):
            label = name if k == len(vectors) else f"{name}.{k}"
            pair = self.known[vector.index], self._matrix(matrix, f"{name}.matrix{k}")
            total = [self.nodes.add("Gemm", *pair, *total, name=label, transB=1)]
        return total[0]

    def _matrix(self, matrix, name):
        """A parameter by its name; other matrix expressions are evaluated here."""
        if matrix.op == "matrix:leaf":
            return self._parameter(matrix.value)
        value = evaluate(matrix, self.params, self.hypers)
        return self.nodes.weight(self.nodes.prefix + name, value)

"""A network's graph, level by level; values are passed on by name.

Inside the graph, time is the first axis, (T, N, F): some ONNX readers support no other Scan.
"""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from ..networks.level import DIRECTIONS
from .operations import Nodes
from .step import body


def graph_of(network):
    """A network as an ``onnx.GraphProto`` from (x, lengths) to y."""
    made, value = _Graph(network), helper.make_tensor_value_info
    made.write()
    steps = ["T"] if network.per_step else []
    inputs = [
        value("x", TensorProto.FLOAT, ["N", "T", network.inputs]),
        value("lengths", TensorProto.INT64, ["N"]),
    ]
    outputs = [value("y", TensorProto.FLOAT, ["N", *steps, network.outputs])]
    weights = list(made.nodes.weights.values())
    return helper.make_graph(made.nodes.nodes, "network", inputs, outputs, weights)


class _Graph:
    def __init__(self, network):
        self.network, self.stack, self.nodes = network, network.stack, Nodes()
        #: Per level, {name of a parameter in the level: name in the network}.
        everything = {name: name for name in self.stack.shapes}
        self.names = [self.stack.level_params(k, everything) for k in range(len(self.stack.levels))]

    def write(self):
        """Write all nodes, up to y = V seen + a."""
        whole, seen = self.network.per_step, (self._embedded(self._masked()), None)
        for k in range(len(self.names)):
            seen = self._level(k, *seen, *self.stack.needed(k, whole))
        bias = self.nodes.weight("a", self.network.params["a"])
        product = self._product("V", seen[0] if whole else seen[1], "y.product")
        y = self.nodes.add("Add", product, bias, name="y.steps" if whole else "y")
        if whole:
            self.nodes.add("Transpose", y, name="y", perm=[1, 0, 2])

    def _masked(self):
        """x (T, N, D), zero where "valid" (T, N, 1) is false, because padding may hold NaN."""
        add, whole = self.nodes.add, lambda name, n: self.nodes.weight(name, n, "int64")
        T = add("Squeeze", add("Shape", "x", name="x.steps", start=1, end=2), name="T")
        t = add("Range", whole("0", 0), T, whole("1", 1), name="t")
        wide = add("Unsqueeze", t, whole("axes", [1, 2]), name="t.wide")
        column = add("Unsqueeze", "lengths", whole("axis", [1]), name="lengths.column")
        add("Less", wide, column, name="valid")
        x = add("Transpose", "x", name="x.turned", perm=[1, 0, 2])
        return add("Where", "valid", x, self.nodes.weight("0.0", [0.0]), name="x.valid")

    def _embedded(self, x):
        return self._product("E", x, "x.embedded") if self.stack.wiring.embedding else x

    def _level(self, k, below, ends_below, want_steps, want_ends):
        """Outputs of a level: at all steps (T, N, F), and its directions' final ones (N, F)."""
        steps, ends = [], []
        for d in range(len(self.stack.levels[k].layers)):
            prefix = f"{k + 1}.{DIRECTIONS[d]}"
            x = self._flipped(below, f"{prefix}x") if d else below
            y, final = self._layer(k, d, prefix, x)
            steps.append(self._flipped(y, f"{prefix}steps") if d and want_steps else y)
            ends.append(final)
        return (
            self._joined(k, steps, below, f"{k + 1}.steps") if want_steps else None,
            self._joined(k, ends, ends_below, f"{k + 1}.ends") if want_ends else None,
        )

    def _joined(self, k, parts, below, name):
        """The directions concatenated, projected, and added to the level below."""
        level, out = self.stack.levels[k], parts[0]
        if len(parts) > 1:
            out = self.nodes.add("Concat", *parts, name=f"{name}.joined", axis=-1)
        if level.projection:
            out = self._product(self.names[k]["P"], out, f"{name}.projected")
        return self.nodes.add("Add", out, below, name=f"{name}.sum") if level.residual else out

    def _layer(self, k, d, prefix, x):
        """A layer over time: its outputs (T, N, H), in the order of x, and the final one (N, H)."""
        level, params = self.stack.levels[k], self.network.params
        layer, names = level.layers[d], level.layer_params(d, self.names[k])
        own = {name: params[full] for name, full in names.items()}
        inside = self.nodes.inside(f"{prefix}step.")
        graph = body(layer, own, names, self.network.rates.zoneout, inside)
        results = [*(f"{prefix}{s}.final" for s in layer.states), f"{prefix}y"]
        scan = helper.make_node(
            "Scan", [*self._starts(layer, prefix), x, "valid"], results, name=f"{prefix}scan",
            body=graph, num_scan_inputs=2,
        )  # fmt: skip
        self.nodes.nodes.append(scan)
        return results[-1], results[0]

    def _starts(self, layer, prefix):
        """The initial states, (N, H) each."""
        N = self.nodes.add("Shape", "lengths", name=f"{prefix}N")
        H = self.nodes.weight("H", [layer.hidden], "int64")
        shape = self.nodes.add("Concat", N, H, name=f"{prefix}shape", axis=0)
        for state in layer.states:
            value = np.array([layer.fixed.get(state, 0.0)], np.float32)
            yield self.nodes.add(
                "ConstantOfShape",
                shape,
                name=f"{prefix}{state}.start",
                value=numpy_helper.from_array(value),
            )

    def _flipped(self, x, name):
        """The steps of each sequence in reverse order; padding stays in place."""
        return self.nodes.add("ReverseSequence", x, "lengths", name=name, batch_axis=1, time_axis=0)

    def _product(self, matrix, x, name):
        """A matrix times the last axis of x, whatever the axes before it."""
        weight = self.nodes.weight(matrix, self.network.params[matrix])
        turned = self.nodes.add("Transpose", weight, name=f"{name}.matrix", perm=[1, 0])
        return self.nodes.add("MatMul", x, turned, name=name)

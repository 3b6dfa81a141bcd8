"""The operations of a step in the words of ONNX, and how nodes are collected."""

import numpy as np
from onnx import helper, numpy_helper

from gatelab.variants.language.operations import EPSILON

OPERATORS = {
    "add": "Add",
    "sub": "Sub",
    "mul": "Mul",
    "div": "Div",
    "neg": "Neg",
    "pow": "Pow",
    "lt": "Less",
    "le": "LessOrEqual",
    "gt": "Greater",
    "ge": "GreaterOrEqual",
    "where": "Where",
    "tanh": "Tanh",
    "exp": "Exp",
    "log": "Log",
    "sqrt": "Sqrt",
    "relu": "Relu",
    "softplus": "Softplus",
    "softsign": "Softsign",
    "maximum": "Max",
    "minimum": "Min",
    "abs": "Abs",
}


class Nodes:
    """Nodes in the making, named under a prefix; weights lie in the outermost graph."""

    def __init__(self, prefix="", weights=None):
        self.prefix, self.nodes = prefix, []
        self.weights = {} if weights is None else weights

    def add(self, op, *inputs, name, **attributes):
        """Append a node of one output, whose name is returned."""
        name = self.prefix + name
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def weight(self, name, value, dtype="float32"):
        """A constant tensor, under exactly this name; the same name is the same tensor."""
        if name not in self.weights:
            self.weights[name] = numpy_helper.from_array(np.array(value, dtype), name)
        return name

    def inside(self, prefix):
        """For the nodes of a graph inside this one: names of their own, the same weights."""
        return Nodes(prefix, self.weights)


def write(nodes, op, name, args):
    """An operation of a step as one node or a few; the name of its result."""
    if op in COMPOSED:
        return COMPOSED[op](nodes, name, *args)
    return nodes.add(OPERATORS[op], *args, name=name)


def _sigmoid(nodes, name, a):
    """1 / (1 + exp(-a)).

    The Sigmoid of onnxruntime is off by a thousandth of itself at -10 and 0 below -18, which a
    cell that divides by a gate does not survive.
    """
    power = nodes.add("Exp", nodes.add("Neg", a, name=f"{name}.neg"), name=f"{name}.exp")
    total = nodes.add("Add", nodes.weight("1.0", [1.0]), power, name=f"{name}.sum")
    return nodes.add("Reciprocal", total, name=name)


def _log_sigmoid(nodes, name, a):
    """-softplus(-a)."""
    minus = nodes.add("Neg", a, name=f"{name}.neg")
    return nodes.add("Neg", nodes.add("Softplus", minus, name=f"{name}.softplus"), name=name)


def _mean(nodes, name, a):
    """The mean over the units, for each of them."""
    shape = nodes.add("Shape", a, name=f"{name}.shape")
    return nodes.add("Expand", _one_mean(nodes, f"{name}.one", a), shape, name=name)


def _one_mean(nodes, name, a):
    return nodes.add("ReduceMean", a, name=name, axes=[-1], keepdims=1)


def _layer_norm(nodes, name, a):
    """The mean taken away, then divided by the root of the mean square of what is left."""
    left = nodes.add("Sub", a, _one_mean(nodes, f"{name}.mean", a), name=f"{name}.centred")
    square = nodes.add("Mul", left, left, name=f"{name}.square")
    variance, least = _one_mean(nodes, f"{name}.variance", square), str(EPSILON)
    total = nodes.add("Add", variance, nodes.weight(least, [EPSILON]), name=f"{name}.sum")
    return nodes.add("Div", left, nodes.add("Sqrt", total, name=f"{name}.deviation"), name=name)


COMPOSED = {
    "sigmoid": _sigmoid,
    "log_sigmoid": _log_sigmoid,
    "mean": _mean,
    "layer_norm": _layer_norm,
}

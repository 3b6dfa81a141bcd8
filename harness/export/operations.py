"""The operations of a step in the words of ONNX, and how nodes are collected."""

import numpy as np
from onnx import helper, numpy_helper

from gatelab.variants.language.table import TABLE


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
    form = TABLE[op].onnx
    return form(nodes, name, *args) if callable(form) else nodes.add(form, *args, name=name)

"""The operations of a step as ONNX nodes, and a collector of nodes."""

import numpy as np
from onnx import helper, numpy_helper

from gatelab.variants.language.table import TABLE


class Nodes:
    """A collector of nodes, whose names get a prefix; weights belong to the outermost graph."""

    def __init__(self, prefix="", weights=None):
        self.prefix, self.nodes = prefix, []
        self.weights = {} if weights is None else weights

    def add(self, op, *inputs, name, **attributes):
        """Append a node with one output and return the output's name."""
        name = self.prefix + name
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def weight(self, name, value, dtype="float32"):
        """A constant tensor with exactly this name; each name is stored once."""
        if name not in self.weights:
            self.weights[name] = numpy_helper.from_array(np.array(value, dtype), name)
        return name

    def inside(self, prefix):
        """A collector for the nodes of an inner graph: another prefix, the same weights."""
        return Nodes(prefix, self.weights)


def write(nodes, op, name, args):
    """Write an operation of a step as one or more nodes and return the name of its result."""
    form = TABLE[op].onnx
    return form(nodes, name, *args) if callable(form) else nodes.add(form, *args, name=name)

"""Ranges: the interval in which each value of a step lies, whatever the weights and inputs.

Interval arithmetic over the graph (Moore, 1966, Interval Analysis), plus two facts that it cannot
see: a - maximum(a, b) is at most 0, and the running sum of a softmax is at most 1.
"""

import math

import numpy as np

from gatelab.variants.language.table import TABLE

HUGE = 1e300  # stands for infinity where a function would give NaN for it
ANY = (-math.inf, math.inf)
#: Operations that grow with each argument: their ends are the values at the arguments' ends.
GROWING = (
    "add sigmoid log_sigmoid tanh relu softplus softsign exp sqrt erf maximum minimum mean".split()
)
BOUNDED = {"sin": (-1, 1), "cos": (-1, 1), "softmax": (0, 1), "gelu": (-0.17, math.inf)}


def ranges(nodes, hypers):
    """The interval of each node.

    Args:
        nodes: nodes of a graph, arguments before results.
        hypers: {name: value} of the hyperparameters.

    Returns:
        {node index: (low, high)}.
    """
    found = {}
    for node in nodes:
        args = [found.get(a.index, ANY) for a in node.args]
        low, high = _range(node, args, hypers)
        found[node.index] = ANY if math.isnan(low) or math.isnan(high) else (low, high)
    return found


def _range(node, args, hypers):
    if node.op == "constant":
        return node.value, node.value
    if node.op == "hyper":
        return float(hypers[node.value]), float(hypers[node.value])
    if node.op == "noise":
        return 0.0, 1.0 if node.value.startswith("zoneout") else math.inf
    if node.op in GROWING:
        return tuple(_at(node.op, ends) for ends in zip(*args, strict=True))
    if node.op in BOUNDED:
        return BOUNDED[node.op]
    return OTHERS[node.op](node, *args) if node.op in OTHERS else ANY


def _at(op, ends):
    """The value of an operation at these ends of its arguments."""
    ends = [np.float64(min(max(end, -HUGE), HUGE)) for end in ends]
    with np.errstate(all="ignore"):
        value = float(TABLE[op].arrays(*ends)) if op != "mean" else float(ends[0])
    return math.copysign(math.inf, value) if abs(value) >= HUGE else value


def _difference(node, a, b):
    low, high = a[0] - b[1], a[1] - b[0]
    first, second = node.args
    if second.op == "maximum" and any(each is first for each in second.args):
        high = min(high, 0.0)
    if second.op == "minimum" and any(each is first for each in second.args):
        low = max(low, 0.0)
    return low, high


def _product(node, a, b):
    ends = [0.0 if 0 in (u, v) else u * v for u in a for v in b]
    low = 0.0 if node.args[0] is node.args[1] else min(ends)
    return low, max(ends)


def _quotient(node, a, b):
    if b[0] <= 0 <= b[1]:
        return ANY
    return _product(node, a, (1 / b[1], 1 / b[0]))


def _running_sum(node, a):
    if node.args[0].op == "softmax":
        return 0.0, 1.0
    return (a[0], math.inf) if a[0] >= 0 else ANY


OTHERS = {
    "sub": _difference,
    "mul": _product,
    "div": _quotient,
    "neg": lambda node, a: (-a[1], -a[0]),
    "abs": lambda node, a: (0.0 if a[0] <= 0 else a[0], max(abs(a[0]), abs(a[1]))),
    "where": lambda node, condition, a, b: (min(a[0], b[0]), max(a[1], b[1])),
    "cumsum": _running_sum,
}

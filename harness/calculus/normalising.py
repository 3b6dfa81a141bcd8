"""Layer normalisation of the pre-activations of a step that was written without it."""

from gatelab.variants.language.errors import TraceError
from gatelab.variants.language.table import names

from .blocks import reachable
from .trace import Trace, rewritten

SQUASHED = tuple(names(lambda op: op.squashes))


def normalised(trace: Trace):
    """Normalise the products of every pre-activation, but not its bias and peepholes.

    Pre-activations with the same products share a gain.

    Args:
        trace: a traced step.

    Returns:
        The new trace, and {gain: initial value}.

    Raises:
        TraceError: a product is used outside a pre-activation.
    """
    _check_normalisable(trace)
    gains = {}

    def rewrite(graph, node, args):
        products, rest = _split(args[0]) if node.op in SQUASHED else (None, None)
        if products is None:
            return None
        name = trace.names.get(node.index) or trace.names.get(node.args[0].index) or len(gains) + 1
        gain = graph.node("vector", value=gains.setdefault(products.index, f"p_norm_{name}"))
        normal = gain * graph.reduction("layer_norm", products)
        return graph.apply(node.op, normal if rest is None else normal + rest)

    result = rewritten(trace, rewrite)
    return result, dict.fromkeys(gains.values(), 1.0)


def _check_normalisable(trace):
    """Reject a step that uses a product other than as a term of a pre-activation."""
    nodes = reachable(trace.outputs)
    users = {node.index: [] for node in nodes}
    for node in nodes:
        for a in node.args:
            users.get(a.index, []).append(node)
    ends = {o.index for o in trace.outputs}

    def squashed(node):
        if node.index in ends:
            return False
        return all(
            u.op in SQUASHED or (u.op in ("add", "sub") and squashed(u)) for u in users[node.index]
        )

    for node in nodes:
        if node.op == "product" and not squashed(node):
            raise TraceError(
                "layer normalisation of a cell normalises the products of its pre-activations, "
                f"and {node.args[0].parameter}'s is used elsewhere; "
                "write layer_norm into the step instead"
            )


def _split(node):
    """A sum as (sum of its products, sum of its other terms), each None if there are none."""
    if node.op == "product":
        return node, None
    if node.op not in ("add", "sub"):
        return None, node
    pairs = zip(_split(node.args[0]), _split(node.args[1]), strict=True)
    return tuple(_joined(node.op, a, b) for a, b in pairs)


def _joined(op, a, b):
    if b is None:
        return a
    if a is None:
        return b if op == "add" else -b
    return a + b if op == "add" else a - b

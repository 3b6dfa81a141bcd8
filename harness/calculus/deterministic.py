"""Determinism: a step must give the same graph each time it is traced."""

from itertools import zip_longest

from gatelab.variants.language.errors import TraceError

from .trace import Trace, trace

INSTEAD = (
    "use no random numbers, clocks or counters in a step; noise is a setting, recurrent_dropout or "
    "zoneout"
)


def check_repeats(first: Trace, variant, times=1):
    """Trace a step again and compare the graphs.

    Args:
        first: the trace to compare with.
        variant: an instance of the variant.
        times: how often to trace again.

    Raises:
        TraceError: the graphs differ; the message names the line and the difference.
    """
    for _ in range(times):
        again = trace(variant)
        for one, other in zip_longest(first.graph.nodes, again.graph.nodes):
            if _written(one) != _written(other):
                raise TraceError(_difference(first, again, one, other))
        if [o.index for o in first.outputs] != [o.index for o in again.outputs]:
            raise TraceError(f"the step is not deterministic: it returns other values; {INSTEAD}")


def _written(node):
    return None if node is None else (node.op, node.value, [a.index for a in node.args])


def _difference(first, again, one, other):
    place = again.line(other) if one is None else first.line(one)
    numbers = [n.value for n in (one, other) if n is not None and n.op == "constant"]
    what = "it took another way the second time"
    if len(numbers) == 2:
        what = f"the same line computed with {numbers[0]:.6g} and then with {numbers[1]:.6g}"
    return f"{place}the step is not deterministic: {what}; {INSTEAD}"

"""Additions to the step of any cell: noise for training, and layer normalisation.

Each rewrites the trace, so that gradients, kernels and checks are derived as for any other step.
"""

from dataclasses import replace

from .normalising import normalised
from .trace import Trace, rewritten

NOISE = ("recurrent", "zoneout")


def around(trace: Trace, noise=(), layer_norm=False):
    """Add noise and layer normalisation to a trace.

    Args:
        trace: the step as its author wrote it.
        noise: names from ``NOISE``. "recurrent": the operand of each R_ matrix is multiplied by
            the noise "recurrent", a dropout mask that is the same for all steps (Gal and
            Ghahramani 2016). "zoneout": new = z * old + (1 - z) * new, with the noise z
            "zoneout_output" for the first state and "zoneout_memory" for all others (Krueger et
            al. 2017).
        layer_norm: whether to normalise the products of each pre-activation, with a gain p_norm_*
            per unit (Ba et al. 2016).

    Returns:
        The new trace, and {added parameter: initial value}.

    Raises:
        TraceError: layer_norm for a step that uses a product outside a pre-activation.
    """
    starts = {}
    if layer_norm:
        trace, starts = normalised(trace)
    if "recurrent" in noise:
        trace = _with_recurrent_noise(trace)
    if "zoneout" in noise:
        trace = _with_zoneout(trace)
    return trace, starts


def _with_recurrent_noise(trace):
    def rewrite(graph, node, args):
        if node.op == "product" and args[0].columns == "H":
            return args[0] @ (graph.node("noise", value="recurrent") * args[1])
        return None

    return rewritten(trace, rewrite)


def _with_zoneout(trace):
    graph, outputs = trace.graph, []
    for k, (name, new) in enumerate(zip(trace.states, trace.outputs, strict=True)):
        z = graph.node("noise", value="zoneout_memory" if k else "zoneout_output")
        outputs.append(z * graph.node("state", value=name) + (1 - z) * new)
    return replace(trace, outputs=tuple(outputs))

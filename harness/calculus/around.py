"""What is put around a step, whatever the cell: noise for training, layer normalisation.

Each rewrites the trace, so that gradients, kernels and checks follow as for any other step.
"""

from dataclasses import replace

from .normalising import normalised
from .trace import Trace, rewritten

NOISE = ("recurrent", "zoneout")


def around(trace: Trace, noise=(), layer_norm=False):
    """A trace with more around its equations, and where the parameters that came with it start.

    Args:
        noise: of ``NOISE``. "recurrent": what an R_ matrix multiplies is first multiplied with the
            noise "recurrent" (Gal and Ghahramani 2016: a dropout mask, one for all steps).
            "zoneout": new = z * old + (1 - z) * new, with the noise z "zoneout_output" for the
            first state and "zoneout_memory" for all others (Krueger et al. 2017).
        layer_norm: normalise the products of each pre-activation, with a gain per unit, p_norm_*
            (Ba et al. 2016).

    Raises:
        TraceError: layer_norm of a step whose products do not all stand in pre-activations.
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

"""What is legal in a step, but probably a mistake: what has no effect, states in another order."""

from gatelab.variants.language.variant import hyperparameters

from .trace import Trace

PARAMETERS = ("matrix:leaf", "vector", "scalar")


def needed(roots):
    """Indices of all nodes that ``roots`` depend on, including matrices."""
    found, waiting = set(), list(roots)
    while waiting:
        node = waiting.pop()
        if node.index not in found:
            found.add(node.index)
            waiting.extend(node.args)
    return found


def parameters(trace: Trace):
    """Names of the parameters that the new states depend on, in the order of the step."""
    used = needed(trace.outputs)
    return tuple(n.value for n in trace.graph.nodes if n.op in PARAMETERS and n.index in used)


def warnings(trace: Trace, variant):
    """One line for each thing in a step that has no effect, or stands in another's place.

    Args:
        trace: the traced step.
        variant: an instance of the variant.

    Returns:
        A tuple of messages.
    """
    used = needed(trace.outputs)
    idle = [n for n in trace.graph.nodes if n.index not in used]
    found = [*_mixed_up(trace), *_values(trace, idle), *_input(idle)]
    # A structural hyperparameter (a string, a depth) may leave some states and numbers unused.
    if all(isinstance(value, float) for value in hyperparameters(type(variant)).values()):
        found += [*_states(trace), *_hypers(idle)]
    return tuple(found)


def _values(trace, idle):
    """Values that are computed or read and never used."""
    taken = {a.index for n in trace.graph.nodes for a in n.args}
    lost = {n.index: n.value for n in idle if n.op in PARAMETERS}
    for end in idle:
        name = trace.names.get(end.index)
        below = [lost[i] for i in sorted(needed([end]) & lost.keys())]
        if end.index in taken or not (name or below):
            continue
        if end.op in PARAMETERS:
            yield f"{trace.line(end)}{end.value} is read and never used: it is not trained"
        elif below:
            verb = "is" if len(below) == 1 else "are"
            what = f"{name or 'a value'} is computed and never used"
            yield f"{trace.line(end)}{what}: {', '.join(below)} {verb} not trained"
        else:
            yield f"{trace.line(end)}{name} is computed and never used"


def _mixed_up(trace):
    for name, other in trace.mixed_up.items():
        order = ", ".join(trace.states)
        yield f"step returns its {other} as the new {name}, where the order is {order}"


def _input(idle):
    if any(n.op == "input" for n in idle):
        yield "x is never used: the outputs do not depend on the input"


def _states(trace):
    """States that no later output depends on; the first state is the output of the cell."""
    leaves = {n.index: n.value for n in trace.graph.nodes if n.op == "state"}
    reads = {
        name: {leaves[i] for i in needed([new]) & leaves.keys()}
        for name, new in zip(trace.states, trace.outputs, strict=True)
    }
    first, *others = trace.states
    if not set().union(*reads.values()):
        yield "no state is read: the cell remembers nothing"
        return
    reached = {first}
    while more := set().union(*(reads[s] for s in reached)) - reached:
        reached |= more
    for name in others:
        if not any(name in found for found in reads.values()):
            yield f"the state {name} is returned and never read"
        elif name not in reached:
            yield f"the state {name} never reaches the output {first}"


def _hypers(idle):
    for node in idle:
        if node.op == "hyper":
            yield f"the hyperparameter {node.value} is never used"

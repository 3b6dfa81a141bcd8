"""Trace: call a variant's step once on symbols and record its graph."""

import copy
import inspect
import math
import sys
from dataclasses import dataclass

from gatelab.variants.language import symbols
from gatelab.variants.language.checking import check
from gatelab.variants.language.errors import TraceError, VariantError
from gatelab.variants.language.symbols import COMPARISONS, Graph, Matrix, Parameters, Symbol
from gatelab.variants.language.variant import hyperparameters, initial_values, states

from ..foundation.errors import unknown
from .blame import explained, line, placed


@dataclass(frozen=True)
class Trace:
    """A step as a graph, with the author's names.

    Attributes:
        graph: all nodes.
        states: names of the states.
        outputs: the new states, in the same order.
        names: the author's variable for a node, by node index; each name is used once.
        lines: (file, line) that created a node, by node index; not for x, states and
            hyperparameters.
        mixed_up: {state: another one whose variable is returned in its place}.
    """

    graph: Graph
    states: tuple[str, ...]
    outputs: tuple[Symbol, ...]
    names: dict[int, str]
    lines: dict[int, tuple[str, int]]
    mixed_up: dict[str, str]

    def line(self, node):
        """``file:line: `code`: `` of a node, or "" if no line created it."""
        return line(*self.lines[node.index]) if node.index in self.lines else ""


def trace(variant):
    """Trace a variant's step.

    Args:
        variant: an instance of a variant.

    Returns:
        Trace.

    Raises:
        TraceError: the step cannot be traced; the message shows the line and the remedy.
        VariantError: the step's signature or the class attributes are invalid.
    """
    cls = type(variant)
    check(cls)
    _check_attributes(variant)
    graph, names = Graph(), states(cls)
    x = graph.node("input", value="x")
    olds = [graph.node("state", value=name) for name in names]
    bound = _with_symbolic_hyperparameters(variant, graph)
    step, before = bound.step, dict(vars(bound))
    code = inspect.unwrap(step.__func__).__code__
    with _Watched(code, graph) as authored:
        try:
            news = step(Parameters(graph), x, *olds)
        except TraceError as error:
            raise TraceError(placed(error, code, str(error))) from None
        except (Exception, SystemExit) as error:
            raise TraceError(placed(error, code, explained(error))) from error
    _check_unchanged(before, vars(bound), line(code.co_filename, code.co_firstlineno))
    outputs = _outputs(news, names, graph, line(*authored.place))
    _check_initial_values(variant, graph)
    found = _distinct(authored.names, graph, outputs)
    mixed_up = _mixed_up(outputs, names, authored.final)
    return Trace(graph, names, outputs, found, authored.lines, mixed_up)


def _with_symbolic_hyperparameters(variant, graph):
    """A copy of the variant whose float hyperparameters are symbols: run-time values."""
    bound = copy.copy(variant)
    # Sorted: a class that was pickled by value may have its attributes in another order.
    for name, default in sorted(hyperparameters(type(variant)).items()):
        if isinstance(default, float):
            setattr(bound, name, graph.node("hyper", value=name))
    return bound


class _Watched:
    """Observes a running step: its local variables, and the lines that create nodes."""

    def __init__(self, code, graph):
        self.code, self.graph, self.names = code, graph, {}
        self.lines, self.noted, self.final = {}, len(graph.nodes), {}
        self.place = (code.co_filename, code.co_firstlineno)

    def __enter__(self):
        self.before = sys.gettrace()
        sys.settrace(self._enter_frame)
        return self

    def __exit__(self, *_):
        sys.settrace(self.before)
        self._note(self.place)

    def _enter_frame(self, frame, event, arg):
        if frame.f_code.co_filename != self.code.co_filename:  # for other files, the caller's line
            return None
        return self._look(frame, event, arg)

    def _look(self, frame, event, arg):
        back = frame.f_back if event == "return" and frame.f_code is not self.code else frame
        self._note((back.f_code.co_filename, back.f_lineno))
        if frame.f_code is self.code:
            self.final = dict(frame.f_locals)
            for name, value in self.final.items():
                if isinstance(value, Symbol) and value.graph is self.graph and value.args:
                    self.names.setdefault(value.index, name)
        return self._look

    def _note(self, place):
        """Attribute the nodes created since the last call to the last place."""
        for node in self.graph.nodes[self.noted :]:
            self.lines[node.index] = self.place
        self.noted, self.place = len(self.graph.nodes), place


def _distinct(authored, graph, outputs):
    """One name per node: a variable that is reassigned gets a number."""
    taken = {str(n.value) for n in graph.nodes if not n.args and n.op != "constant"}
    # A new state may reuse the name of the old one: it is written with a prime.
    olds, names = {n.value for n in graph.nodes if n.op == "state"}, {}
    new = {n.index for n in outputs}
    for index, wish in sorted(authored.items()):
        if wish in olds and index in new:
            continue
        name, k = wish, 2
        while name in taken:
            name, k = f"{wish}{k}", k + 1
        names[index] = name
        taken.add(name)
    return names


def _outputs(news, names, graph, place):
    """The new states as symbols."""
    wanted = f"return the {len(names)} new states {', '.join(names)}, in this order"
    if len(names) == 1:
        wanted = f"return the new {names[0]}"
    news = (news,) if isinstance(news, Symbol) else news
    if not isinstance(news, tuple):
        raise TraceError(f"{place}step returns {type(news).__name__}; {wanted}")
    if len(news) != len(names):
        raise TraceError(f"{place}step returns {len(news)} for {len(names)} states; {wanted}")
    for name, new in zip(names, news, strict=True):
        odd = _odd_state(new)
        if odd:
            raise TraceError(f"{place}step returns {odd} as the new {name}; {wanted}")
    if any(isinstance(new, Symbol) and new.graph is not graph for new in news):
        raise TraceError(f"{place}{symbols.FOREIGN}")
    return tuple(graph.wrap(new) for new in news)


def _mixed_up(news, names, variables):
    """{state: another one whose variable is returned in its place}."""
    called, found = {name: variables.get(name) for name in names}, {}
    for name, new in zip(names, news, strict=True):
        for other, wanted in zip(names, news, strict=True):
            if new is called[other] is not wanted and new is not called[name] and new.args:
                found[name] = other
    return found


def _odd_state(new):
    """A description of a returned value that cannot be a state; else None."""
    if isinstance(new, (int, float)):
        return None if math.isfinite(new) else f"the number {new}"
    if not isinstance(new, Symbol):
        return "a matrix" if isinstance(new, Matrix) else type(new).__name__
    if new.op in COMPARISONS:
        return "a comparison"
    return "x itself" if new.op == "input" else None


def _check_attributes(variant):
    """Reject other instance attributes: programs are cached by class and hyperparameters."""
    known = hyperparameters(type(variant))
    for name in vars(variant).keys() - known.keys():
        raise TraceError(
            f"{variant} has an attribute {name!r} of its own, which no program would notice; "
            f"make it a hyperparameter: a number or string {name} in the class"
        )


def _check_unchanged(before, after, place):
    """Reject a step that keeps something in its cell, where only the first trace would see it."""
    for name, value in after.items():
        if name not in before or before[name] is not value:
            raise TraceError(
                f"{place}the step assigns self.{name}; what a cell keeps is a state: name it "
                "after x and return its new value"
            )


def _check_initial_values(variant, graph):
    """Reject an initial value without a parameter or state, unless the structure can vary."""
    structural = [v for v in hyperparameters(type(variant)).values() if not isinstance(v, float)]
    existing = [str(n.value) for n in graph.nodes if not n.args]
    for name in initial_values(variant):
        if name not in existing and not structural:
            raise unknown(
                f"parameter among the initial values of {variant}:", name, existing, VariantError
            )


def rewritten(trace, rewrite):
    """A copy of a trace, in a new graph, with some nodes replaced.

    Args:
        trace: the trace to copy.
        rewrite: function (graph, node, new arguments) -> the replacement, or None to keep the node.

    Returns:
        Trace.
    """
    graph, new = Graph(), {}
    for node in trace.graph.nodes:
        args = [new[a.index] for a in node.args]
        kind = "matrix" if isinstance(node, Matrix) else None
        found = rewrite(graph, node, args)
        new[node.index] = graph.node(node.op, args, node.value, kind) if found is None else found
    names = {new[i].index: name for i, name in trace.names.items()}
    lines = {new[i].index: place for i, place in trace.lines.items()}
    outputs = tuple(new[o.index] for o in trace.outputs)
    return Trace(graph, trace.states, outputs, names, lines, trace.mixed_up)

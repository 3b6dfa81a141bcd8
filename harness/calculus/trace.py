"""Trace: call a variant's step once on symbols and keep what it wrote."""

import copy
import linecache
import os
import sys
import traceback
from dataclasses import dataclass

from variants.errors import TraceError
from variants.registry import hyperparameters, states
from variants.symbols import ELEMENTWISE, Graph, Matrix, Parameters, Symbol


@dataclass(frozen=True)
class Trace:
    """A step as a graph: leaves, new states, and the names the author gave.

    Attributes:
        states: names of the states; outputs: their new values, in the same order.
        names: the author's variable for a node, by node index.
    """

    graph: Graph
    states: tuple[str, ...]
    outputs: tuple[Symbol, ...]
    names: dict[int, str]


def trace(variant):
    """The trace of a variant's step.

    Raises:
        TraceError: the step cannot be traced; the message shows the line and what to write.
    """
    graph, names = Graph(), states(type(variant))
    x = graph.node("input", value="x")
    olds = [graph.node("state", value=name) for name in names]
    step = _with_symbolic_hyperparameters(variant, graph).step
    with _LocalNames(step.__func__.__code__) as authored:
        try:
            news = step(Parameters(graph), x, *olds)
        except TraceError:
            raise
        except Exception as error:
            raise TraceError(_explain(error, step)) from error
    news = (news,) if isinstance(news, Symbol) else news
    _check_outputs(news, names, step)
    return Trace(graph, names, tuple(graph.wrap(s) for s in news), authored.names)


def _with_symbolic_hyperparameters(variant, graph):
    """The variant with each float hyperparameter a symbol: run-time values, not literals."""
    bound = copy.copy(variant)
    for name, default in hyperparameters(type(variant)).items():
        if isinstance(default, float):
            setattr(bound, name, graph.node("hyper", value=name))
    return bound


class _LocalNames:
    """Watches the step's local variables while it runs; works without its source, too."""

    def __init__(self, code):
        self.code, self.names = code, {}

    def __enter__(self):
        self.before = sys.gettrace()
        sys.settrace(self._enter_frame)
        return self

    def __exit__(self, *_):
        sys.settrace(self.before)

    def _enter_frame(self, frame, event, arg):
        return self._look if frame.f_code is self.code else None

    def _look(self, frame, event, arg):
        for name, value in frame.f_locals.items():
            if isinstance(value, Symbol) and value.args:
                self.names.setdefault(value.index, name)
        return self._look


def _explain(error, step):
    """One line for an exception that the step raised by itself."""
    inside = [f for f in traceback.extract_tb(error.__traceback__)]
    own = [f for f in inside if f.filename == step.__func__.__code__.co_filename] or inside
    line = linecache.getline(own[-1].filename, own[-1].lineno or 0).strip()
    return (
        f"{os.path.basename(own[-1].filename)}:{own[-1].lineno}: {f'`{line}`: ' if line else ''}"
        f"{type(error).__name__}: {error}; a step may use + - * / ** @ and {' '.join(ELEMENTWISE)}"
    )


def _check_outputs(news, names, step):
    code = step.__func__.__code__
    place = f"{os.path.basename(code.co_filename)}:{code.co_firstlineno}: step"
    wanted = f"return the {len(names)} new states {', '.join(names)}, in this order"
    if not isinstance(news, tuple):
        raise TraceError(f"{place} returns {type(news).__name__}; {wanted}")
    if len(news) != len(names):
        raise TraceError(f"{place} returns {len(news)} values for {len(names)} states; {wanted}")
    for name, new in zip(names, news, strict=True):
        if isinstance(new, Matrix) or not isinstance(new, (Symbol, int, float)):
            raise TraceError(f"{place} returns {type(new).__name__} for {name}; {wanted}")
        if isinstance(new, Symbol) and new.op in ("input", "lt", "le", "gt", "ge"):
            raise TraceError(f"{place} returns x or a comparison for {name}; {wanted}")

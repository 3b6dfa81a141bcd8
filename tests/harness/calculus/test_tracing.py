"""The tracer: it leaves the interpreter as it was, and traces do not touch each other."""

import sys

import pytest
from helpers.steps import HEAD, Tunable, written

from gatelab.calculus.trace import trace
from gatelab.variants import TraceError, Variant, sigmoid, tanh


def watcher(frame, event, arg):
    return None


@pytest.mark.parametrize("body", ["return h, c", "return h.sum(), c", "return foo, c"])
def test_tracing_puts_back_the_tracer_that_was_there(body, tmp_path):
    cell, before = written(tmp_path, body)(), sys.gettrace()
    sys.settrace(watcher)
    try:
        trace(cell)
    except TraceError:
        pass
    finally:
        after = sys.gettrace()
        sys.settrace(before)
    assert after is watcher


def test_two_traces_are_independent():
    one, two = trace(Tunable()), trace(Tunable())
    assert one.graph is not two.graph
    assert one.names == two.names
    assert [n.op for n in one.graph.nodes] == [n.op for n in two.graph.nodes]


@pytest.mark.parametrize("use", ["kept[0] + h", "p.R_h @ kept[0]", "tanh(kept[0])", "kept[1] @ h"])
def test_values_of_another_trace_are_refused(use, tmp_path):
    body = f"kept.extend([h, p.R_h])\nreturn {use}"
    head = "from gatelab.variants import Variant, tanh\nkept = []\n" + HEAD[HEAD.index("class") :]
    cell = written(tmp_path, body, "h", head)()
    trace(cell)
    with pytest.raises(TraceError, match="a value of another trace is used; keep no values"):
        trace(cell)


def test_a_step_may_trace_another_cell():
    class Outer(Variant):
        def step(self, p, x, h):
            before = tanh(p.R_a @ h)
            inner = trace(Tunable())
            after = sigmoid(before)
            return after * len(inner.outputs)

    assert list(trace(Outer()).names.values()) == ["before", "after"]

"""Steps whose source is in a file, typed into a shell, or nowhere."""

import textwrap

import pytest
from helpers.processes import python

from gatelab.calculus.program import derive
from gatelab.calculus.trace import trace
from gatelab.variants import TraceError

SECRETIVE = """
from gatelab.variants import Variant, tanh
class Cell(Variant):
    def step(self, p, x, h):
        a = p.W_i @ x + p.R_i @ h
        return {result}
"""


def test_without_source_the_place_is_still_named():
    space = {}
    exec(SECRETIVE.format(result="a.sum()"), space)
    with pytest.raises(TraceError, match=r"^<string>:6: a value of the step has no \.sum; use"):
        derive(space["Cell"]())


def test_without_source_names_are_captured():
    space = {}
    exec(SECRETIVE.format(result="tanh(a)"), space)
    names = trace(space["Cell"]()).names
    assert list(names.values()) == ["a"]


@pytest.mark.parametrize(("result", "said"), [("tanh(a)", "OK"), ("a[0]", "<stdin>:6: a single")])
def test_a_class_typed_into_standard_input(result, said):
    script = SECRETIVE.format(result=result) + textwrap.dedent(
        """
        from gatelab.calculus.program import derive
        try:
            print("OK", derive(Cell()).traced.names)
        except ValueError as error:
            print(error)
        """
    )
    done = python("-W", "error", "-", input=script)
    assert done.stdout.startswith(said), done.stderr

"""Reading a step: what cannot be an equation is refused in one line, what can is read as written.

Every refusal names the file and the line, shows the line, and says what to write instead.
"""

import importlib.util
import itertools
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from oracles import complex_step, unrolled
from oracles.comparison import assert_close, measure, random_case

from gatelab import Layer, variants
from gatelab.calculus.lines import equations
from gatelab.calculus.program import derive
from gatelab.calculus.text import Text
from gatelab.calculus.trace import trace
from gatelab.kernels.text.loop_code import loop_source
from gatelab.variants import (
    TraceError,
    Variant,
    VariantError,
    exp,
    maximum,
    register,
    relu,
    sigmoid,
    tanh,
    where,
)

ROOT = Path(__file__).parents[3]
HEAD = """\
import math
import numpy as np
from gatelab.variants import Variant, exp, maximum, minimum, sigmoid, tanh, where

def helper(v):
    if v > 0:  # in a helper
        return v
    return -v

class Cell(Variant):
    beta, depth = 0.7, 2

    def step(self, p, x, {states}):
"""
numbers = itertools.count()


def written(folder, body, states="h, c", head=HEAD):
    """The class ``Cell`` of a user's file with this step."""
    path = folder / "my_cell.py"
    path.write_text(head.format(states=states) + textwrap.indent(body, " " * 8) + "\n")
    spec = importlib.util.spec_from_file_location(f"my_cell_{next(numbers)}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Cell


def refusal(folder, body, action=derive, **options):
    """The message with which a step is refused; checks all but its wording."""
    cls = written(folder, body, **options)
    with pytest.raises(TraceError) as caught:
        action(cls())
    message, lines = str(caught.value), (folder / "my_cell.py").read_text().splitlines()
    marked = [k for k, line in enumerate(lines, 1) if "# here" in line] or [len(lines)]
    place = f"my_cell.py:{marked[0]}: `{lines[marked[0] - 1].strip()}`: "
    assert message.startswith(place), f"{message}\n{place}"
    assert "\n" not in message
    said = message.removeprefix(place)
    assert "; " in said, f"what to write instead is missing: {said}"
    return said


BRANCH = "a branch on a value cannot be traced; write where(condition, a, b)"
ELEMENTWISE = "a matrix enters an elementwise operation; multiply it with a vector: p.R_h @ h"
NUMBERS = "a function that knows numbers only is called; use + - * / ** @ and sigmoid"
NO_RULE = "has no derivative rule here; use + - * / ** @ and sigmoid"
SINGLE = "a single unit cannot be picked; write the step for whole vectors"
STATES = "return the 2 new states h, c, in this order"
X = "x enters a step through a W_ matrix only; write p.W_x @ x"
REFUSED = {
    # branches
    "if": ("if c > 0:  # here\n    c = -c\nreturn h, c", BRANCH),
    "while": ("while c > 0:  # here\n    c = c - 1\nreturn h, c", BRANCH),
    "and": ("c = c > 0 and h  # here\nreturn h, c", BRANCH),
    "or": ("c = c > 0 or h  # here\nreturn h, c", BRANCH),
    "not": ("c = 0 if not c else c  # here\nreturn h, c", BRANCH),
    "max": ("c = max(c, h)  # here\nreturn h, c", "maximum(a, b) or minimum(a, b)"),
    "min": ("c = min(c, h)  # here\nreturn h, c", "maximum(a, b) or minimum(a, b)"),
    "if else": ("c = h if c > 0 else c  # here\nreturn h, c", BRANCH),
    "chained comparison": ("return where(0 < c < 1, h, c), c", BRANCH),
    "==": ("return where(c == h, c, h), c", "== on a value cannot be traced; write where with <"),
    "!=": ("return where(c != h, c, h), c", "!= on a value cannot be traced; write where with <"),
    "in": ("return (h if c in (h, c) else c), c", "== on a value cannot be traced"),
    "comparisons combined": (
        "return where((h > 0) & (c > 0), h, c), c",
        "comparisons are combined; write where(a > b, where(c > d, ...), ...)",
    ),
    "if of a hyperparameter": (
        "if self.beta > 0:  # here\n    h = -h\nreturn h, c",
        "a branch on a number that is set at run time cannot be traced; write where(",
    ),
    # functions
    "np.sinh": ("return np.sinh(h), c", "sinh " + NO_RULE),
    "np.clip": ("return np.clip(h, -1, 1), c", "clip has no derivative rule here; write minimum("),
    "np.dot": ("return np.dot(p.R_h, h), c", "dot " + NO_RULE),
    "np.sum": ("return np.sum(h), c", "sum " + NO_RULE),
    "np.concatenate": ("h = np.concatenate([h, c])  # here\nreturn h, c", "concatenate " + NO_RULE),
    "np.add out": ("np.add(h, 1, out=h)  # here\nreturn h, c", "add with options " + NO_RULE),
    "np.add.reduce": ("return np.add.reduce(h), c", "add with options " + NO_RULE),
    "np.array": ("return np.array(h), c", NUMBERS),
    "math.tanh": ("return math.tanh(h), c", NUMBERS),
    "round": ("return round(h), c", NUMBERS),
    "copy": ("import copy\nreturn copy.deepcopy(h), c", NUMBERS),
    "erf": ("from scipy.special import erf\nreturn erf(h), c", "erf " + NO_RULE),
    "function of a library": ("from scipy.stats import norm\nreturn norm.cdf(h), c", NUMBERS),
    "%": ("return h % 2, c", "this operator " + NO_RULE),
    "//": ("return h // 2, c", "this operator " + NO_RULE),
    "h.sum()": ("return h.sum(), c", "a value of the step has no .sum; use + - * / ** @"),
    "h.T": ("return h.T, c", "a value of the step has no .T; use"),
    "h.shape": ("return h / h.shape[0], c", "a value of the step has no .shape; use"),
    # units one by one
    "h[0]": ("return h[0] * h, c", SINGLE),
    "len": ("return h / len(h), c", SINGLE),
    "iteration": ("return sum(v for v in h), c", SINGLE),
    "sum": ("return sum(h), c", SINGLE),
    "h[0] = 1": ("h[0] = 1  # here\nreturn h, c", "a value is changed in place; compute a new one"),
    "h[:] = c": ("h[:] = c  # here\nreturn h, c", "a value is changed in place; compute a new one"),
    "del h[0]": ("del h[0]  # here\nreturn h, c", "a value is changed in place; compute a new one"),
    # what is returned
    "too many": ("return h, c, c", f"step returns 3 for 2 states; {STATES}"),
    "too few": ("return h", f"step returns 1 for 2 states; {STATES}"),
    "nothing": ("c = h", f"step returns NoneType; {STATES}"),
    "a list": ("return [h, c]", f"step returns list; {STATES}"),
    "an array": ("return np.zeros(3), c", f"step returns ndarray as the new h; {STATES}"),
    "None": ("return h, None", f"step returns NoneType as the new c; {STATES}"),
    "a matrix": ("return h, p.R_h", f"step returns a matrix as the new c; {STATES}"),
    "a comparison": ("return h, c > 0", f"step returns a comparison as the new c; {STATES}"),
    "NaN": ("return h, float('nan')", f"step returns the number nan as the new c; {STATES}"),
    "x itself": ("return x, c", f"step returns x itself as the new h; {STATES}"),
    # parameters
    "p.U_h": ("return p.U_h @ h, c", "parameter 'U_h' has no known prefix; name it W_* (H, D)"),
    'p["Q_3"]': ('return p["Q_3"] @ h, c', "parameter 'Q_3' has no known prefix; name it W_*"),
    "p[3]": ("return p[3] @ h, c", "parameter '3' has no known prefix; name it"),
    "p.W_": ("return p.W_ @ x, c", "parameter 'W_' has no known prefix; name it"),
    'p["R_a b"]': ('return p["R_a b"] @ h, c', "parameter 'R_a b' has no known prefix; name it"),
    "p.W_i = h": ("p.W_i = h  # here\nreturn h, c", "a parameter is assigned; use a variable"),
    'p["W_i"] = h': (
        'p["W_i"] = h  # here\nreturn h, c',
        "a parameter is assigned; use a variable",
    ),
    # x and matrices
    "raw x": ("return h + x, c", X),
    "tanh of x": ("return tanh(x), c", X),
    "x > 0": ("return where(x > 0, h, c), c", X),
    "W @ h": ("return p.W_h @ h, c", "a W_ matrix multiplies H units; W_ is (H, D), for x"),
    "R @ x": ("return p.R_h @ x, c", "an R_ matrix multiplies x; R_ is (H, H), for units"),
    "h @ R": ("return h @ p.R_h, c", "a vector stands left of @; vectors are columns: write p.R_h"),
    "h @ h": ("return h @ h, c", "a vector stands left of @"),
    "R * h": ("return p.R_h * h, c", "a matrix is multiplied elementwise; write p.R_h @ h"),
    "h * R": ("return h * p.R_h, c", "a matrix is multiplied elementwise; write p.R_h @ h"),
    "s * R": ("return (p.s_a * p.R_h) @ h, c", "a matrix is multiplied elementwise; write p.R_h"),
    "tanh of R": ("return tanh(p.R_h) @ h, c", ELEMENTWISE),
    "R ** 2": ("return (p.R_h ** 2) @ h, c", ELEMENTWISE),
    "R / h": ("return (p.R_h / h) @ h, c", ELEMENTWISE),
    "1 / R": ("return (1 / p.R_h) @ h, c", ELEMENTWISE),
    "h + R": ("return h + p.R_h, c", ELEMENTWISE),
    "R > 0": ("return where(p.R_h > 0, h, c), c", ELEMENTWISE),
    "R + 1": ("return (p.R_h + 1) @ h, c", "a matrix is added to something else; add matrices of"),
    "W + R": ("return (p.W_a + p.R_b) @ h, c", "a matrix is added to something else"),
    "R @ R": ("return p.R_a @ p.R_b @ h, c", "two matrices are multiplied; apply them in turn"),
    "R * R": ("return (p.R_a * p.R_b) @ h, c", "two matrices are multiplied; apply them in turn"),
    "W.T": ("return p.W_a.T @ h, c", "a W_ matrix is transposed; only R_ matrices, (H, H), may"),
    "R @ 3": (
        "return p.R_h @ 3, c",
        "multiplies something that is not a vector of the step; write",
    ),
    "R @ s": ("return p.R_h @ p.s_a, c", "a matrix multiplies numbers or parameters only"),
    "R @ b": (
        "return p.R_h @ tanh(2 * p.b_a), c",
        "a matrix multiplies numbers or parameters only",
    ),
    "R @ (h > 0)": ("return p.R_h @ (h > 0), c", "or a comparison; multiply x, a state or a gate"),
    "R @ array": ("return p.R_h @ np.ones(3), c", "something that is not a vector of the step"),
    "array @ h": (
        "return np.ones((3, 3)) @ h, c",
        "ndarray is multiplied with a value of the step",
    ),
    # numbers
    "comparison as number": (
        "return (c > 0) * h, c",
        "a comparison is used as a number; write where(a > b, 1.0, 0.0)",
    ),
    "where without comparison": (
        "return where(h, 1.0, c), c",
        "the condition of where is not a comparison; write where(a > b, ...)",
    ),
    "nan": ("return h * float('nan'), c", "the constant nan is not finite; write a finite number"),
    "np.inf": ("return maximum(h, -np.inf), c", "the constant -inf is not finite; write a finite"),
    "array on the right": ("return h * np.ones(3), c", "ndarray is not a value of the step; use x"),
    "array on the left": ("return np.ones(3) * h, c", "ndarray is not a value of the step; use x"),
    "list": ("return h + [1, 2], c", "list is not a value of the step; use x"),
    "string": ("return h * 'a', c", "str is not a value of the step; use x"),
    # slips
    "unknown name": ("return foo(h), c", "NameError: name 'foo' is not defined; a step may use"),
    "typo": ("return tahn(h), c", "'tahn' is not defined; did you mean tanh, from variants?"),
    "unknown hyperparameter": ("return h * self.bta, c", "no attribute 'bta'"),
    "an exception": ("raise KeyError('a\\nb')  # here", "KeyError: 'a\\nb'; a step may use"),
    "an exception of two lines": (
        "raise ValueError('one\\ntwo')  # here",
        "ValueError: one two; a step may use",
    ),
    "an import": ("import no_such_module  # here\nreturn h, c", "ModuleNotFoundError: No module"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_the_line_and_what_to_write(case, tmp_path):
    body, said = REFUSED[case]
    assert said in refusal(tmp_path, body)


@pytest.mark.parametrize("function", ["tanh", "nn.functional.gelu", "erf"])
def test_torch_functions_are_refused(function, tmp_path):
    pytest.importorskip("torch", reason="torch is not installed: its functions cannot be called")
    body = f"import torch\nreturn torch.{function}(h), c"
    assert "must be Tensor" in refusal(tmp_path, body)


def test_torch_tensors_are_refused(tmp_path):
    pytest.importorskip("torch", reason="torch is not installed: it makes no tensors")
    assert "Tensor is not a value" in refusal(tmp_path, "import torch\nreturn torch.ones(3) * h, c")


def test_a_layer_refuses_when_it_is_made(tmp_path):
    action = lambda variant: Layer(variant, 2, 3)
    assert refusal(tmp_path, "return h.sum(), c", action).startswith("a value of the step")


def test_one_state_is_asked_for_by_name(tmp_path):
    assert refusal(tmp_path, "return h, h", states="h").endswith("return the new h")


def test_the_line_is_the_helper_s(tmp_path):
    with pytest.raises(TraceError, match=r"my_cell\.py:6: `if v > 0:  # in a helper`: a branch"):
        derive(written(tmp_path, "return helper(h), c")())


def test_a_refused_step_is_refused_again(tmp_path):
    cell = written(tmp_path, "return h.sum(), c")()
    messages = set()
    for _ in range(2):
        with pytest.raises(TraceError) as caught:
            derive(cell)
        messages.add(str(caught.value))
    assert len(messages) == 1


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
    done = python("-", input=script)
    assert done.stdout.startswith(said), done.stderr


def python(*arguments, **options):
    """A process in the root of the project, warnings being errors."""
    command = [sys.executable, "-W", "error", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, **options)


# -- classes -----------------------------------------------------------------------------------


def step_with(signature):
    space = {"Variant": Variant}
    exec(f"class Odd(Variant):\n    def step({signature}):\n        return h", space)
    return space["Odd"]


def attributes(**values):
    return type("Odd", (Variant,), {"step": lambda self, p, x, h, c: (h, c), **values})


class NoStep(Variant):
    pass


class StaticStep(Variant):
    @staticmethod
    def step(p, x, h, c):
        return h, c


ODD_CLASSES = {
    "no states": (step_with("self, p, x"), "does not name its states; write def step(self, p, x,"),
    "*args": (step_with("self, p, x, *h"), "does not name its states; write"),
    "**kwargs": (step_with("self, p, x, h, **more"), "does not name its states; write"),
    "a default": (step_with("self, p, x, h=0"), "does not name its states; write"),
    "keyword only": (step_with("self, p, x, *, h"), "does not name its states; write"),
    "no step": (NoStep, "has no step; write def step(self, p, x, h)"),
    "static": (StaticStep, "step is not a plain method; write def step(self, p, x, h)"),
    "not a variant": (int, "is not a class derived from Variant; write class X(Variant)"),
    "an instance": (NoStep(), "is not a class derived from Variant; write class X(Variant)"),
    "search": (attributes(beta=0.5, search={"bta": (0, 1)}), "'bta'; did you mean beta?"),
    "search of nothing": (attributes(search={"beta": (0, 1)}), "'beta'; known: none"),
    "array as start": (attributes(b_f=np.ones(3)), "b_f is array([1., 1., 1.]); give one number"),
    "word as start": (attributes(c="one"), "c is 'one'; give one number"),
    "infinite": (attributes(beta=float("inf")), "beta is inf; give a finite number"),
    "state called d": (step_with("self, p, x, d"), "'d' cannot name a state"),
    "state called exp": (step_with("self, p, x, exp"), "'exp' cannot name a state"),
    "state called h_": (step_with("self, p, x, h_"), "call it h_0, say"),
    "setting called dy": (attributes(dy=0.5), "'dy' cannot name a hyperparameter"),
}


@pytest.mark.parametrize("case", ODD_CLASSES)
def test_classes_are_refused_when_they_are_registered(case):
    cls, said = ODD_CLASSES[case]
    before = variants.names()
    with pytest.raises(VariantError) as caught:
        register("odd")(cls)
    message = str(caught.value)
    assert message.startswith("odd") or "odd.search" in message
    assert said in message
    assert "\n" not in message
    assert variants.names() == before


@pytest.mark.parametrize("case", ["no states", "static", "array as start", "setting called dy"])
def test_classes_that_are_not_registered_are_refused_when_traced(case):
    with pytest.raises(VariantError, match=r"Odd|StaticStep"):
        derive(ODD_CLASSES[case][0]())


@pytest.mark.parametrize("name", ["my-cell", "", "two words", "1st", None, 3, NoStep])
def test_names_are_words(name):
    with pytest.raises(VariantError, match=r"is not a word; write register\('my_cell'\)"):
        register(name)


def test_unknown_variants_list_close_matches():
    with pytest.raises(VariantError, match=r"unknown variant 'peephol'; did you mean peephole"):
        variants.get("peephol")


def test_an_initial_value_of_a_parameter_that_is_not_there():
    class Typo(Variant):
        b_F = 1.0

        def step(self, p, x, h):
            return p.R_f @ h + p.b_f

    with pytest.raises(VariantError, match=r"Typo\(\): 'b_F'; did you mean b_f"):
        derive(Typo())


def test_attributes_that_no_program_would_notice():
    class Closed(Variant):
        def __init__(self, activation, **settings):
            super().__init__(**settings)
            self.activation = activation

        def step(self, p, x, h):
            return self.activation(p.R_h @ h)

    with pytest.raises(TraceError, match="'activation' of its own, which no program would notice"):
        derive(Closed(tanh))


# -- hyperparameters ---------------------------------------------------------------------------


class Tunable(Variant):
    """Two run-time numbers; a depth, a flag and a word that shape the step."""

    beta, gain = 0.7, 1.5
    depth, leaky, activation = 1, True, "tanh"
    search = {"beta": (0.0, 2.0)}  # noqa: RUF012

    def step(self, p, x, h):
        a = self.beta * p.R_h @ h + p.W_h @ x
        for k in range(self.depth):
            a = p[f"R_{k}"] @ {"tanh": tanh, "relu": relu}[self.activation](a)
        new = tanh(a) ** 2 * self.gain
        return (1 - sigmoid(p.b_z)) * new + h if self.leaky else new


def outputs(variant, dtype="float64"):
    layer, rng = Layer(variant, 2, 3, dtype, "numpy"), np.random.default_rng(5)
    x = rng.standard_normal((4, 2, 2)).astype(dtype)
    return layer.forward(layer.init(rng), x)[0]


def test_a_new_value_derives_and_compiles_nothing():
    one, two = derive(Tunable()), derive(Tunable(beta=0.9, gain=2))
    assert one is two
    assert one.hypers == ("beta", "gain")
    assert loop_source(one, "float32").text == loop_source(two, "float32").text
    assert Layer(Tunable(beta=0.2), 2, 3).program is one


def test_a_new_value_changes_the_outputs():
    base = outputs(Tunable())
    assert np.array_equal(base, outputs(Tunable(beta=0.7)))
    assert np.abs(base - outputs(Tunable(beta=0.9))).max() > 1e-3
    assert np.abs(base - outputs(Tunable(gain=1.0))).max() > 1e-3


@pytest.mark.parametrize("setting", [{"depth": 3}, {"leaky": False}, {"activation": "relu"}])
def test_a_structural_value_is_another_cell(setting):
    base, other = derive(Tunable()), derive(Tunable(**setting))
    assert other.identity != base.identity
    assert derive(Tunable(**setting, beta=0.1)) is other


@pytest.mark.parametrize("setting", [{}, {"depth": 3}, {"leaky": False, "activation": "relu"}])
def test_hyperparameters_in_gradients(setting):
    assert_sound(Tunable(beta=1.1, gain=0.4, **setting))


def test_unknown_hyperparameters_list_close_matches():
    with pytest.raises(
        VariantError, match=r"unknown hyperparameter of .* 'bta'; did you mean beta"
    ):
        Tunable(bta=0.9)
    with pytest.raises(VariantError, match=r"hyperparameter of standard 'beta'; known: none"):
        variants.get("standard")(beta=0.9)


WRONG = {
    "beta": [float("nan"), float("inf"), "0.5", True, None, 1j, np.ones(2)],
    "depth": [1.0, "2", True, None],
    "leaky": [1, 0.0, "yes", None],
    "activation": [1, None, b"tanh"],
}


@pytest.mark.parametrize(("name", "value"), [(k, v) for k, vs in WRONG.items() for v in vs])
def test_hyperparameters_of_a_wrong_type(name, value):
    with pytest.raises(VariantError, match=f"hyperparameter {name} is .*; give a .* like "):
        Tunable(**{name: value})


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [("beta", 1, 1.0), ("beta", np.float32(0.5), 0.5), ("depth", np.int64(2), 2)],
)
def test_numbers_are_taken_in_the_type_of_the_default(name, value, kept):
    got = getattr(Tunable(**{name: value}), name)
    assert got == kept
    assert type(got) is type(kept)


# -- what can be read --------------------------------------------------------------------------


def assert_sound(variant):
    """Outputs as the step itself computes them, gradients as a complex step has them."""
    layer = Layer(variant, 2, 3, "float64", "numpy")
    case = random_case(np.random.default_rng(3), layer, 2, (3, 2))
    got = measure(layer, case)
    y, _ = unrolled.unroll(variant.step, case.params, case.x, case.state, case.lengths, np)
    assert np.abs(got["y"] - np.stack(y)).max() < 1e-12
    loss = lambda at: unrolled.loss(variant.step, case, at, np)
    want = {f"d {k}": v for k, v in complex_step.gradient(loss, case.arrays()).items()}
    assert_close({k: v for k, v in got.items() if k.startswith("d ")}, want, 1e-9)


def assert_reads(variant, *lines):
    """The equations, and that they are computed and derived."""
    assert [" ".join(line) for line in equations(Text, derive(variant))] == list(lines)
    assert_sound(variant)


def test_parameters_by_string():
    class ByString(Variant):
        def step(self, p, x, h):
            return tanh(sum(p[f"R_{k}"] @ h for k in range(2)) + p["W_0"] @ x + p["b_0"])

    assert list(Layer(ByString(), 2, 3).shapes) == ["R_0", "R_1", "W_0", "b_0"]
    assert_reads(ByString(), "h' = tanh(0 + R_0 @ h + R_1 @ h + W_0 @ x + b_0)")


def test_matrices_transposed_summed_and_scaled():
    class Matrices(Variant):
        beta = 0.6

        def step(self, p, x, h):
            a = (p.R_a + 2 * p.R_b.T - p.R_c) @ h + (-p.W_a + p.W_b * 0.5) @ x
            b = (self.beta * p.R_a) @ a + (p.R_b / 4).T @ h - (np.float64(3) * p.R_c) @ tanh(a)
            return tanh(b) - (p.R_a - p.R_c).T @ a

    assert_reads(
        Matrices(),
        "a = (R_a + 2 * R_b.T - R_c) @ h + (-W_a + 0.5 * W_b) @ x",
        "b = beta * R_a @ a + (0.25 * R_b).T @ h - 3 * R_c @ tanh(a)",
        "h' = tanh(b) - (R_a - R_c).T @ a",
    )


def squash(v, times):
    for _ in range(times):
        v = v / (1 + v * v)
    return v


def test_helpers_and_loops_inside_a_step():
    class Looping(Variant):
        def step(self, p, x, h):
            a = p.W_a @ x + p.R_a @ h
            for _ in range(2):
                a = squash(a, 1) + h
            return squash(a, 2)

    names = list(trace(Looping()).names.values())
    assert names == ["a", "a2", "a3"]
    assert_sound(Looping())


def test_powers_and_absolute_values():
    class Powers(Variant):
        beta = 1.5

        def step(self, p, x, h):
            a = abs(p.W_a @ x + p.R_a @ h) + 0.1
            b = a**2 + a**3.0 - a**-1 + a**0.5 + 2**h + a**self.beta + a ** tanh(h) + a**0
            return b - (a**1.5) ** 2.5 + np.abs(a) * np.square(h) + np.power(a, 2) - variants.abs(h)

    program = derive(Powers())
    text = [" ".join(line) for line in equations(Text, program)]
    assert text[0] == "a = abs(W_a @ x + R_a @ h) + 0.1"
    assert text[1] == (
        "b = a ** 2 + a ** 3 - a ** -1 + a ** 0.5 + 2 ** h + a ** beta + a ** tanh(h) + 1"
    )
    assert text[2] == "h' = b - (a ** 1.5) ** 2.5 + abs(a) * h ** 2 + a ** 2 - abs(h)"

    class Same(Powers):  # Python's abs is the modulus, which a complex step may not see
        def step(self, p, x, h):
            a = variants.abs(p.W_a @ x + p.R_a @ h) + 0.1
            b = a**2 + a**3.0 - a**-1 + a**0.5 + 2**h + a**self.beta + a ** tanh(h) + a**0
            return b - (a**1.5) ** 2.5 + variants.abs(a) * h**2 + a**2 - variants.abs(h)

    assert derive(Same()).identity == program.identity

    assert_sound(Same())


def test_numpy_s_own_functions():
    class Numpyish(Variant):
        def step(self, p, x, h):
            a = np.tanh(np.matmul(p.R_a, h) + np.negative(p.W_a @ x))
            return np.where(np.greater(h, 0), np.maximum(a, 0.1 * h), np.exp(a) * np.float32(0.5))

    assert_reads(
        Numpyish(),
        "a = tanh(R_a @ h + (-(W_a @ x)))",
        "h' = where(h > 0, maximum(a, 0.1 * h), exp(a) * 0.5)",
    )


@pytest.mark.parametrize("bare", [True, False])
def test_one_state_may_be_returned_bare(bare):
    class OneState(Variant):
        def step(self, p, x, h):
            new = tanh(p.W_h @ x + p.R_h @ h)
            return new if bare else (new,)

    assert_reads(OneState(), "h' = tanh(W_h @ x + R_h @ h)")


def test_a_bias_may_be_added_twice():
    class Twice(Variant):
        def step(self, p, x, h):
            return tanh(p.b_a + p.R_a @ h + p.W_a @ x + p.b_a - p.b_a + p.b_a)

    assert_reads(Twice(), "h' = tanh(b_a + R_a @ h + W_a @ x + b_a - b_a + b_a)")


def test_states_that_are_constant_kept_or_shared():
    class Plain(Variant):
        def step(self, p, x, h, old, same, zero):
            new = tanh(p.W_h @ x + p.R_h @ h + old * same + zero)
            return new, h, new, 0.0

    lines = [" ".join(line) for line in equations(Text, derive(Plain()))]
    assert lines == [
        "h' = tanh(W_h @ x + R_h @ h + old * same + zero)",
        "old' = h",
        "same' = h'",
        "zero' = 0",
    ]


def test_names_are_the_author_s():
    class Named(Variant):
        def step(self, p, x, h, c):
            gate = sigmoid(p.W_i @ x + p.R_i @ h)
            h = gate * h
            out = tanh(c + h)
            again = out
            return again, gate * c

    program = derive(Named())
    assert list(program.traced.names.values()) == ["gate", "h2", "out"]
    assert {"gate", "h2", "h_new", "c_new"} <= set(program.names.values())
    assert_reads(
        Named(),
        "gate = sigmoid(W_i @ x + R_i @ h)",
        "h2 = gate * h",
        "h' = tanh(c + h2)",
        "c' = gate * c",
    )


def test_names_of_generated_code_are_left_alone():
    class Awkward(Variant):
        def step(self, p, x, h):
            d = tanh(p.W_a @ x + p.R_a @ h)
            saved = d * h
            d_h = saved + d
            return d_h * exp(-variants.abs(saved))

    program = derive(Awkward())
    computed = {program.names[n.index] for n in program.all if n.args and n.index in program.names}
    assert computed.isdisjoint({"d", "saved", "p", "x"})
    assert_reads(
        Awkward(),
        "d = tanh(W_a @ x + R_a @ h)",
        "saved = d * h",
        "d_h = saved + d",
        "h' = d_h * exp(-abs(saved))",
    )


def test_initial_values_are_class_attributes():
    class Starting(Variant):
        b_f, s_scale, m, beta = 1.0, 0.25, -3.0, 0.5

        def step(self, p, x, h, m):
            f = sigmoid(p.W_f @ x + p.R_f @ h + p.b_f)
            return tanh(f * h * p.s_scale + self.beta), maximum(m, f)

    layer = Layer(Starting(), 2, 3)
    params = layer.init(np.random.default_rng(0))
    assert variants.hyperparameters(Starting) == {"beta": 0.5}
    assert params["b_f"].tolist() == [1, 1, 1]
    assert params["s_scale"] == np.float32(0.25)
    h, m = layer.start(2)
    assert (h == 0).all()
    assert (m == -3).all()


# -- the tracer --------------------------------------------------------------------------------


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


def test_equal_expressions_are_one_node():
    class Twice(Variant):
        def step(self, p, x, h):
            return where(tanh(h) > 0, tanh(h) * 2, 2 * tanh(h))

    nodes = trace(Twice()).graph.nodes
    assert sum(n.op == "tanh" for n in nodes) == 1


# -- cells from other packages -----------------------------------------------------------------


PLUGIN = """
from gatelab.variants import Variant, register, tanh

@register("from_afar")
class FromAfar(Variant):
    def step(self, p, x, h):
        return tanh(p.R_h @ h + p.W_h @ x)
"""


def test_entry_points_add_cells(tmp_path):
    (tmp_path / "far_cells.py").write_text(PLUGIN)
    info = tmp_path / "far_cells-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: far-cells\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[gatelab.variants]\nfrom_afar = far_cells:FromAfar\n")
    script = "from gatelab.variants import get, names; print(get('from_afar').__module__, names())"
    done = python("-c", script, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert done.stdout.startswith("far_cells ["), done.stderr
    assert "'standard'" in done.stdout
    assert "from_afar" not in variants.names()

"""What cannot be an equation is refused in one line.

Every refusal names the file and the line, shows the line, and says what to write instead.
"""

import pytest
from helpers.packages import needs
from helpers.steps import written

from gatelab import Layer
from gatelab.calculus.program import derive
from gatelab.variants import TraceError, Variant, VariantError, tanh


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
    "np.dot": ("return np.dot(p.R_h, h), c", "dot has no derivative rule here; write p.R_h @ h"),
    "np.sum": ("return np.sum(h), c", "sum " + NO_RULE),
    "np.cumsum of a batch": (
        "return np.cumsum(h), c",
        "cumsum not over the units; write cumsum(a), or np.cumsum(a, axis=0)",
    ),
    "np.concatenate": (
        "h = np.concatenate([h, c])  # here\nreturn h, c",
        "concatenate has no derivative rule here; write p.W_h @ x + p.R_h @ h, a matrix for each",
    ),
    "np.add out": ("np.add(h, 1, out=h)  # here\nreturn h, c", "add with options " + NO_RULE),
    "np.add.reduce": ("return np.add.reduce(h), c", "add with options " + NO_RULE),
    "np.array": ("return np.array(h), c", NUMBERS),
    "math.tanh": ("return math.tanh(h), c", NUMBERS),
    "round": ("return round(h), c", NUMBERS),
    "copy": ("import copy\nreturn copy.deepcopy(h), c", NUMBERS),
    "erfc": ("from scipy.special import erfc\nreturn erfc(h), c", "erfc " + NO_RULE),
    "function of a library": ("from scipy.stats import norm\nreturn norm.cdf(h), c", NUMBERS),
    "%": ("return h % 2, c", "this operator " + NO_RULE),
    "//": ("return h // 2, c", "this operator " + NO_RULE),
    "h.sum()": ("return h.sum(), c", "a value of the step has no .sum; use + - * / ** @"),
    "h.mean()": ("return h.mean(), c", "a value of the step has no .mean; write mean(a)"),
    "R.dot(h)": ("return p.R_h.dot(h), c", "a value of the step has no .dot; write p.R_h @ h"),
    "h.clip()": ("return h.clip(0, 1), c", "no .clip; write minimum(maximum(a, low), high)"),
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
    "typo": ("return tahn(h), c", "'tahn' is not defined; did you mean tanh"),
    "another variable": (
        "total = h + c\nreturn totl, c",
        "name 'totl' is not defined; did you mean total?",
    ),
    "unknown name in a helper": (
        "return (lambda v: foo)(h), c",
        "'foo' is not defined; a step may",
    ),
    "W without p": ("return W_h @ x, c", "name 'W_h' is not defined; did you mean p.W_h?"),
    "W of self": ("return self.W_h @ x, c", "no attribute 'W_h'; did you mean p.W_h?"),
    "beta without self": ("return beta * h, c", "'beta' is not defined; did you mean self.beta?"),
    "unknown hyperparameter": (
        "return h * self.bta, c",
        "makes it a hyperparameter; did you mean beta?",
    ),
    "hyperparameter that is not there": (
        "return h * self.leak, c",
        "write leak = 0.1 in the class, which makes it a hyperparameter",
    ),
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
    needs("torch")
    body = f"import torch\nreturn torch.{function}(h), c"
    assert "must be Tensor" in refusal(tmp_path, body)


def test_torch_tensors_are_refused(tmp_path):
    needs("torch")
    assert "Tensor is not a value" in refusal(tmp_path, "import torch\nreturn torch.ones(3) * h, c")


def test_a_layer_refuses_when_it_is_made(tmp_path):
    action = lambda variant: Layer(variant, 2, 3)
    assert refusal(tmp_path, "return h.sum(), c", action).startswith("a value of the step")


@pytest.mark.parametrize("count", ["getattr(self, 't', 0) + 1", "2.0 * self.beta"])
def test_a_step_that_keeps_something_in_its_cell(count, tmp_path):
    name = "t" if "t" in count else "beta"
    cell = written(tmp_path, f"self.{name} = {count}\nreturn h / self.{name}, c")()
    with pytest.raises(TraceError, match=f"the step assigns self.{name}; what a cell keeps is a"):
        derive(cell)


def test_one_state_is_asked_for_by_name(tmp_path):
    assert refusal(tmp_path, "return h, h", states="h").endswith("return the new h")


def test_the_line_is_the_helpers(tmp_path):
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

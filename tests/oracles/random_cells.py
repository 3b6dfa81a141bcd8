"""Cells drawn at random, as source text that can be read when one of them fails.

Each is a legal step: one to five states, products of anything (often of sums of states), matrix
expressions, hyperparameters, functions of every kind, states that are swapped, held or constant.
Values stay moderate, so that a difference is a fault and not rounding.
"""

import numpy as np

from gatelab import variants
from gatelab.calculus.trace import trace
from gatelab.variants import TraceError, Variant

STATES = ["h", "c", "m", "n", "k"]
#: Always finite, whatever a is.
SHAPES = [
    "tanh({a})", "sigmoid({a})", "softsign({a})", "tanh(softplus({a}))", "tanh(relu({a}) - {b})",
    "log_sigmoid(tanh({a}))", "exp(-abs_({a}))", "log(1 + ({a}) ** 2)", "sqrt(1 + ({a}) ** 2)",
    "sigmoid({a}) ** {n}", "({a}) / (1 + ({b}) * ({b}))", "maximum({a}, tanh({b}))",
    "minimum({a}, {n})", "where({a} > {b}, {a}, tanh({b}))", "where({a} <= {n}, {b}, {a} * {n})",
    "tanh(mean({a}) + {b})", "layer_norm({a} + tanh({b}))", "2 - {a}", "-{a}", "{a} * tanh({b})",
    "tanh(-({a}) ** 2)", "(1 + sigmoid({a})) ** -{n}", "{n} ** tanh({a})",
    "sigmoid({a}) ** sigmoid({b})", "tanh(cumsum({a}) + {b})", "softmax({a})", "erf({a})",
    "tanh(gelu({a}))", "sin({a}) + {b}", "cos({a})", "where({a} > 0, sqrt({a}) * tanh({b}), {b})",
    "minimum(exp(9 * {a}), {n}) * {b}",
]  # fmt: skip
MATRICES = [
    "p.R_{i}", "p.R_{i}", "p.R_{i}.T", "(p.R_{i} + p.R_{j})", "(p.R_{i} - p.R_{j}.T)", "(-p.R_{i})",
    "({n} * p.R_{i})", "(p.R_{i} / {n})", "(p.R_{i} + {n} * p.R_{i}.T)",
]  # fmt: skip


class _Author:
    """Writes one step."""

    def __init__(self, rng, names):
        self.rng, self.names = rng, names
        self.states = STATES[: rng.integers(1, 6)]
        self.hypers = ["alpha", "beta"][: rng.integers(0, 3)]
        self.known = []  # variables of the step so far

    def pick(self, choices):
        return choices[self.rng.integers(len(choices))]

    def name(self, word):
        return self.names.get(word, word)

    def number(self):
        hypers = [f"self.{self.name(h)}" for h in self.hypers]
        return self.pick(["0.5", "2", "3", "1.5", "5", *hypers, *hypers])

    def vector(self):
        """A state or a variable."""
        return self.name(self.pick(self.states + self.known))

    def operand(self):
        """What a matrix multiplies: very often a sum of states."""
        a, b, state = self.vector(), self.vector(), lambda: self.name(self.pick(self.states))
        sums = [f"({state()} + {state()})", f"({state()} - {state()})", f"({a} + {b})"]
        more = [f"({a} * {b})", f"sigmoid({a}) ** {self.number()}", f"(-{a})", f"(2 + {a})"]
        return self.pick([a, a, *sums, *sums, *more])

    def product(self, operand=None):
        i, j = self.pick("abcd"), self.pick("abcd")
        matrix = self.pick(MATRICES).format(i=i, j=j, n=self.number())
        return f"{matrix} @ {operand or self.operand()}"

    def term(self):
        vector = self.vector()
        return self.pick([
            f"p.W_{self.pick('abc')} @ x", self.product(), self.product(), self.product(),
            self.product(f"(p.R_e @ {self.operand()})"), f"p.p_{self.pick('ab')} * {vector}",
            f"p.b_{self.pick('ab')}", f"p.s_{self.pick('ab')} * {vector}", vector,
            f"{self.number()} * {vector}",
        ])  # fmt: skip

    def value(self):
        terms = lambda: " ".join(
            (self.pick(["+", "-"]) if k else "") + " " + self.term()
            for k in range(self.rng.integers(1, 4))
        ).strip()
        return self.pick(SHAPES).format(a=f"({terms()})", b=self.vector(), n=self.number())

    def new(self):
        """A new state: mostly a variable, sometimes an old state, a product or a number."""
        chance = self.rng.random()
        if chance < 0.15:
            return self.name(self.pick(self.states))
        if chance < 0.2:
            return self.pick(["0.5", "p.s_a", "p.p_a", "2 * p.b_a", self.number()])
        if chance < 0.25:
            return f"0.3 * ({self.product()})"
        variable = self.name(self.pick(self.known))
        return self.pick([variable, variable, f"0.5 * {variable} + 0.3 * {self.vector()}"])

    def source(self):
        lines = [f"    {self.name(h)} = {0.7 + 0.2 * k}" for k, h in enumerate(self.hypers)]
        states = [self.name(s) for s in self.states]
        lines += ["", f"    def step(self, p, x, {', '.join(states)}):"]
        for k in range(self.rng.integers(2, 6)):
            lines.append(f"        {self.name(f'u{k}')} = {self.value()}")
            self.known.append(f"u{k}")
        lines.append(f"        return ({', '.join(self.new() for _ in states)},)")
        return "\n".join(["class RandomCell(Variant):", *lines, ""])


def source(rng, names=()):
    """A class ``RandomCell`` as text.

    Args:
        names: {the usual name of a state, variable or hyperparameter: what to call it}.
    """
    return _Author(rng, dict(names)).source()


def legal(seed, names=()):
    """The first cell of a seed whose step can be traced, with its text for a docstring."""
    rng = np.random.default_rng(seed)
    while True:
        cell = made(source(rng, names))
        try:
            trace(cell())
            return cell
        except TraceError:  # parameters alone where units are wanted
            continue


def made(text):
    """The class of a source text."""
    space = {n: getattr(variants, n) for n in variants.__all__} | {"Variant": Variant}
    exec(compile(text, "<random cell>", "exec"), space)
    space["RandomCell"].__doc__ = text
    return space["RandomCell"]

"""A step as code on rows, x (N, D) and states (N, H), in the words of a framework."""

from dataclasses import dataclass
from functools import partial

from gatelab.variants.language.symbols import depends_on_data
from gatelab.variants.language.table import TABLE

from ..calculus import lines
from ..calculus.matrices import transposed
from ..calculus.notation import NEW, Notation, number
from ..calculus.writing import ATOM
from ..kernels.text.names import Names

LIMITS = {"maximum": "min", "minimum": "max"}  # the larger of x and 0 is x clamped to min=0


@dataclass(frozen=True)
class Words:
    """How a framework's code says what is not in the table of operations.

    Attributes:
        framework: the attribute of ``Operation`` with its functions.
        parameter, hyper: templates of a parameter and of a run-time hyperparameter.
        taken: names that the written code uses for something else.
        turned: template of a transposed matrix.
        clamps: whether the larger or smaller one of an array and a number is a function of its own.
    """

    framework: str
    parameter: str
    hyper: str
    taken: tuple[str, ...]
    turned: str = "{}.T"
    clamps: bool = False


@dataclass(frozen=True)
class Step:
    """A step, written.

    Attributes:
        olds, news: names of the old and of the new states, the output first.
        lines: statements, from the old to the new states.
        operations: names of the operations in them.
    """

    olds: tuple[str, ...]
    news: tuple[str, ...]
    lines: tuple[str, ...]
    operations: frozenset[str]


def step(program, words, hypers):
    """The step of a program, as its author wrote it.

    Args:
        program: a ``Program`` without other noise than zoneout, of which the mean is taken.
        words: the framework's ``Words``.
        hypers: {run-time hyperparameter, or "zoneout" for its rate: its name in the code}.
    """
    names, used = Names(("x", *words.taken, *hypers.values())), set()
    olds = tuple(names.of(s, s) for s in program.states)
    writer = partial(_Rows, words=words, hypers=hypers, names=names, used=used)
    written = [f"{line.left} = {line.right}" for line in lines.equations(writer, program)]
    news = [names.of(f"{s}{NEW}", f"{s}_new") for s in program.states]
    for k, output in enumerate(program.traced.outputs):
        if not depends_on_data(output):  # a number, or a row of units: the same for all sequences
            written.append(f"{news[k]} = 0 * {olds[k]} + {news[k]}")
    return Step(olds, tuple(news), tuple(written), frozenset(used))


class _Rows(Notation):
    """Writes statements of code; a matrix M multiplies rows as ``x @ M.T``."""

    def __init__(self, program, labels, words, hypers, names, used):
        super().__init__(program, labels)
        self.words, self.hypers, self.names, self.used = words, hypers, names, used

    def leaf_text(self, node):
        if node.op == "constant":
            return number(node.value)
        if node.op == "hyper":
            return self.words.hyper.format(self.hypers[node.value])
        if node.op == "noise":
            return self.words.hyper.format(self.hypers["zoneout"])
        if node.op in ("vector", "scalar"):
            return self.leaf_name(node.value)
        return "x" if node.op == "input" else self.names.of(node.value, node.value)

    def leaf_name(self, parameter):
        return self.words.parameter.format(parameter)

    def value(self, label):
        return self.names.of(label, label.replace(NEW, "_new"))

    def function(self, op, args):
        self.used.add(op)
        form = getattr(TABLE[op], self.words.framework)
        written = ", ".join(args)
        return form.format(written) if "{}" in form else f"{form}({written})"

    def product(self, matrix, vector):
        return f"{vector} @ {matrix}"

    def matrix(self, matrix, level=0):
        """What rows are multiplied by: the transpose of a matrix expression."""
        return super().matrix(transposed(matrix), 3)

    def turned(self, text):
        if self.words.turned.endswith(")") and text.startswith("("):  # it has brackets of its own
            text = text[1:-1]
        return self.words.turned.format(text)

    def _expression(self, node):
        if self.words.clamps and node.op in LIMITS:
            a, b = node.args
            for one, other in ((a, b), (b, a)):
                if _is_number(other):
                    limit = f"{LIMITS[node.op]}={self.text(other)}"
                    return f"torch.clamp({self.text(one)}, {limit})", ATOM
        return super()._expression(node)


def _is_number(node):
    """Whether a value is made of constants and hyperparameters alone."""
    if not node.args:
        return node.op in ("constant", "hyper")
    return all(map(_is_number, node.args))

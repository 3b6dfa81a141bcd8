"""Notation: a writer of mathematics for readers, independent of the typesetting."""

from typing import NamedTuple

from gatelab.variants.language.table import TABLE

from .blocks import LEAVES
from .matrices import without_sign
from .writing import INFIX, PRODUCT, Writer, pairs

NEW = "'"  # suffix of the label of a new state
SHORT = 3  # most operations of a value that is written out; a value with a matrix never is


class Line(NamedTuple):
    """One statement, ``left sign right``, where sign is =, += or -=."""

    left: str
    sign: str
    right: str


class Notation(Writer):
    """Writes parameters without ``p.``, v * v as a power, new states with a prime, dL/dv as d_v.

    Args:
        program: the ``Program`` to write.
        labels: {node index: plain name}.
        loose: whether to omit brackets that affect rounding only.
    """

    def __init__(self, program, labels, loose=False):
        super().__init__(program, self.leaf_text, self.function)
        self.labels, self.loose = labels, loose

    # -- defined by subclasses -------------------------------------------------------------

    def leaf_text(self, node) -> str:
        raise NotImplementedError

    def function(self, op, args) -> str:
        raise NotImplementedError

    def value(self, label) -> str:
        """A value that one step computes."""
        raise NotImplementedError

    def delta(self, text, atom=True) -> str:
        """dL/d(text), with brackets around the text unless it is an atom."""
        raise NotImplementedError

    def outer(self, left, right) -> str:
        """left @ right.T for two nodes."""
        raise NotImplementedError

    def total(self, text) -> str:
        """A sum over the units."""
        raise NotImplementedError

    def product(self, matrix, vector) -> str:
        """A matrix times a vector, both given as text."""
        raise NotImplementedError

    # -- common ----------------------------------------------------------------------------

    def give_name(self, node):
        """Write a node by its label from now on; return the label as it is written."""
        self.named[node.index] = self.value(self.labels[node.index])
        return self.named[node.index]

    def size(self, node):
        """Number of operations in the text of a node, given the names so far."""
        if node.op in LEAVES or self.known(node) is not None:
            return 0
        if node.op in ("affine", "pull", "product"):
            return SHORT + 1
        return 1 + sum(self.size(a) for a in node.args)

    def short(self, node):
        return self.size(node) <= SHORT

    def right_level(self, op):
        """How tightly a right operand must bind in order to need no brackets."""
        return INFIX[op][2 if self.loose and op in ("add", "mul") else 3]

    def added(self, node):
        """The second term of a sum or difference, with its sign."""
        sign, text = INFIX[node.op][0], self.text(node.args[1], self.right_level(node.op))
        if not text.startswith("-"):
            return sign + text
        return " - " + text[1:] if self.loose and node.op == "add" else sign + self.bracketed(text)

    def power(self, node):
        """(base, n) if a node is a product v * v * ... * v of n factors, else None."""
        base, n, left = node.args[1], 2, node.args[0]
        while left.op == "mul" and left.args[1] is base and self.known(left) is None:
            left, n = left.args[0], n + 1
        return (base, n) if left is base else None

    def products(self, node):
        text, (terms, biases) = "", pairs(self.program, node)
        for matrix, vector in terms:
            minus, matrix = without_sign(matrix)
            term = self.product(self.matrix(matrix, 2), self.text(vector, 3))
            text += (" - " if minus else " + ") + term
        text += "".join(f" + {self.leaf_name(b)}" for b in biases)
        signless = text.startswith(" + ")
        single = signless and len(terms) + len(biases) == 1
        return (text[3:] if signless else f"-{text[3:]}"), (PRODUCT if single else 1)


def notes(text, written, note):
    """Explanations of the less familiar operations in a text.

    Args:
        text: the text.
        written: function (operation) -> its name in the text.
        note: function (operation) -> its explanation, or "".

    Returns:
        A list of lines.
    """
    return [note(op) for op in TABLE.values() if note(op) and written(op) in text]


def number(value):
    """A constant in its shortest exact form."""
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)

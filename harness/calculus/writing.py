"""Writing nodes as statements: which get a line of their own, and how an expression looks."""

from collections import Counter

from gatelab.variants.language.symbols import COMPARISONS, Matrix

from .blocks import LEAVES, bias, matrices, operands
from .matrices import MINUS_ONE, fold, transposed

# op: (sign, how tightly it binds, what its left and its right operand must bind at least).
INFIX = {
    "add": (" + ", 1, 1, 1.5),
    "sub": (" - ", 1, 1, 1.5),
    "mul": (" * ", 2, 2, 3),
    "div": (" / ", 2, 2, 3),
    "pow": (" ** ", 5, 6, 3),
}
PRODUCT, NEGATIVE, ATOM = 1.5, 3, 9


def statements(roots, ready=(), always=()):
    """The nodes to be assigned a name, in order, so that roots can be written with them.

    A node gets a line if several need it or if ``always`` lists it; others are written inside the
    line that needs them.

    Args:
        ready: indices of nodes that already have a value.
    """
    ready, found, uses = set(ready), {}, Counter()
    waiting = [r for r in roots]
    while waiting:
        node = waiting.pop()
        if node.index in found or node.index in ready or node.op in LEAVES:
            continue
        found[node.index] = node
        vectors = [a for a in node.args if not isinstance(a, Matrix)]
        uses.update(a.index for a in vectors)
        waiting += vectors
    own = {n.index for n in always}
    return [found[i] for i in sorted(found) if uses[i] > 1 or i in own]


class Writer:
    """Writes expressions; nodes in ``named`` by their name, others by what they are made of."""

    def __init__(self, program, leaf, call=None):
        self.program, self.leaf = program, leaf
        self.call = call or (lambda op, args: f"{op}({', '.join(args)})")
        self.named = {}

    def text(self, node, level=0, inside=False):
        """The expression of a node, in brackets where the surrounding operator binds tighter."""
        known = None if inside else self.known(node)
        if known is not None:
            return known
        text, own = self._expression(node)
        return self.bracketed(text) if own < level else text

    def bracketed(self, text):
        return f"({text})"

    def known(self, node):
        """The name of a node that has a value already, or None."""
        return self.named.get(node.index)

    def _expression(self, node):
        """(text, how tightly it binds)."""
        if node.op in LEAVES:
            text = self.leaf(node)
            return text, (NEGATIVE if text.startswith("-") else ATOM)
        if node.op in INFIX:
            return self.infix(node)
        if node.op in COMPARISONS:
            return self.comparison(node), 0
        if node.op == "neg":
            return "-" + self.text(node.args[0], NEGATIVE), NEGATIVE
        if node.op in ("affine", "pull", "product"):
            return self.products(node)
        return self.call(node.op, [self.text(a) for a in node.args]), ATOM

    def comparison(self, node):
        return f"{self.text(node.args[0], 1)} {COMPARISONS[node.op]} {self.text(node.args[1], 1)}"

    def infix(self, node):
        sign, own, left, right = INFIX[node.op]
        a, b = node.args
        return self.text(a, left) + sign + self.text(b, right), own

    def products(self, node):
        """A sum of matrix-vector products (and the bias)."""
        products, biases = pairs(self.program, node)
        terms = [f"{self.matrix(m, 2)} @ {self.text(v, 3)}" for m, v in products]
        terms += [self.leaf_name(b) for b in biases]
        return " + ".join(terms), (PRODUCT if len(terms) == 1 else 1)

    def leaf_name(self, parameter):
        return parameter

    def matrix(self, matrix, level=0):
        """A matrix expression."""
        sign = lambda minus: " - " if minus else " + "
        written = fold(
            matrix,
            leaf=lambda name: (self.leaf_name(name), ATOM),
            turn=lambda inner: (self.turned(self._held(inner, ATOM)), ATOM),
            scale=self._scaled_matrix,
            add=lambda a, b, minus: (self._held(a, 1) + sign(minus) + self._held(b, 2), 1),
        )
        return self._held(written, level)

    def _scaled_matrix(self, inner, factor):
        if factor.value == MINUS_ONE:
            return "-" + self._held(inner, NEGATIVE), NEGATIVE
        return self.scaled(self.text(factor, 2), self._held(inner, 3)), 2

    def _held(self, written, level):
        """(text, how tightly it binds), in brackets if something binds tighter."""
        text, own = written
        return self.bracketed(text) if own < level else text

    def turned(self, text):
        """A transpose."""
        return f"{text}.T"

    def scaled(self, factor, text):
        """A number times a matrix."""
        return f"{factor} * {text}"


def pairs(program, node):
    """[(matrix, vector)] of a product, an affine block or a pull, and the biases added."""
    if node.op == "product":
        return [(node.args[0], node.args[1])], []
    if node.op == "affine":
        return list(zip(matrices(node), operands(node), strict=True)), [
            b for b in [bias(node)] if b
        ]
    _, position, rows = node.value
    blocks = [program.all[i] for i in rows]
    turned = [transposed(matrices(b)[position]) for b in blocks]
    return list(zip(turned, node.args, strict=True)), []

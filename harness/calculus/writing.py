"""Writing nodes as statements: which nodes get a line, and the text of an expression."""

from collections import Counter

from gatelab.variants.language.symbols import COMPARISONS, Matrix

from .blocks import LEAVES, bias, matrices, operands
from .matrices import MINUS_ONE, fold, transposed

# op: (sign, precedence, lowest precedence of the left and of the right operand without brackets).
INFIX = {
    "add": (" + ", 1, 1, 1.5),
    "sub": (" - ", 1, 1, 1.5),
    "mul": (" * ", 2, 2, 3),
    "div": (" / ", 2, 2, 3),
    "pow": (" ** ", 5, 6, 3),
}
PRODUCT, NEGATIVE, ATOM = 1.5, 3, 9


def statements(roots, ready=(), always=()):
    """The nodes that get a statement of their own when ``roots`` are written.

    A node gets a statement if it is used more than once or if ``always`` lists it. Other nodes are
    written inside the expression that uses them.

    Args:
        roots: the nodes to be written.
        ready: indices of nodes that already have a value.
        always: nodes that get a statement if the roots need them.

    Returns:
        A list of nodes, in the order of their statements.
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
    """Writes expressions: nodes in ``named`` by name, others by their operation and operands.

    Args:
        program: the ``Program`` that the nodes belong to.
        leaf: function (leaf node) -> text.
        call: function (operation, texts of the arguments) -> text of the call.
    """

    def __init__(self, program, leaf, call=None):
        self.program, self.leaf = program, leaf
        self.call = call or (lambda op, args: f"{op}({', '.join(args)})")
        self.named = {}

    def text(self, node, level=0, inside=False):
        """The expression of a node, in brackets if its precedence is below ``level``.

        Args:
            node: the node to write.
            level: lowest precedence that needs no brackets.
            inside: whether to write the expression even if the node has a name.
        """
        known = None if inside else self.known(node)
        if known is not None:
            return known
        text, own = self._expression(node)
        return self.bracketed(text) if own < level else text

    def bracketed(self, text):
        return f"({text})"

    def known(self, node):
        """The name of a node, or None if it has none yet."""
        return self.named.get(node.index)

    def _expression(self, node):
        """(text, precedence) of a node."""
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
        """A sum of matrix-vector products and biases."""
        products, biases = pairs(self.program, node)
        terms = [f"{self.matrix(m, 2)} @ {self.text(v, 3)}" for m, v in products]
        terms += [self.leaf_name(b) for b in biases]
        return " + ".join(terms), (PRODUCT if len(terms) == 1 else 1)

    def leaf_name(self, parameter):
        return parameter

    def matrix(self, matrix, level=0):
        """The text of a matrix expression."""
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
        """The text of a pair (text, precedence), in brackets if the precedence is below level."""
        text, own = written
        return self.bracketed(text) if own < level else text

    def turned(self, text):
        """The transpose of a matrix given as text."""
        return f"{text}.T"

    def scaled(self, factor, text):
        """A number times a matrix, both given as text."""
        return f"{factor} * {text}"


def pairs(program, node):
    """[(matrix, vector)] and [bias] of a product, an affine block or a pull."""
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

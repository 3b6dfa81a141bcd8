"""A program as plain text, in a notation close to Python."""

from . import lines
from .notation import Notation, notes, number
from .writing import ATOM, INFIX

NOTE = (
    "d_v is dL/dv and a_v the argument of the function that gives v, primes mark new states, "
    "* is elementwise, and += adds to what the next step (states) or other steps (parameters) sent."
)


def equations(program):
    """The step as its author wrote it, in lines like ``i = sigmoid(W_i @ x + R_i @ h + b_i)``."""
    return _text(lines.equations(Text, program))


def gradient(program):
    """The derived gradient of one step, in lines like ``d_a_i = d_i * i * (1 - i)``."""
    text = _text(lines.gradient(Text, program))
    return "\n".join([text, *notes(text, lambda op: op.name, lambda op: op.note)])


def _text(statements):
    return "\n".join(" ".join(line) for line in statements)


class Text(Notation):
    """Plain text."""

    def leaf_text(self, node):
        if node.op == "constant":
            return number(node.value)
        return self.delta(f"{node.value}'") if node.op == "adjoint" else str(node.value)

    def function(self, op, args):
        return f"{op}({', '.join(args)})"

    def value(self, label):
        return label

    def delta(self, text, atom=True):
        return f"d_{text}" if atom else f"d_({text})"

    def product(self, matrix, vector):
        return f"{matrix} @ {vector}"

    def outer(self, left, right):
        return f"{self.text(left, 3)} @ {self.text(right, ATOM)}.T"

    def total(self, text):
        return f"sum({text})"

    def infix(self, node):
        power = self.power(node) if node.op == "mul" else None
        if power:
            return f"{self.text(power[0], 6)} ** {power[1]}", INFIX["pow"][1]
        sign, own, left, _ = INFIX[node.op]
        a, b = node.args
        if node.op in ("add", "sub"):
            return self.text(a, left) + self.added(node), own
        return self.text(a, left) + sign + self.text(b, self.right_level(node.op)), own

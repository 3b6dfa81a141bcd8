"""Face: the text on a shape, and the kind of shape."""

from collections import Counter
from dataclasses import dataclass

from gatelab.variants.language.operations import REDUCTIONS
from gatelab.variants.language.table import TABLE

from ..calculus.notation import Notation, number
from ..calculus.writing import INFIX
from .fold import NUMBERS, PRODUCTS, SUMS, Cluster, operand

ANY = "•"  # a value without a name, brought by a wire
SQUARED = {0: "⁰", 2: "²", 3: "³", 4: "⁴"}


@dataclass(frozen=True)
class Face:
    """How a shape looks.

    Attributes:
        kind: gate, function, reduction or linear (boxes), circle or pill; decides the colour.
        head: the function or the operator's sign.
        name: the author's variable.
        body: the argument of the function, for boxes.
        marks: {source: text beside the end of its wire}.
    """

    kind: str
    head: str
    name: str
    body: str
    marks: dict[int, str]


class Faces:
    """Computes the faces of a trace's clusters."""

    def __init__(self, trace):
        self.nodes = trace.graph.nodes
        states = [*zip(trace.states, trace.outputs, strict=True)]
        self.names = trace.names | {o.index: f"{s}'" for s, o in reversed(states) if o.args}

    def face(self, cluster: Cluster):
        """The face of a cluster."""
        root, name = cluster.root, self.names.get(cluster.root.index, "")
        if cluster.chain:
            return self._function(cluster, name)
        if any(self.nodes[i].op == "product" for i in cluster.members):
            writer = self._writer(cluster)
            return Face("linear", "", name, writer.text(root, inside=True), writer.marks)
        if len(cluster.wires) > 1 and root.op in SUMS + PRODUCTS:
            return self._junction(cluster, name)
        if len(cluster.wires) > 1 and root.op in ("maximum", "minimum"):
            return Face("pill", _symbol(root.op), name, "", {})
        return self._expression(cluster, name)

    def _function(self, cluster, name):
        core, writer = cluster.chain[-1], self._writer(cluster)
        kind = (
            "gate" if TABLE[core.op].gate else "reduction" if core.op in REDUCTIONS else "function"
        )
        (argument,) = (a for a in core.args if a is operand(core))
        bare = argument.index in cluster.wires
        body = "" if bare else writer.text(argument)
        return Face(kind, _head(*cluster.chain), name, body, {} if bare else writer.marks)

    def _expression(self, cluster, name):
        """A pill, or a circle: a single operation as a prefix, several as an expression."""
        root, writer = cluster.root, self._writer(cluster)
        if len(cluster.wires) == 1 and len(cluster.members) == 1:
            prefix = self._prefix(root, next(iter(cluster.wires)), writer)
            if prefix:
                return Face("circle" if len(prefix) <= 2 else "pill", prefix, name, "", {})
        return Face("pill", writer.text(root, inside=True), name, "", writer.marks)

    def _prefix(self, root, source, writer):
        """``1 −``, ``β ×``: an operation on a value and a number, with the value left out."""
        if root.op == "neg":
            return "-"
        if root.op not in ("add", "sub", "mul", "div"):
            return ""
        a, b = root.args
        if a is b:
            return {"mul": "( )²", "add": "2 ×"}.get(root.op, "")
        first = a.index == source
        other = writer.text(b if first else a, 2)
        sign = {"add": "+", "sub": "-", "mul": "×", "div": "÷"}[root.op]
        front = (first and root.op in ("sub", "div")) or root.op == "add"
        return f"{sign} {other}" if front else f"{other} {sign}".replace("1 -", "1-")

    def _junction(self, cluster, name):
        """A sum or product of several wires: a circle, with signs where the wires arrive."""
        times, numbers, total = Counter(), [], cluster.root.op in SUMS
        self._collect(cluster, cluster.root, 1, times, numbers)
        sign = "+" if total else "×"
        front = " ".join(numbers).removeprefix(sign).strip()
        kind, head = ("pill", f"{front} {sign}") if front else ("circle", sign)
        mark = _coefficient if total else _exponent
        return Face(kind, head, name, "", {s: mark(n) for s, n in times.items() if n != 1})

    def _collect(self, cluster, node, sign, times, numbers):
        """Collect the wires' multiplicities (negative: subtracted, divided by) and the numbers."""
        signs = {1: "+", -1: "-"} if node.op in SUMS else {1: "×", -1: "÷"}
        for k, a in enumerate(node.args):
            own = -sign if node.op == "neg" or (node.op in ("sub", "div") and k == 1) else sign
            if a.index in cluster.wires:
                times[a.index] += own
            elif self._wired(a, cluster):
                self._collect(cluster, a, own, times, numbers)
            else:
                numbers.append(f"{signs[own]} {self._writer(cluster).text(a, 3)}")

    def _wired(self, node, cluster):
        """Whether a member depends on a wire."""
        return any(a.index in cluster.wires or self._wired(a, cluster) for a in node.args)

    def _writer(self, cluster):
        """A writer that shows a wire's value by its name or, without one, as a (numbered) dot."""
        names = {i: self._name_of(self.nodes[i]) for i in cluster.wires}
        unnamed = [i for i, name in names.items() if not name]
        marks = {i: str(k) if len(unnamed) > 1 else "" for k, i in enumerate(unnamed, 1)}
        dots = {i: f"{ANY}_{mark}" if mark else ANY for i, mark in marks.items()}
        return _MathText(names | dots, marks)

    def _name_of(self, node):
        """A value's name; without one, its expression if that is one operation on named values."""
        if node.index in self.names or not node.args:
            return self.names.get(node.index) or str(node.value)
        simple = node.op in SUMS + PRODUCTS
        if simple and all(not a.args or a.index in self.names for a in node.args):
            text = _MathText({a.index: self._name_of(a) for a in node.args if a.args}, {}).text(
                node
            )
            return f"({text})"
        return ""


def _symbol(op):
    return TABLE[op].small or op


def _coefficient(n):
    return "-" if n == -1 else f"{n} ×"


def _exponent(n):
    power = "" if abs(n) == 1 else f"( ){SQUARED.get(abs(n), abs(n))}"
    return f"÷ {power}".strip() if n < 0 else power


def _head(node, *rest):
    """``σ``, ``2 tanh``, ``max(•, 0)``: a function with the numbers applied to it."""
    symbol = _symbol(node.op)
    if len(node.args) == 1:
        return symbol
    other = next(_MathText({}, {}).text(a) for a in node.args if a.op in NUMBERS)
    inner = _head(*rest) if rest else ANY
    return f"{other} {inner}" if node.op == "mul" else f"{symbol}({inner}, {other})"


class _MathText(Notation):
    """Formulas as short text, as they stand on shapes."""

    def __init__(self, names, marks):
        super().__init__(None, {}, loose=True)
        self.named, self.marks = names, marks

    def leaf_text(self, node):
        return number(node.value) if node.op == "constant" else str(node.value)

    def function(self, op, args):
        if op == "where":
            return f"{args[1]} if {args[0]} else {args[2]}"
        return f"{_symbol(op)}({', '.join(args)})"

    def product(self, matrix, vector):
        return f"{matrix} {vector}"

    def turned(self, text):
        return f"{text}ᵀ"

    def scaled(self, factor, text):
        return f"{factor} {text}"

    def infix(self, node):
        if node.op == "mul":
            power = self.power(node)
            if power and power[1] in SQUARED:
                return self.text(power[0], 6) + SQUARED[power[1]], INFIX["pow"][1]
            a, b = node.args
            sign = " " if _scalar(a) or _scalar(b) else " ⊙ "
            return self.text(a, 2) + sign + self.text(b, self.right_level("mul")), INFIX["mul"][1]
        if node.op in ("add", "sub"):
            return self.text(node.args[0], 1) + self.added(node), 1
        if node.op == "pow":
            return f"{self.text(node.args[0], 6)}^{self.text(node.args[1], 6)}", INFIX["pow"][1]
        return super().infix(node)


def _scalar(node):
    """Whether a value is a single number that all units share."""
    return all(_scalar(a) for a in node.args) if node.args else node.op in NUMBERS

"""Adjoints: one derivative rule per operation, and the sweep that applies them backwards.

The rules are written with the graph's own operators, so that a derivative is again a list of
statements that can be printed, computed and compiled. Nothing is simplified: what keeps a cell
stable in floating point (the shape its author gave it) is kept.
"""

from dataclasses import dataclass

from gatelab.variants.language.symbols import Symbol

from .blocks import LEAVES, Blocks, reachable


def _where(condition, a, b):
    return condition.graph.elementwise("where", condition, a, b)


def _apply(op, x):
    return x.graph.elementwise(op, x)


def _mean(x):
    return x.graph.reduction("mean", x)


def _layer_norm_back(bar, y, a):
    """(bar - mean(bar) - y mean(bar y)) / deviation(a), as one operation."""
    return bar.graph.node("layer_norm_back", (bar, y, bar.graph.node("deviation", (a,))))


# op: (bar, y, *arguments) -> one adjoint per argument; y is the operation's own result and bar
# the derivative of the loss with respect to it.
RULES = {
    "add": lambda bar, y, a, b: (bar, bar),
    "sub": lambda bar, y, a, b: (bar, -bar),
    "mul": lambda bar, y, a, b: (bar * b, bar * a),
    "div": lambda bar, y, a, b: (bar / b, -bar * y / b),
    "neg": lambda bar, y, a: (-bar,),
    "pow": lambda bar, y, a, b: (bar * b * a ** (b - 1), bar * y * _apply("log", a)),
    "sigmoid": lambda bar, y, a: (bar * y * (1 - y),),
    "log_sigmoid": lambda bar, y, a: (bar * _apply("sigmoid", -a),),
    # (1 - y)(1 + y) and not 1 - y^2, which cancels near saturation.
    "tanh": lambda bar, y, a: (bar * ((1 - y) * (1 + y)),),
    "exp": lambda bar, y, a: (bar * y,),
    "log": lambda bar, y, a: (bar / a,),
    "sqrt": lambda bar, y, a: (bar / (2 * y),),
    "relu": lambda bar, y, a: (_where(a > 0, bar, 0.0),),
    "softplus": lambda bar, y, a: (bar * _apply("sigmoid", a),),
    "softsign": lambda bar, y, a: (bar * ((1 - abs(y)) * (1 - abs(y))),),
    "maximum": lambda bar, y, a, b: (_where(a >= b, bar, 0.0), _where(a >= b, 0.0, bar)),
    "minimum": lambda bar, y, a, b: (_where(a <= b, bar, 0.0), _where(a <= b, 0.0, bar)),
    "where": lambda bar, y, c, a, b: (None, _where(c, bar, 0.0), _where(c, 0.0, bar)),
    # Every unit receives the mean and sends its part to all: a symmetric matrix, its own transpose.
    "mean": lambda bar, y, a: (_mean(bar),),
    "layer_norm": lambda bar, y, a: (_layer_norm_back(bar, y, a),),
    "abs": lambda bar, y, a: (_where(a > 0, bar, _where(a < 0, -bar, 0.0)),),
}
# Their derivative with respect to these is never asked for.
CONSTANT = ("constant", "hyper", "noise", "lt", "le", "gt", "ge")


@dataclass(frozen=True)
class Adjoint:
    """The backward pass of one step, as nodes of the same graph.

    Attributes:
        incoming: dL/d(new state), per state: the leaves the sweep starts from.
        rows: dL/d(affine block), by node index of the block.
        states: dL/d(old state), per state, None where nothing flows.
        inputs: dL/dx, or None.
        vectors: dL/d(parameter) before summing over time and batch, by parameter name; those
            that come through a group (matrices, and biases inside blocks) are not among them.
        owners: the forward node whose adjoint a node is, by node index.
    """

    incoming: tuple[Symbol, ...]
    rows: dict[int, Symbol]
    states: tuple[Symbol | None, ...]
    inputs: Symbol | None
    vectors: dict
    owners: dict[int, Symbol]


def adjoint(blocks: Blocks) -> Adjoint:
    """Walk a step's graph backwards and apply each operation's rule once."""
    return _Sweep(blocks).run()


class _Sweep:
    def __init__(self, blocks):
        self.blocks, self.graph = blocks, blocks.graph
        self.parts: dict[int, list[Symbol]] = {}
        self.rows, self.owners = {}, {}

    def run(self):
        forward = reachable(self.blocks.outputs)
        incoming = tuple(self.graph.node("adjoint", value=name) for name in self.blocks.states)
        for output, bar in zip(self.blocks.outputs, incoming, strict=True):
            self.parts.setdefault(output.index, []).append(bar)
        for node in reversed(forward):
            self._visit(node)
        leaves = [n for n in self.graph.nodes if isinstance(n, Symbol) and n.op in LEAVES]
        named = {(n.op, n.value): n for n in leaves}
        states = tuple(self._total(named.get(("state", s))) for s in self.blocks.states)
        vectors = {
            n.value: self._total(n)
            for n in leaves
            if n.op in ("vector", "scalar") and n.index in self.parts
        }
        inputs = self._total(named.get(("input", "x")))
        return Adjoint(incoming, self.rows, states, inputs, vectors, self.owners)

    def _visit(self, node):
        self._pull(node)
        bar = self._total(node)
        if bar is None or node.op in LEAVES:
            return
        if bar.op not in LEAVES:
            self.owners.setdefault(bar.index, node)
        if node.op == "affine":
            self.rows[node.index] = bar
            return
        active = [a.op not in CONSTANT for a in node.args]
        if not any(active):
            return
        for argument, part in zip(node.args, RULES[node.op](bar, node, *node.args), strict=True):
            if part is not None and argument.op not in CONSTANT:
                self.parts.setdefault(argument.index, []).append(part)

    def _pull(self, node):
        """What comes back to an operand through the transposed matrices of its groups."""
        for g, group in enumerate(self.blocks.groups):
            positions = [k for k, v in enumerate(group.operands) if v is node]
            bars = tuple(self.rows[r.index] for r in group.rows if r.index in self.rows)
            if positions and bars:
                live = tuple(r.index for r in group.rows if r.index in self.rows)
                pulled = self.graph.node("pull", bars, (g, positions[0], live))
                self.parts.setdefault(node.index, []).append(pulled)

    def _total(self, node):
        """Sum of the parts that reached a node."""
        if node is None or node.index not in self.parts:
            return None
        parts = self.parts[node.index]
        total = parts[0]
        for part in parts[1:]:
            minus = part.op == "neg"
            args = (total, part.args[0] if minus else part)
            total = self.graph.node("sub" if minus else "add", args)
        return total

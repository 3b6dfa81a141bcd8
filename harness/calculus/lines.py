"""Lines: the equations as their author wrote them, and the derived gradient, for readers.

Short unnamed values are written inside expressions. Long values that are needed more than once get
a line of their own, which keeps the text from growing exponentially.
"""

from collections import Counter
from dataclasses import dataclass, replace

from gatelab.variants.language.parameters import kind
from gatelab.variants.language.symbols import Symbol

from .blocks import bias, matrices, operands, reachable
from .matrices import MINUS_ONE, spread
from .naming import arguments, name_nodes, unused
from .notation import NEW, Line
from .writing import statements

LONGEST = 24  # operations above which a value that is needed twice gets a line


def equations(notation, program):
    """The step as its author wrote it, one ``Line`` per variable and new state.

    Args:
        notation: a ``Notation`` subclass.
        program: the ``Program`` of the step.

    Returns:
        A list of ``Line``.
    """
    trace, lines = program.traced, []
    states = [*zip(trace.states, trace.outputs, strict=True)]
    # A node that is the new value of two states has the name of the first.
    outputs = {o.index: f"{state}{NEW}" for state, o in reversed(states) if o.args}
    writer = notation(program, trace.names | outputs)
    nodes = reachable(trace.outputs)
    uses = Counter(a.index for n in nodes for a in n.args)
    leaves = {str(n.value) for n in nodes if not n.args}
    for node in nodes:
        if uses[node.index] > 1 and writer.size(node) > LONGEST:
            name = unused("v", leaves.union(writer.labels.values()))
            writer.labels.setdefault(node.index, name)
        if node.index in writer.labels:
            right = writer.text(node, inside=True)
            lines.append(Line(writer.give_name(node), "=", right))
    for state, output in states:
        if outputs.get(output.index) != f"{state}{NEW}":
            lines.append(Line(writer.value(f"{state}{NEW}"), "=", writer.text(output)))
    return lines


def gradient(notation, program):
    """The derived backward pass of one step, one ``Line`` per derivative.

    Args:
        notation: a ``Notation`` subclass.
        program: the ``Program`` of the step.

    Returns:
        A list of ``Line``.
    """
    return _Gradient(notation, program).lines()


class _Gradient:
    def __init__(self, notation, program):
        self.program, self.blocks, self.back = program, program.blocks, program.adjoint
        forward = reachable(self.blocks.outputs)
        self.forward = {n.index for n in forward}
        own = {i: n for i, n in self.blocks.names.items() if i in self.forward}
        new = {o.index for o in self.blocks.outputs if o.args}
        labels = name_nodes(self.blocks, self.back, NEW)
        labels |= {i: n for i, n in own.items() if i not in new}
        self.writer = notation(program, labels, loose=True)
        for node in forward:
            if node.index in own or node.index in new:
                self.writer.give_name(node)
        self.authored = set(self.writer.named)
        called = [node for node, _ in arguments(forward, self.authored)]
        self.arguments = [node for node in called if not self.writer.short(node)]
        for node in self.arguments:
            self.writer.give_name(node)
        names = (*self.blocks.states, "x")
        self.ends = dict(zip(names, (*self.back.states, self.back.inputs), strict=True))

    def lines(self):
        lines = [self._line(node) for node in self._nodes()]
        written = {line.left for line in lines}
        for name, bar in self.ends.items():
            if self._end(name) not in written:
                right = "0" if bar is None else self.writer.text(bar)
                lines.append(Line(self._end(name), "=", right))
        return lines + self._parameters()

    def _nodes(self):
        """Nodes with a line, in order: results, values used twice, and nodes named on the left."""
        ends = [*self.back.rows.values(), *(b for b in self.ends.values() if b is not None)]
        # Two rounds: a node that a left side names gets a line too, which shortens other lines.
        lines = self._chosen(ends + self._owners(self._chosen(ends)))
        return self._chosen(lines + self._owners(lines))

    def _chosen(self, kept):
        """Nodes with a line of their own, given that those in ``kept`` have one."""
        roots = [*self.program.backward_roots, *kept]
        kept = [*kept, *self.arguments]  # arguments get a line only if needed
        given, always = dict(self.writer.named), {n.index for n in kept}
        chosen = []
        for node in statements(roots, self.authored, kept):
            if node.index in always or self._needs_line(node):
                chosen.append(node)
                self.writer.named[node.index] = "named"
        self.writer.named = given
        return chosen

    def _owners(self, lines):
        """Nodes that left sides refer to and that are too long to be written there."""
        owners = [self.back.owners.get(n.index) for n in lines]
        return [o for o in owners if o is not None and not self.writer.short(o)]

    def _needs_line(self, node):
        owner = self.back.owners.get(node.index)
        return not self.writer.short(node) or (owner is not None and owner.index in self.authored)

    def _line(self, node):
        left, first = self._left(node), _first(node)
        if first is not node and first.op == "adjoint" and self.writer.text(first) == left:
            sign, right = "+=", self._added(node, first)
        else:
            sign, right = "=", self.writer.text(node, inside=True)
        self.writer.named[node.index] = left
        return Line(left, sign, right)

    def _left(self, node):
        owner = self.back.owners.get(node.index)
        if owner is not None:
            atom = self.writer.known(owner) is not None
            return self.writer.delta(self.writer.text(owner), atom)
        for name, bar in self.ends.items():
            if bar is node:
                return self._end(name)
        return self.writer.value(self.writer.labels.get(node.index, f"v{node.index}"))

    def _end(self, name):
        """The text of dL/d(old state) or dL/dx."""
        op = "input" if name == "x" else "state"
        return self.writer.delta(self.writer.leaf_text(self.blocks.graph.node(op, value=name)))

    def _added(self, node, first):
        """The text of all terms of a sum but the first."""
        terms = []
        while node is not first:
            terms.append(self.writer.added(node))
            node = node.args[0]
        text = "".join(reversed(terms))
        return text[3:] if text.startswith(" + ") else f"-{text[3:]}"

    def _parameters(self):
        """The contribution of one step to each parameter's gradient, in the order of the step."""
        lines = {name: [] for name in self.blocks.parameters}
        for row in (row for group in self.blocks.groups for row in group.rows):
            bar = self.back.rows.get(row.index)
            if bar is None:
                continue
            for matrix, operand in zip(matrices(row), operands(row), strict=True):
                for name, *line in self._outer(matrix, bar, operand):
                    lines[name].append(line)
            if bias(row):
                lines[bias(row)].append(("+=", self.writer.text(bar)))
        for name, bar in self.back.vectors.items():
            text = self.writer.text(bar)
            lines[name].append(("+=", self.writer.total(text) if kind(name).is_scalar else text))
        left = lambda name: self.writer.delta(self.writer.leaf_name(name))
        return [Line(left(name), *line) for name, parts in lines.items() for line in parts]

    def _outer(self, matrix, left, right):
        """Yield (parameter, sign, text) for a matrix expression with gradient left @ right.T."""
        parts = spread(
            matrix,
            _Outer(left, right),
            turn=lambda bar: replace(bar, left=bar.right, right=bar.left),
            scale=_Outer.scaled,
            minus=lambda bar: replace(bar, minus=not bar.minus),
        )
        for name, bar in parts:
            text = self.writer.outer(bar.left, bar.right)
            for factor in bar.factors:
                text = self.writer.scaled(self.writer.text(factor, 2), text)
            yield name, "-=" if bar.minus else "+=", text


@dataclass(frozen=True)
class _Outer:
    """+-factors * (left @ right.T)."""

    left: Symbol
    right: Symbol
    minus: bool = False
    factors: tuple[Symbol, ...] = ()

    def scaled(self, factor):
        if factor.value == MINUS_ONE:
            return replace(self, minus=not self.minus)
        return replace(self, factors=(*self.factors, factor))


def _first(node):
    """The leftmost term of a sum."""
    while node.op in ("add", "sub"):
        node = node.args[0]
    return node

"""The NumPy rendering: a program as two readable functions.

``forward`` computes one step, ``backward`` one step of backpropagation through time. They show what
the compiled loop computes and serve as its float64 reference.
"""

from functools import cache

from gatelab.variants.language.operations import CALLED
from gatelab.variants.language.parameters import kind
from gatelab.variants.language.table import TABLE

from ...calculus.blocks import matrices, operands
from ...calculus.matrices import spread
from ...calculus.writing import ATOM, Writer, statements
from .names import Names

FUNCTIONS = {name: TABLE[name].arrays for name in CALLED}
WORDS = (*FUNCTIONS, "forward", "backward", "look", "p", "d", "x", "saved")


def source(program):
    """Python source of ``forward(p, x, *states)`` and ``backward(p, d, x, *states, saved, ...)``.

    Columns are sequences: x (D, B), states (H, B). ``p`` holds matrices as they are and vectors as
    (H, 1). ``d`` has the same shapes and receives the gradients.

    Args:
        program: the ``Program`` of a cell.
    """
    return f"{_forward(program)}\n\n{_backward(program)}\n"


@cache
def _compiled(text):
    space = dict(FUNCTIONS)
    exec(compile(text, "<derived>", "exec"), space)  # our own text, from checked symbols
    return space


def functions(program):
    """``forward`` and ``backward`` as functions."""
    space = _compiled(source(program))
    return space["forward"], space["backward"]


def inspector(program, more=None):
    """A function ``look(p, x, *states)`` -> new states, {name: value} of the step's variables.

    Args:
        program: the ``Program`` of a cell.
        more: {name: node of the program} whose values are wanted, too.
    """
    writer = _ArrayWriter(program)
    named = {name: program.all[i] for i, name in program.blocks.names.items()} | (more or {})
    roots = [*program.blocks.outputs, *named.values()]
    lines = writer.assign(roots, always=roots)
    new = _tuple([writer.text(o) for o in program.blocks.outputs])
    shown = ", ".join(f"{name!r}: {writer.text(node)}" for name, node in named.items())
    head = f"def look(p, x, {', '.join(writer.states)}):"
    body = "\n".join(f"    {line}" for line in [*lines, f"return {new}, {{{shown}}}"])
    return _compiled(f"{head}\n{body}\n")["look"]


class _ArrayWriter(Writer):
    """Writes one function of arrays.

    Attributes:
        states: names of the old states in the function, in order.
        incoming: names of the adjoints of the new states, in order.
    """

    def __init__(self, program):
        super().__init__(program, self.leaf_text)
        self.names = Names(WORDS)
        leaves = {n.value: n for n in program.all if n.op == "state"}
        self.states = [self.name(leaves[state]) for state in program.states]
        self.incoming = [self.name(leaf) for leaf in program.adjoint.incoming]

    def name(self, node):
        """Give a node a name, which is used from now on, and return it."""
        wish = self.program.names.get(node.index, f"v{node.index}")
        self.named[node.index] = self.names.of(node.index, wish)
        return self.named[node.index]

    def leaf_text(self, node):
        if node.op == "constant":
            return f"{node.value:.17g}"
        return "x" if node.op == "input" else f"p.{self.program.names[node.index]}"

    def leaf_name(self, parameter):
        return f"p.{parameter}"

    def assign(self, roots, ready=(), always=()):
        """Lines that assign the values needed to write every root."""
        lines = []
        for node in statements(roots, ready, always):
            text = self.text(node, inside=True)
            lines.append(f"{self.name(node)} = {text}")
        return lines


def _forward(program):
    writer = _ArrayWriter(program)
    ends = [*program.blocks.outputs, *program.saved]
    lines = writer.assign(ends, always=ends)
    new = [writer.text(o) for o in program.blocks.outputs]
    saved = [writer.text(s) for s in program.saved]
    return "\n".join(
        [f"def forward(p, x, {', '.join(writer.states)}):"]
        + [f"    {line}" for line in lines]
        + [f"    return {_tuple(new)}, {_tuple(saved)}"]
    )


def _tuple(items):
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"


def _backward(program):
    writer = _ArrayWriter(program)
    back = program.adjoint
    unpacked = [writer.name(node) for node in program.saved]
    lines = [f"{_tuple(unpacked)} = saved"] if unpacked else []
    lines += writer.assign(
        program.backward_roots,
        ready=[s.index for s in program.saved],
        always=[n for n in (*back.rows.values(), back.inputs, *back.states) if n is not None],
    )
    for group in program.blocks.groups:
        for row in group.rows:
            lines += _outer(writer, row, back.rows.get(row.index))
    for name, bar in back.vectors.items():
        total = ".sum(1, keepdims=True)" if not kind(name).is_scalar else ".sum()"
        lines.append(f"d.{name} += {writer.text(bar, ATOM)}{total}")
    ends = [("x", back.inputs), *zip(writer.states, back.states, strict=True)]
    dx, *states = [f"0 * {name}" if bar is None else writer.text(bar) for name, bar in ends]
    arguments = ", ".join([*writer.states, "saved", *writer.incoming])
    head = f"def backward(p, d, x, {arguments}):"
    tail = f"return {dx}, {_tuple(states)}"
    return "\n".join([head, *(f"    {line}" for line in [*lines, tail])])


def _outer(writer, row, bar):
    """Lines for the gradients of one affine block: its matrices and its bias."""
    if bar is None:
        return []
    bar, lines = writer.text(bar, ATOM), []
    for matrix, operand in zip(matrices(row), operands(row), strict=True):
        parts = spread(
            matrix,
            f"{bar} @ {writer.text(operand, ATOM)}.T",
            turn=lambda text: f"({text}).T",
            scale=lambda text, factor: f"{writer.text(factor, 2)} * ({text})",
            minus=lambda text: f"-({text})",
        )
        lines += [f"d.{name} += {text}" for name, text in parts]
    if row.value[1]:
        lines.append(f"d.{row.value[1]} += {bar}.sum(1, keepdims=True)")
    return lines

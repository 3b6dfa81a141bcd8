"""One pointwise function of a compiled loop: loads, statements, stores over flat arrays.

Each value is an array argument of its own: row views of one large array keep LLVM from using
vector instructions (ten times slower).
"""

from ...calculus.blocks import LEAVES
from ...calculus.naming import unused
from ...calculus.writing import Writer, statements


class SegmentWriter(Writer):
    """Writes the body of one function and collects its arguments.

    Args:
        stored: {node index: source of the flat array} of values that are loaded, not computed.
        leaf_place: node -> source of the flat array of a vector, a state or an adjoint; or the
            list of (source, name) whose sum it is.
    """

    def __init__(self, program, stored, leaf_place):
        super().__init__(program, self._leaf, self._call)
        self.stored, self.leaf_place = stored, leaf_place
        self.arrays, self.numbers, self.functions = {}, [], set()
        self.lines, self.loaded = [], {}

    def compute(self, roots, always=()):
        """Lines that give every root, and every node of ``always`` below them, a name."""
        for node in statements(roots, self.stored, [*roots, *always]):
            self.lines.append(f"{self.name(node)} = {self.text(node, inside=True)}")
            self.named[node.index] = self.name(node)

    def store(self, place, node, add=False):
        """Write a node's value to an array, or add it to what is there."""
        value = self.text(node)
        wish = self.name(node) if node.args else "out"
        self.lines.append(f"{self._array(place, wish)}[_k] {'+=' if add else '='} {value}")

    def function(self, name):
        """(definition, call) of the function written so far; None for an empty one."""
        if not self.lines:
            return None
        arguments = ", ".join(["_n", *self.arrays.values(), *self.numbers])
        head = ["@njit(**SEGMENT)", f"def {name}({arguments}):", "    for _k in range(_n):"]
        numbers = [f"_{number}" for number in self.numbers]
        text = "\n".join([*head, *(f"        {line}" for line in self.lines)])
        return text, f"{name}({', '.join(['H * B', *self.arrays, *numbers])})"

    def name(self, node):
        return self.program.names.get(node.index, f"v{node.index}")

    def known(self, node):
        if node.index not in self.named and node.index in self.stored:
            self.named[node.index] = self._read(self.stored[node.index], self.name(node))
        return self.named.get(node.index)

    def _leaf(self, node):
        if node.op == "constant":
            return f"real({node.value!r})"
        if node.op in ("hyper", "scalar"):
            if node.value not in self.numbers:
                self.numbers.append(node.value)
            return node.value
        place = self.leaf_place(node)
        if isinstance(place, str):
            return self._read(place, self.name(node))
        return self._sum(node, place)

    def _sum(self, node, parts):
        """A leaf that arrives in several parts gets a line of its own."""
        terms = [self._read(place, name) for place, name in parts]
        if len(terms) == 1:
            return terms[0]
        self.lines.append(f"{self.name(node)} = {' + '.join(terms)}")
        self.named[node.index] = self.name(node)
        return self.name(node)

    def _call(self, op, args):
        self.functions.add(op)
        return f"{op}({', '.join(args)})"

    def _array(self, place, wish):
        """The argument that stands for an array: one per place, read and written alike."""
        if place not in self.arrays:
            self.arrays[place] = unused(f"{wish}_", self.arrays.values())
        return self.arrays[place]

    def _read(self, place, wish):
        if place not in self.loaded:
            self.loaded[place] = unused(wish, self.loaded.values())
            self.lines.append(f"{self.loaded[place]} = {self._array(place, wish)}[_k]")
        return self.loaded[place]


def needed(roots, stored):
    """Indices of the nodes that must be computed or loaded to have the roots."""
    waiting, seen = list(roots), {}
    while waiting:
        node = waiting.pop()
        if node.index not in seen:
            seen[node.index] = node
            if node.op not in LEAVES and node.index not in stored:
                waiting.extend(a for a in node.args if not a.op.startswith("matrix"))
    return seen

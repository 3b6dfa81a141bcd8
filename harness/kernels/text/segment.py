"""One pointwise function of a compiled loop: loads, statements and stores over flat arrays.

Each value is a separate array argument. With row views of one large array, LLVM would not use
vector instructions, and the code would be ten times slower.
"""

from ...calculus.blocks import LEAVES
from ...calculus.writing import Writer, statements
from ..layout.places import Place
from .names import Names


class SegmentWriter(Writer):
    """Writes the body of one function and collects its arguments.

    Args:
        program: the ``Program`` of the cell.
        words: names that the surrounding module uses.
        stored: {node index: place} of values that are loaded, not computed.
        leaf_place: function (node) -> the place of a number, vector, state or adjoint, or a list
            of (place, name) if it is a sum.
    """

    def __init__(self, program, words, stored, leaf_place):
        super().__init__(program, self._leaf, self._call)
        self.stored, self.leaf_place = stored, leaf_place
        self.names = Names([*words, "_n", "_k"])
        self.arrays, self.numbers, self.functions = {}, {}, set()
        self.lines, self.loaded = [], {}

    def compute(self, roots, always=()):
        """Add lines that name every root, and every node of ``always`` that a root needs."""
        for node in statements(roots, self.stored, [*roots, *always]):
            text = self.text(node, inside=True)
            self.lines.append(f"{self.name(node)} = {text}")

    def store(self, place, node, add=False):
        """Write a node's value to an array, or add it to the array."""
        value = self.text(node)
        wish = self._wish(node) if node.args else "out"
        self.lines.append(f"{self._array(place, wish)}[_k] {'+=' if add else '='} {value}")

    def function(self, name):
        """(definition, call) of the function written so far; None if it is empty."""
        if not self.lines:
            return None
        arguments = ", ".join(["_n", *self.arrays.values(), *self.numbers.values()])
        head = ["@njit(**SEGMENT)", f"def {name}({arguments}):", "    for _k in range(_n):"]
        text = "\n".join([*head, *(f"        {line}" for line in self.lines)])
        return text, f"{name}({', '.join(['H * B', *map(str, [*self.arrays, *self.numbers])])})"

    def name(self, node):
        """Give a node a name, which is used from now on, and return it."""
        self.named[node.index] = self.names.of(node.index, self._wish(node))
        return self.named[node.index]

    def _wish(self, node):
        return self.program.names.get(node.index, f"v{node.index}")

    def known(self, node):
        if node.index not in self.named and node.index in self.stored:
            self.named[node.index] = self._read(self.stored[node.index], self._wish(node))
        return self.named.get(node.index)

    def _leaf(self, node):
        if node.op == "constant":
            return f"real({node.value!r})"
        if node.op in ("hyper", "scalar"):
            place = self.leaf_place(node)
            self.numbers[place] = self.names.of(node.index, node.value)
            return self.numbers[place]
        place = self.leaf_place(node)
        if isinstance(place, Place):
            return self._read(place, self._wish(node))
        return self._sum(node, place)

    def _sum(self, node, parts):
        """A leaf that is a sum of several parts gets a line."""
        terms = [self._read(place, name) for place, name in parts]
        if len(terms) == 1:
            return terms[0]
        self.lines.append(f"{self.name(node)} = {' + '.join(terms)}")
        return self.named[node.index]

    def _call(self, op, args):
        self.functions.add(op)
        return f"{op}({', '.join(args)})"

    def _array(self, place, wish):
        """The argument for an array: one per place, for reading and writing."""
        if place not in self.arrays:
            self.arrays[place] = self.names.of(("array", place), f"{wish}_")
        return self.arrays[place]

    def _read(self, place, wish):
        if place not in self.loaded:
            self.loaded[place] = self.names.of(("loaded", place), wish)
            self.lines.append(f"{self.loaded[place]} = {self._array(place, wish)}[_k]")
        return self.loaded[place]


def needed(roots, stored):
    """Indices of the nodes that must be computed or loaded for the roots."""
    waiting, seen = list(roots), {}
    while waiting:
        node = waiting.pop()
        if node.index not in seen:
            seen[node.index] = node
            if node.op not in LEAVES and node.index not in stored:
                waiting.extend(a for a in node.args if not a.op.startswith("matrix"))
    return seen

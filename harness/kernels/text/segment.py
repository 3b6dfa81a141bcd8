"""One pointwise function of a compiled loop: loads, statements, stores over flat arrays.

Each value is an array argument of its own: row views of one large array keep LLVM from using
vector instructions (ten times slower).
"""

from ...calculus.blocks import LEAVES
from ...calculus.writing import Writer, statements
from ..layout.places import Place
from .names import Names


class SegmentWriter(Writer):
    """Writes the body of one function and collects its arguments.

    Args:
        words: names that the module around it uses.
        stored: {node index: its place} of values that are loaded, not computed.
        leaf_place: node -> the place of a number, a vector, a state or an adjoint; or the list of
            (place, name) whose sum it is.
    """

    def __init__(self, program, words, stored, leaf_place):
        super().__init__(program, self._leaf, self._call)
        self.stored, self.leaf_place = stored, leaf_place
        self.names = Names([*words, "_n", "_k"])
        self.arrays, self.numbers, self.functions = {}, {}, set()
        self.lines, self.loaded = [], {}

    def compute(self, roots, always=()):
        """Lines that give every root, and every node of ``always`` below them, a name."""
        for node in statements(roots, self.stored, [*roots, *always]):
            text = self.text(node, inside=True)
            self.lines.append(f"{self.name(node)} = {text}")

    def store(self, place, node, add=False):
        """Write a node's value to an array, or add it to what is there."""
        value = self.text(node)
        wish = self._wish(node) if node.args else "out"
        self.lines.append(f"{self._array(place, wish)}[_k] {'+=' if add else '='} {value}")

    def function(self, name):
        """(definition, call) of the function written so far; None for an empty one."""
        if not self.lines:
            return None
        arguments = ", ".join(["_n", *self.arrays.values(), *self.numbers.values()])
        head = ["@njit(**SEGMENT)", f"def {name}({arguments}):", "    for _k in range(_n):"]
        text = "\n".join([*head, *(f"        {line}" for line in self.lines)])
        return text, f"{name}({', '.join(['H * B', *map(str, [*self.arrays, *self.numbers])])})"

    def name(self, node):
        """What a value is called from here on."""
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
        """A leaf that arrives in several parts gets a line of its own."""
        terms = [self._read(place, name) for place, name in parts]
        if len(terms) == 1:
            return terms[0]
        self.lines.append(f"{self.name(node)} = {' + '.join(terms)}")
        return self.named[node.index]

    def _call(self, op, args):
        self.functions.add(op)
        return f"{op}({', '.join(args)})"

    def _array(self, place, wish):
        """The argument that stands for an array: one per place, read and written alike."""
        if place not in self.arrays:
            self.arrays[place] = self.names.of(("array", place), f"{wish}_")
        return self.arrays[place]

    def _read(self, place, wish):
        if place not in self.loaded:
            self.loaded[place] = self.names.of(("loaded", place), wish)
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

"""Stacks: what a product multiplies, rows [x; 1; h; ...] above each other in one array."""

from dataclasses import dataclass

from .places import UNITS, Span


@dataclass(frozen=True, eq=False)
class One:
    """A row of ones among the operands of a product: what a bias is multiplied with."""

    op: str = "one"


ONE = One()


def height(item):
    """Rows of one item of a stack: a node, or a row of ones."""
    return {"one": Span(ones=1), "input": Span(d=1)}.get(item.op, UNITS)


@dataclass
class Stack:
    """Rows [x; 1; h; ...] of one stacked operand, kept for every time step."""

    items: list

    def offset(self, k):
        """Where item k begins."""
        total = Span()
        for item in self.items[:k]:
            total = total + height(item)
        return total

    @property
    def height(self):
        return self.offset(len(self.items))

    def position(self, item):
        return next(k for k, other in enumerate(self.items) if other is item)

    def find(self, items):
        """Index at which ``items`` stand here in a row, or None."""
        n = len(items)
        for k in range(len(self.items) - n + 1):
            if all(a is b for a, b in zip(self.items[k : k + n], items, strict=True)):
                return k
        return None


def items_of(group):
    """What a group's operand stack holds, in order: x, a row of ones, the rest."""
    vectors = list(group.operands)
    ones = [ONE] if group.bias else []
    split = 1 if vectors and vectors[0].op == "input" else 0
    return vectors[:split] + ones + vectors[split:]


def rows_of(group):
    """Rows of a group's operand."""
    return Stack(items_of(group)).height

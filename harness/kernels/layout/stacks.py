"""Stacks: the operands of a product as rows [x; 1; h; ...] of one array."""

from dataclasses import dataclass

from .places import UNITS, Span


@dataclass(frozen=True, eq=False)
class One:
    """A row of ones among the operands of a product, which the bias multiplies."""

    op: str = "one"


ONE = One()


def height(item):
    """Number of rows of an item of a stack: a node, or a row of ones."""
    return {"one": Span(ones=1), "input": Span(d=1)}.get(item.op, UNITS)


@dataclass
class Stack:
    """Rows [x; 1; h; ...] of one stacked operand, stored for every time step."""

    items: list

    def offset(self, k):
        """The first row of item k."""
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
        """The index at which ``items`` occur consecutively, or None."""
        n = len(items)
        for k in range(len(self.items) - n + 1):
            if all(a is b for a, b in zip(self.items[k : k + n], items, strict=True)):
                return k
        return None


def items_of(group):
    """The items of a group's operand stack, in order: x, a row of ones, the rest."""
    vectors = list(group.operands)
    ones = [ONE] if group.bias else []
    split = 1 if vectors and vectors[0].op == "input" else 0
    return vectors[:split] + ones + vectors[split:]


def rows_of(group):
    """Number of rows of a group's operand."""
    return Stack(items_of(group)).height

"""Places: the array and rows that hold a value, and their text in generated code.

All arrays are flat, (..., rows * B): a row holds the values of one unit or input for the batch.
"""

from dataclasses import dataclass, replace
from enum import Enum


class Array(Enum):
    """The arrays of a compiled loop, by their names in its text."""

    STACK = "Z"  # operands of products, [x; 1; h; ...], for every step
    BLOCK = "G"  # results of products, for every step; gates overwrite their pre-activations
    STATE = "S"  # a state that no product reads
    EXTRA = "E"  # values without another place
    VECTORS = "V"  # parameters used elementwise, repeated for the batch
    NUMBERS = "numbers"  # hyperparameters and trained scalars
    NOISE = "N"
    BLOCK_BARS = "DG"  # adjoints of a group's results, which its transposed matrix multiplies
    PULLED = "DZ"  # adjoints of a group's operands through its matrix
    CARRIED = "C"  # elementwise adjoints of old states
    LOSS = "DY"  # gradient of the loss with respect to the output
    INCOMING = "IN"  # adjoints of new states, summed
    SUMS = "SUM"  # adjoints of parameters used elementwise
    REDUCED = "RED"  # results of functions of all units in the backward pass


@dataclass(frozen=True)
class Span:
    """A symbolic size or offset: d * D + ones + h * H rows."""

    d: int = 0
    ones: int = 0
    h: int = 0

    def __add__(self, other):
        return Span(self.d + other.d, self.ones + other.ones, self.h + other.h)

    def __str__(self):
        """As Python source, in terms of D and H."""
        parts = [f"{n} * {s}" if n > 1 else s for n, s in ((self.d, "D"), (self.h, "H")) if n]
        parts += [str(self.ones)] if self.ones or not parts else []
        return " + ".join(parts)

    def rows(self, D, H):
        """As a number."""
        return self.d * D + self.ones + self.h * H


UNITS = Span(h=1)


@dataclass(frozen=True)
class Place:
    """An array, or a part of it: array[index, (start) * B : (start + height) * B].

    Attributes:
        number: number of the array, if there are several of its kind.
        index: index into the first axis, as Python source: a time step or an item's number.
        start: the first row; None for all rows.
    """

    array: Array
    number: int | None = None
    index: str | None = None
    start: Span | None = None
    height: Span = UNITS

    def __str__(self):
        """As Python source."""
        name = self.array.value if self.number is None else f"{self.array.value}{self.number}"
        rows = None if self.start is None else block(self.start, self.height)
        parts = [part for part in (self.index, rows) if part is not None]
        return f"{name}[{', '.join(parts)}]" if parts else name

    def next(self):
        """The same rows one time step later."""
        return replace(self, index="t + 1")


def block(start, height):
    """The slice of a flat array that holds some rows for the whole batch."""
    begin = str(start)
    return f"{f'({begin}) * B ' if begin != '0' else ''}: ({start + height}) * B"

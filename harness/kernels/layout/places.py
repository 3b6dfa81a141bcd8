"""Places: which rows of which array a value lies in; they know how generated code writes them.

All arrays are flat, (..., rows * B): a row is one unit's (or input's) values for the whole batch.
"""

from dataclasses import dataclass, replace
from enum import Enum


class Array(Enum):
    """What the arrays of a compiled loop hold, and what they are called in its text."""

    STACK = "Z"  # operands of products, [x; 1; h; ...], for every step
    BLOCK = "G"  # results of products, for every step; gates overwrite their pre-activations
    STATE = "S"  # a state that no product reads
    EXTRA = "E"  # values with no better place
    VECTORS = "V"  # parameters used elementwise, repeated for the batch
    NUMBERS = "numbers"  # hyperparameters and trained scalars
    NOISE = "N"
    BLOCK_BARS = "DG"  # adjoints of a group's results: what its matrix is multiplied with
    PULLED = "DZ"  # what a group's matrix sends back to its operands
    CARRIED = "C"  # what a state's past receives elementwise
    LOSS = "DY"  # the loss's own part in the adjoint of the output
    INCOMING = "IN"  # the sum of what a new state receives
    SUMS = "SUM"  # adjoints of parameters used elementwise
    REDUCED = "RED"  # results of functions of all units in the backward pass


@dataclass(frozen=True)
class Span:
    """A size or an offset counted in symbols: d * D + ones + h * H rows."""

    d: int = 0
    ones: int = 0
    h: int = 0

    def __add__(self, other):
        return Span(self.d + other.d, self.ones + other.ones, self.h + other.h)

    def __str__(self):
        """As Python source over the names D and H."""
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
        number: of the array, where there are several of its kind.
        index: of the first axis, as Python source: a time step, or which of several.
        start: the first row, None for all rows.
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
        """The same rows, a time step later."""
        return replace(self, index="t + 1")


def block(start, height):
    """The slice of a flat array that holds some rows for the whole batch."""
    begin = str(start)
    return f"{f'({begin}) * B ' if begin != '0' else ''}: ({start + height}) * B"

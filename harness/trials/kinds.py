"""Kinds of values that settings can have."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple


class Kind(NamedTuple):
    """The values that a setting accepts.

    Attributes:
        admits: value -> whether it is accepted.
        wanted: what to give instead, for error messages.
        counted: whether the values are integers, so that 64.0 becomes 64.
    """

    admits: Callable[[Any], bool]
    wanted: str
    counted: bool = False


def is_number(value):
    """Whether a value is a finite number; True and False are not."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def one_of(table):
    """The kind whose values are the names in a table."""
    known = list(table)  # a list, because the value may not be hashable
    return Kind(lambda value: value in known, f"known: {', '.join(known)}")


NUMBER = Kind(is_number, "give a finite number")
POSITIVE = Kind(lambda v: is_number(v) and v > 0, "give a finite number above 0")
RATE = Kind(lambda v: is_number(v) and v >= 0, "give a finite number, at least 0")
SHARE = Kind(lambda v: is_number(v) and 0 <= v < 1, "give a share, at least 0 and below 1")
SWITCH = Kind(lambda v: isinstance(v, bool), "give True or False")
WHOLE = Kind(
    lambda v: is_number(v) and v >= 1 and int(v) == v, "give a whole number of at least 1", True
)

"""The kinds of values that settings take."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple


class Kind(NamedTuple):
    """What a setting's values are.

    admits: whether a value is one; wanted: what to give, in a message; counted: whether they are
    whole numbers, so that 64.0 is 64.
    """

    admits: Callable[[Any], bool]
    wanted: str
    counted: bool = False


def is_number(value):
    """A finite one; True and False are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def one_of(table):
    """A name in a table."""
    known = list(table)  # the value may be anything, hashable or not
    return Kind(lambda value: value in known, f"known: {', '.join(known)}")


NUMBER = Kind(is_number, "give a finite number")
POSITIVE = Kind(lambda v: is_number(v) and v > 0, "give a finite number above 0")
RATE = Kind(lambda v: is_number(v) and v >= 0, "give a finite number, at least 0")
SHARE = Kind(lambda v: is_number(v) and 0 <= v < 1, "give a share, at least 0 and below 1")
SWITCH = Kind(lambda v: isinstance(v, bool), "give True or False")
WHOLE = Kind(
    lambda v: is_number(v) and v >= 1 and int(v) == v, "give a whole number of at least 1", True
)

"""The rules by their words, as claim files use them."""

from dataclasses import fields
from typing import Any, NamedTuple

from .differences import Difference
from .explaining import Explains
from .numbers import Number
from .reaching import Oftener, Reach


class Rule(NamedTuple):
    """A rule, and the keys of a statement that it asks for, with their types."""

    rule: Any
    fields: dict[str, type]


def _rule(cls):
    shared = ("arm", "task", "says")
    return Rule(cls, {f.name: f.type for f in fields(cls) if f.name not in shared})


#: {what a statement says: its rule}.
RULES = {
    says: _rule(cls) for cls in (Difference, Reach, Oftener, Number, Explains) for says in cls.SAYS
}

"""The rules by their words, as claim files use them."""

from dataclasses import MISSING, fields
from typing import Any, NamedTuple

from .differences import Difference
from .explaining import Explains
from .numbers import Number
from .reaching import Oftener, Reach


class Rule(NamedTuple):
    """A rule, and the keys of a statement that it asks for: (type, default if there is one)."""

    rule: Any
    fields: dict[str, tuple]


def _rule(cls):
    shared = ("arm", "task", "says")
    keys = [f for f in fields(cls) if f.name not in shared]
    return Rule(cls, {f.name: (f.type, *_default(f)) for f in keys})


def _default(field):
    return () if field.default is MISSING else (field.default,)


#: {what a statement says: its rule}.
RULES = {
    says: _rule(cls) for cls in (Difference, Reach, Oftener, Number, Explains) for says in cls.SAYS
}

"""Check a class before its step is called: names, signature, initial values."""

import inspect
import keyword
import math
from types import FunctionType

from gatelab.foundation.errors import unknown

from .errors import VariantError
from .parameters import kind_of
from .variant import Variant, hyperparameters, is_number, label, own_attributes, states

#: Names of the initialisations of a matrix.
STARTS = ("uniform", "glorot", "orthogonal", "identity")


def check(cls, name=None):
    """Check a class without calling its step.

    Raises:
        VariantError: not a ``Variant``, no step, a signature that is not ``(self, p, x, state,
            ...)``, or class attributes that make no sense.
    """
    if not (isinstance(cls, type) and issubclass(cls, Variant)):
        raise VariantError(f"{name} is not a class derived from Variant; write class X(Variant)")
    name = name or label(cls)
    _check_step(cls, name)
    _check_backward(cls, name)
    _check_names(cls, name)
    _check_values(cls, name)
    for key in cls.search:
        if key not in hyperparameters(cls):
            raise unknown(
                f"hyperparameter in {name}.search:", key, hyperparameters(cls), VariantError
            )


def _check_step(cls, name):
    if cls.step is Variant.step:
        raise VariantError(f"{name} has no step; write def step(self, p, x, h)")
    if not isinstance(inspect.getattr_static(cls, "step"), FunctionType):
        raise VariantError(f"{name}: step is not a plain method; write def step(self, p, x, h)")
    parameters = list(inspect.signature(cls.step).parameters.values())
    plain = [q for q in parameters if q.kind is q.POSITIONAL_OR_KEYWORD]
    for given in plain:
        if given.default is not given.empty:
            raise VariantError(
                f"{name}: step has the default {given}; make it a hyperparameter: write {given} "
                f"in the class, and self.{given.name} in step"
            )
    names = [q.name for q in plain]
    if plain != parameters or len(names) < 4 or names[0] == "p" or names[1] == "x":
        olds = [n for n in names if n not in ("self", "p", "x")] or ["h"]
        raise VariantError(
            f"{name}: step{inspect.signature(cls.step)} does not name self, p, x and its states; "
            f"write def step(self, p, x, {', '.join(olds)})"
        )


def _check_backward(cls, name):
    """A hand-written backward takes the states, and a gradient for each."""
    backward = inspect.getattr_static(cls, "backward", None)
    if backward is None:
        return
    olds = states(cls)
    wanted = ["self", "p", "d", "x", *olds, *(f"d{s}" for s in olds)]
    if (
        not isinstance(backward, FunctionType)
        or list(inspect.signature(backward).parameters) != wanted
    ):
        raise VariantError(f"{name}: write its backward as def backward({', '.join(wanted)})")


def _check_names(cls, name):
    for kind, words in (("state", states(cls)), ("hyperparameter", hyperparameters(cls))):
        for word in words:
            if why := _odd_name(word):
                raise VariantError(
                    f"{name}: {word!r} cannot name a {kind}, {why}; "
                    f"call it {word.strip('_')}_0, say"
                )


def _odd_name(word):
    """What is wrong with the name of a state or hyperparameter, or None."""
    if word == "x":
        return "equations call the input so"
    if keyword.iskeyword(word) or not word.isidentifier():
        return "Python cannot call a value so"
    return "equations show no underscore at an end" if word != word.strip("_") else None


def _check_values(cls, name):
    """Check the types of initial values: an array as b_f would otherwise go unnoticed."""
    for key, value in own_attributes(cls).items():
        starts = kind_of(key) or key in states(cls)
        if starts and not callable(value) and not _is_start(key, value):
            raise VariantError(f"{name}: {key} is {value!r:.60}; {_wanted(key)}")
        if isinstance(value, float) and not math.isfinite(value):
            raise VariantError(f"{name}: {key} is {value}; give a finite number")


def _wanted(key):
    """The initial values that a parameter or state accepts, in words."""
    kind, also = kind_of(key), ""
    if kind and kind.is_matrix:
        also = f", (low, high), or {' or '.join(STARTS)}"
    elif kind and kind.is_vector:
        also = ", or (low, high)"
    return f"give one number, where all its elements start{also}"


def _is_start(key, value):
    """Whether a value is a valid initial value of a parameter or state."""
    if is_number(value):
        return True
    kind = kind_of(key)
    if isinstance(value, tuple) and kind and not kind.is_scalar:
        finite = all(is_number(end) and math.isfinite(end) for end in value)
        return len(value) == 2 and finite and value[0] <= value[1]
    return bool(kind and kind.is_matrix and value in STARTS)

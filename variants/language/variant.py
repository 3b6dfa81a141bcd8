"""The base class of variants, and what can be read from a class without calling its step."""

import inspect
import math
from numbers import Integral, Real
from types import MethodType
from typing import ClassVar

from gatelab.foundation.errors import unknown

from .errors import VariantError
from .parameters import kind_of

KINDS = {bool: "a truth value", int: "a whole number", float: "a finite number", str: "a word"}


class _InNotebooks:
    """A bound method of a class and of its instances alike: a notebook shows either.

    IPython ignores what a class has for its instances, but not what is bound to the class itself.
    """

    def __get__(self, instance, owner):
        return MethodType(_html, owner if instance is None else instance)


def _html(cell):
    """Name, docstring's first sentence, equations."""
    from gatelab.describing.notebook import shown

    return shown(cell)


class Variant:
    """A recurrent cell: its ``step``, and class attributes for all that equations do not define.

    ``step(self, p, x, *states)`` returns the new states in the order of the signature; the first
    is the output. Class attributes say the rest:

    * named like a parameter: where it starts, instead of the default; a number (``b_f = 1.0``),
      a range to draw from (``p_u = (0.0, 1.0)``) or, for a matrix, one of "uniform", "glorot",
      "orthogonal", "identity";
    * named like a state (``m = -30.0``): where that state starts, instead of 0;
    * any other number or string: a hyperparameter with its default, set by ``Cls(beta=0.9)``.
      Floats reach the compiled code at run time; ints, bools and strings are structure (a depth,
      an activation's name), another value is another cell to compile.

    Gradients are derived. A cell may also define its own, for the NumPy rendering and to be checked
    by ``certify``: ``backward(self, p, d, x, h, c, dh, dc)`` gets the old states and the gradients
    of the new ones, adds to the gradients of the parameters (``d.W_i += ...``) and returns
    ``(dx, dh, dc)``, the gradients of x and of the old states.
    """

    #: The registered name; ``register`` sets it.
    name: ClassVar[str] = ""
    #: Biases that a study's ``forget_bias`` sets, each with its sign; those a cell lacks are left.
    forget: ClassVar[dict[str, float]] = {"b_f": 1.0}
    #: Ranges a search may take hyperparameters from, as plain tuples: {"beta": (0.0, 2.0)}.
    search: ClassVar[dict[str, tuple]] = {}
    #: Whether zoneout suits its states: when predicting, old and new ones are averaged.
    zoneout: ClassVar[bool] = True

    def __init__(self, **settings):
        defaults = hyperparameters(type(self))
        for name, value in settings.items():
            if name not in defaults:
                raise unknown(
                    f"hyperparameter of {label(type(self))}", name, defaults, VariantError
                )
            setattr(self, name, checked(name, value, defaults[name]))

    def step(self, p, x, *states):
        raise NotImplementedError

    def __repr__(self):
        given = ", ".join(f"{k}={getattr(self, k)!r}" for k in hyperparameters(type(self)))
        return f"{type(self).__name__}({given})"

    _repr_html_ = _InNotebooks()


def label(cls):
    return cls.name or cls.__name__


def checked(name, value, default):
    """The value in the default's type, or a VariantError."""
    if isinstance(default, (bool, str)):
        right = isinstance(value, type(default))
    elif isinstance(default, int):
        right = isinstance(value, Integral) and not isinstance(value, bool)
    else:
        right = is_number(value) and math.isfinite(value)
    if not right:
        kind = KINDS[type(default)]
        raise VariantError(f"hyperparameter {name} is {value!r}; give {kind} like {default!r}")
    return type(default)(value)


def is_number(value):
    return isinstance(value, Real) and not isinstance(value, bool)


def own_attributes(cls):
    """Attributes of a class and its bases below ``Variant``, the nearest class last."""
    own = {}
    for base in reversed(cls.__mro__[: cls.__mro__.index(Variant)]):
        own.update({k: v for k, v in vars(base).items() if not k.startswith("_")})
    return own


def _attributes(cls):
    """Class attributes that carry meaning."""
    own = {k: v for k, v in own_attributes(cls).items() if k not in vars(Variant)}
    kinds = lambda name: (bool, int, float, str, *([tuple] if kind_of(name) else []))
    return {k: v for k, v in own.items() if isinstance(v, kinds(k))}


def states(cls):
    """Names of the states, in the order of the step's signature."""
    return tuple(inspect.signature(cls.step).parameters)[3:]


def hyperparameters(cls):
    """{name: default} of a variant's own hyperparameters."""
    special = set(states(cls))
    return {k: v for k, v in _attributes(cls).items() if not kind_of(k) and k not in special}


def initial_values(variant):
    """{parameter or state: where it starts} that the class fixes: a float, a range or a word."""
    cls = type(variant)
    fixed = {k: v for k, v in _attributes(cls).items() if k not in hyperparameters(cls)}
    return {k: float(v) if is_number(v) else v for k, v in fixed.items()}


def own_backward(variant):
    """The ``backward`` that a cell brings for its step, bound; None for most cells."""
    return getattr(variant, "backward", None)

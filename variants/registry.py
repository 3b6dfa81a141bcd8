"""The registry: a decorator, a base class, and nothing to edit elsewhere."""

import inspect
import math
from numbers import Integral, Real
from types import FunctionType
from typing import ClassVar

from .errors import VariantError, unknown
from .symbols import ELEMENTWISE, PREFIXES

# Words of the generated code: no state and no hyperparameter may be called so.
TAKEN = {"p", "d", "x", "dy", "saved", "real", "range", *ELEMENTWISE}
TAKEN_PREFIXES = ("_", "carry_", "pulled_")
_REGISTRY: dict[str, type] = {}


class Variant:
    """A recurrent cell: its ``step``, and what its equations cannot say.

    ``step(self, p, x, *states)`` returns the new states in the order of the signature; the first
    is the output. Class attributes say the rest:

    * named like a parameter (``b_f = 1.0``): where that parameter starts, instead of the default;
    * named like a state (``m = -30.0``): where that state starts, instead of 0;
    * any other number or string: a hyperparameter with its default, set by ``Cls(beta=0.9)``.
      Floats reach the compiled code at run time; ints, bools and strings are structure (a depth,
      an activation's name), another value is another cell to compile.
    """

    #: The registered name; ``register`` sets it.
    name: ClassVar[str] = ""
    #: Biases that a study's ``forget_bias`` sets, each with its sign; those a cell lacks are left.
    forget: ClassVar[dict[str, float]] = {"b_f": 1.0}
    #: Ranges a search may take hyperparameters from, as plain tuples: {"beta": (0.0, 2.0)}.
    search: ClassVar[dict[str, tuple]] = {}

    def __init__(self, **settings):
        defaults = hyperparameters(type(self))
        for name, value in settings.items():
            if name not in defaults:
                raise unknown(f"hyperparameter of {_label(type(self))}", name, defaults or ["none"])
            setattr(self, name, _checked(name, value, defaults[name]))

    def step(self, p, x, *states):
        raise NotImplementedError

    def __repr__(self):
        given = ", ".join(f"{k}={getattr(self, k)!r}" for k in hyperparameters(type(self)))
        return f"{type(self).__name__}({given})"


def _label(cls):
    return cls.name or cls.__name__


def _checked(name, value, default):
    """The value in the default's type, or a VariantError."""
    if isinstance(default, (bool, str)):
        right = isinstance(value, type(default))
    elif isinstance(default, int):
        right = isinstance(value, Integral) and not isinstance(value, bool)
    else:
        right = _is_number(value) and math.isfinite(value)
    if not right:
        kind = "finite number" if isinstance(default, float) else type(default).__name__
        raise VariantError(f"hyperparameter {name} is {value!r}; give a {kind} like {default!r}")
    return type(default)(value)


def _is_number(value):
    return isinstance(value, Real) and not isinstance(value, bool)


def _own(cls):
    """Attributes of a class and its bases below ``Variant``, the nearest class last."""
    own = {}
    for base in reversed(cls.__mro__[: cls.__mro__.index(Variant)]):
        own.update({k: v for k, v in vars(base).items() if not k.startswith("_")})
    return own


def _attributes(cls):
    """Class attributes that carry meaning."""
    kinds = (bool, int, float, str)
    return {k: v for k, v in _own(cls).items() if isinstance(v, kinds) and k != "name"}


def states(cls):
    """Names of the states, in the order of the step's signature."""
    return tuple(inspect.signature(cls.step).parameters)[3:]


def hyperparameters(cls):
    """{name: default} of a variant's own hyperparameters."""
    special = set(states(cls))
    return {k: v for k, v in _attributes(cls).items() if k[:2] not in PREFIXES and k not in special}


def initial_values(variant):
    """{parameter or state: number} that the class fixes, hyperparameters left out."""
    cls = type(variant)
    return {k: float(v) for k, v in _attributes(cls).items() if k not in hyperparameters(cls)}


def register(name):
    """Class decorator: enter a ``Variant`` under a name.

    Raises:
        VariantError: a name that is not a word, or that another class has; what ``check`` refuses.
    """
    if not isinstance(name, str) or not name.isidentifier():
        raise VariantError(f"variant name {name!r} is not a word; write register('my_cell')")

    def enter(cls):
        check(cls, name)
        taken = _REGISTRY.get(name, cls)
        if _origin(taken) != _origin(cls):  # the same class again, edited, is welcome
            raise VariantError(f"the name {name!r} is taken by {_origin(taken)}; choose another")
        cls.name = name
        _REGISTRY[name] = cls
        return cls

    return enter


def _origin(cls):
    return f"{cls.__module__}.{cls.__qualname__}"


def check(cls, name=None):
    """Look at a class without calling its step.

    Raises:
        VariantError: not a ``Variant``, no step, a signature that is not ``(self, p, x, state,
            ...)``, or class attributes that make no sense.
    """
    if not (isinstance(cls, type) and issubclass(cls, Variant)):
        raise VariantError(f"{name} is not a class derived from Variant; write class X(Variant)")
    name = name or _label(cls)
    _check_step(cls, name)
    _check_names(cls, name)
    _check_values(cls, name)
    for key in cls.search:
        if key not in hyperparameters(cls):
            raise unknown(
                f"hyperparameter in {name}.search:", key, hyperparameters(cls) or ["none"]
            )


def _check_step(cls, name):
    if cls.step is Variant.step:
        raise VariantError(f"{name} has no step; write def step(self, p, x, h)")
    if not isinstance(inspect.getattr_static(cls, "step"), FunctionType):
        raise VariantError(f"{name}: step is not a plain method; write def step(self, p, x, h)")
    parameters = list(inspect.signature(cls.step).parameters.values())
    plain = all(q.kind is q.POSITIONAL_OR_KEYWORD and q.default is q.empty for q in parameters)
    if not plain or len(parameters) < 4:
        raise VariantError(
            f"{name}: step{inspect.signature(cls.step)} does not name its states; "
            "write def step(self, p, x, h) or (self, p, x, h, c)"
        )


def _check_names(cls, name):
    for kind, words in (("state", states(cls)), ("hyperparameter", hyperparameters(cls))):
        for word in words:
            if word in TAKEN or word.startswith(TAKEN_PREFIXES) or word.endswith("_"):
                raise VariantError(
                    f"{name}: {word!r} cannot name a {kind}, generated code uses the word; "
                    f"call it {word.strip('_')}_0, say"
                )


def _check_values(cls, name):
    """Numbers where numbers are meant: an array as b_f would go unnoticed."""
    for key, value in _own(cls).items():
        starts = key[:2] in PREFIXES or key in states(cls)
        if starts and not _is_number(value) and not callable(value):
            raise VariantError(
                f"{name}: {key} is {value!r:.60}; give one number, where all its elements start"
            )
        if isinstance(value, float) and not math.isfinite(value):
            raise VariantError(f"{name}: {key} is {value}; give a finite number")


def names():
    """All registered names, sorted."""
    return sorted(_REGISTRY)


def get(name):
    """The class registered under a name; VariantError with close matches if there is none."""
    if isinstance(name, type) and issubclass(name, Variant):
        return name
    if name not in _REGISTRY:
        raise unknown("variant", name, _REGISTRY)
    return _REGISTRY[name]

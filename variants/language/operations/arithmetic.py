"""Arithmetic, comparisons and choices."""

import operator

import numpy as np

from ..symbols import COMPARISONS
from ..table import scalar
from .defining import enter, is_complex, library, operation, pair, real

__all__ = ["abs_", "maximum", "minimum", "where"]


def _log(x):
    return x.graph.apply("log", x)


enter(
    "add",
    operator.add,
    derivative=lambda bar, y, a, b: (bar, bar),
    onnx="Add",
    numpy=("add",),
    phrase=("{}_plus_{}", "total"),
    called=False,
    cheap=True,
)
enter(
    "sub",
    operator.sub,
    derivative=lambda bar, y, a, b: (bar, -bar),
    onnx="Sub",
    numpy=("subtract",),
    phrase=("{}_minus_{}", "difference"),
    called=False,
    cheap=True,
)
enter(
    "mul",
    operator.mul,
    derivative=lambda bar, y, a, b: (bar * b, bar * a),
    onnx="Mul",
    numpy=("multiply",),
    phrase=("{}_times_{}", "scaled"),
    called=False,
    cheap=True,
)
enter(
    "div",
    operator.truediv,
    derivative=lambda bar, y, a, b: (bar / b, -bar * y / b),
    onnx="Div",
    rough=True,
    numpy=("divide", "true_divide"),
    phrase=("{}_over_{}", "ratio"),
    called=False,
    cheap=True,
)
enter(
    "neg",
    operator.neg,
    derivative=lambda bar, y, a: (-bar,),
    onnx="Neg",
    numpy=("negative",),
    phrase=("minus_{}", "negative"),
    called=False,
    cheap=True,
)
enter(
    "pow",
    operator.pow,
    derivative=lambda bar, y, a, b: (bar * b * a ** (b - 1), bar * y * _log(a)),
    onnx="Pow",
    rough=True,
    numpy=("power", "float_power"),
    phrase=("{}_to_{}", "raised"),
    called=False,
)

_WORDS = {
    "lt": ("less", "Less", "below", "<"),
    "le": ("less_equal", "LessOrEqual", "at_most", r"\leq"),
    "gt": ("greater", "Greater", "above", ">"),
    "ge": ("greater_equal", "GreaterOrEqual", "at_least", r"\geq"),
}
for _name in COMPARISONS:
    _numpy, _onnx, _phrase, _latex = _WORDS[_name]
    enter(
        _name,
        getattr(operator, _name),
        onnx=_onnx,
        latex=_latex,
        numpy=(_numpy,),
        phrase=(f"{{}}_{_phrase}_{{}}", "test"),
        called=False,
        cheap=True,
    )


@scalar
def maximum_of(x, y):
    return x if x > y or x != x else y  # NaN on either side wins, as in NumPy


@scalar
def minimum_of(x, y):
    return x if x < y or x != x else y


@scalar
def one_of(condition, a, b):
    return a if condition else b


@scalar
def absolute(x):
    return abs(x)


@operation(
    derivative=lambda bar, y, a, b: (where(a >= b, bar, 0.0), where(a >= b, 0.0, bar)),
    float32=maximum_of,
    float64=maximum_of,
    onnx="Max",
    torch="torch.maximum",
    jax="jnp.maximum",
    keras="ops.maximum",
    selects=True,
    latex=r"\max",
    small="max",
    numpy=("maximum",),
)
def maximum(a, b):
    """The larger of two, elementwise; at a tie the gradient goes to the first."""
    return where((real(a) >= real(b)) | (a != a), a, b)


@operation(
    derivative=lambda bar, y, a, b: (where(a <= b, bar, 0.0), where(a <= b, 0.0, bar)),
    float32=minimum_of,
    float64=minimum_of,
    onnx="Min",
    torch="torch.minimum",
    jax="jnp.minimum",
    keras="ops.minimum",
    selects=True,
    latex=r"\min",
    small="min",
    numpy=("minimum",),
)
def minimum(a, b):
    """The smaller of two, elementwise; at a tie the gradient goes to the first."""
    return where((real(a) <= real(b)) | (a != a), a, b)


def _cases(condition, a, b):
    rows = rf"{a} & \text{{if }} {condition} \\ {b} & \text{{otherwise}}"
    return rf"\begin{{cases}} {rows} \end{{cases}}"


@operation(
    derivative=lambda bar, y, c, a, b: (None, where(c, bar, 0.0), where(c, 0.0, bar)),
    float32=one_of,
    float64=one_of,
    onnx="Where",
    torch="torch.where",
    jax="jnp.where",
    keras="ops.where",
    selects=True,
    latex=_cases,
    phrase=("{1}_or_{2}", "choice"),
    cheap=True,
)
def where(condition, a, b):
    """a where the condition (a comparison) holds, else b; the other one gets no gradient."""
    xp = library(condition, a, b)
    if xp is np:
        return np.where(condition, a, b)
    return xp.where(condition, *pair(xp, a, b))


@operation(
    derivative=lambda bar, y, a: (where(a > 0, bar, where(a < 0, -bar, 0.0)),),
    float32=absolute,
    float64=absolute,
    onnx="Abs",
    torch="torch.abs",
    jax="jnp.abs",
    keras="ops.abs",
    latex=lambda a: rf"\left| {a} \right|",
    numpy=("absolute",),
)
def abs_(x):
    """|x|, exported as ``abs``. On complex arrays x or -x, by the sign of the real part.

    Python's own ``abs`` serves too, but for complex-step derivatives: there it is the modulus.
    """
    return where(real(x) < 0, -x, x) if is_complex(x) else abs(x)

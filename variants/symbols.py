"""Symbols: what a step is called with when its equations are read instead of computed.

A step sees x, its states and its parameters as symbols; each operation on them adds a node to a
graph. Equal expressions are one node. Matrices are kept apart from vectors: they only ever
multiply a vector from the left, and may be transposed, added and scaled.
"""

import linecache
import math
import operator
import os
import sys

from .errors import TraceError

PREFIXES = {
    "W_": "(H, D), multiplies x",
    "R_": "(H, H), multiplies H units",
    "p_": "(H,), elementwise",
    "b_": "(H,), a bias",
    "s_": "a scalar",
}
ELEMENTWISE = (
    "sigmoid log_sigmoid tanh exp log sqrt relu softplus softsign maximum minimum where abs"
).split()
COMPARISONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_UFUNCS = {
    "add": "add",
    "subtract": "sub",
    "multiply": "mul",
    "divide": "div",
    "true_divide": "div",
    "power": "pow",
    "float_power": "pow",
    "negative": "neg",
    "absolute": "abs",
    "less": "lt",
    "less_equal": "le",
    "greater": "gt",
    "greater_equal": "ge",
    "expit": "sigmoid",
    "log_expit": "log_sigmoid",
} | {name: name for name in ("tanh", "exp", "log", "sqrt", "maximum", "minimum")}
_FOLD = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "neg": operator.neg,
}
_HERE = os.path.dirname(os.path.abspath(__file__))
_ENGINE = {os.path.join(_HERE, name) for name in ("symbols.py", "operations.py")}


def user_line():
    """(file, line) of the innermost frame that is not the symbols' own."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename in _ENGINE:
        frame = frame.f_back
    return (frame.f_code.co_filename, frame.f_lineno) if frame else ("?", 0)


def refuse(why, instead, place=None):
    """Raise a TraceError that shows the user's line and what to write instead."""
    file, line = place or user_line()
    code = linecache.getline(file, line).strip()
    raise TraceError(
        f"{os.path.basename(file)}:{line}: {f'`{code}`: ' if code else ''}{why}; {instead}"
    )


class Graph:
    """All nodes of one trace; building the same expression twice gives the same node."""

    def __init__(self):
        self.nodes = []
        self._known = {}

    def node(self, op, args=(), value=None, kind=None):
        key = (op, tuple(id(a) for a in args), value)
        if key not in self._known:
            make = Matrix if kind == "matrix" else Symbol
            symbol = make(self, len(self.nodes), op, tuple(args), value)
            self.nodes.append(symbol)
            self._known[key] = symbol
        return self._known[key]

    def constant(self, value):
        return self.node("constant", value=float(value))

    def matrix(self, op, args=(), value=None):
        return self.node("matrix:" + op, args, value, kind="matrix")

    def wrap(self, value):
        """A symbol for an operand: itself, or a constant for a number."""
        if isinstance(value, Matrix):
            refuse(
                "a matrix enters an elementwise operation", "multiply it with a vector: p.R_h @ h"
            )
        if isinstance(value, Symbol):
            if value.graph is not self:
                refuse("a symbol of another trace is used", "keep no symbols between calls of step")
            return value
        if isinstance(value, (bool, int, float)) or (getattr(value, "ndim", None) == 0):
            number = float(value)
            if not math.isfinite(number):
                refuse(f"the constant {number} is not finite", "write a finite number")
            return self.constant(number)
        return refuse(
            f"{type(value).__name__} is not a value of the step",
            "use x, the states, parameters p.W_* p.R_* p.p_* p.b_* p.s_* and numbers",
        )

    def elementwise(self, op, *operands):
        args = [self.wrap(a) for a in operands]
        for a in args:
            if a.op == "input":
                refuse("x enters a step through a W_ matrix only", "write p.W_x @ x")
        tests = [a.op in COMPARISONS for a in args]
        if op == "where" and not tests[0]:
            refuse("the condition of where is not a comparison", "write where(a > b, ...)")
        if any(tests[1:] if op == "where" else tests):
            refuse("a comparison is used as a number", "write where(a > b, 1.0, 0.0)")
        if op in _FOLD and all(a.op == "constant" for a in args):
            return self.constant(_FOLD[op](*(a.value for a in args)))
        if op == "pow" and args[1].op == "constant" and args[1].value in (1, 2, 3, 4):
            return self._product(args[0], int(args[1].value))
        return self.node(op, args)

    def _product(self, base, exponent):
        """base ** exponent by products: exact, and far cheaper than a general power."""
        power = base
        for _ in range(exponent - 1):
            power = self.node("mul", (power, base))
        return power


class _Traced:
    """What vectors and matrices share: they refuse to be values."""

    __slots__ = ("args", "graph", "index", "op", "place", "value")
    __hash__ = object.__hash__

    def __init__(self, graph, index, op, args, value):
        self.graph, self.index, self.op, self.args, self.value = graph, index, op, args, value
        self.place = user_line()

    def __bool__(self):
        return refuse("a branch on a value cannot be traced", "write where(condition, a, b)")

    def __eq__(self, other):
        return refuse("== on a value cannot be traced", "write where with < or >")

    def __ne__(self, other):
        return refuse("!= on a value cannot be traced", "write where with < or >")

    def _number(self):
        return refuse(
            "an unknown function wants a number here",
            f"use + - * / ** @ and {' '.join(ELEMENTWISE)} from variants, or NumPy's of that name",
        )

    __float__ = __int__ = __index__ = __complex__ = lambda self: self._number()

    def _sequence(self, *_):
        return refuse("a single unit cannot be picked", "write the step for whole vectors")

    __getitem__ = __setitem__ = __iter__ = __len__ = __contains__ = _sequence

    def __getattr__(self, name):
        return refuse(f"a traced value has no .{name}", "use operators and variants' functions")

    def __array_function__(self, function, types, args, kwargs):
        if function.__name__ == "where" and len(args) == 3 and not kwargs:
            return self.graph.elementwise("where", *args)
        return self._unknown(function.__name__)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        op = _UFUNCS.get(ufunc.__name__)
        if method != "__call__" or kwargs:
            return self._unknown(f"{ufunc.__name__} with options")
        if ufunc.__name__ == "matmul":
            return inputs[0] @ inputs[1]
        if ufunc.__name__ == "square":
            return inputs[0] ** 2
        if op is None:
            return self._unknown(ufunc.__name__)
        return self.graph.elementwise(op, *inputs)

    def _unknown(self, name):
        known = " ".join(ELEMENTWISE)
        return refuse(f"{name} has no derivative rule here", f"use + - * / ** @ and {known}")


def _binary(op, mirrored=False):
    if mirrored:
        return lambda self, other: self.graph.elementwise(op, other, self)
    return lambda self, other: self.graph.elementwise(op, self, other)


class Symbol(_Traced):
    """A vector of H units, x itself, a scalar or a comparison."""

    __slots__ = ()

    __add__, __radd__ = _binary("add"), _binary("add", True)
    __sub__, __rsub__ = _binary("sub"), _binary("sub", True)
    __mul__, __rmul__ = _binary("mul"), _binary("mul", True)
    __truediv__, __rtruediv__ = _binary("div"), _binary("div", True)
    __pow__, __rpow__ = _binary("pow"), _binary("pow", True)
    __lt__, __le__, __gt__, __ge__ = (_binary(op) for op in ("lt", "le", "gt", "ge"))

    def __neg__(self):
        return self.graph.elementwise("neg", self)

    def __pos__(self):
        return self

    def __abs__(self):
        return self.graph.elementwise("abs", self)

    def __matmul__(self, other):
        return refuse("a vector stands left of @", "vectors are columns: write p.R_h @ h")

    __rmatmul__ = __matmul__


class Matrix(_Traced):
    """A parameter matrix, or a transpose, sum or multiple of such."""

    __slots__ = ()

    @property
    def T(self):
        if self.op == "matrix:T":
            return self.args[0]
        self._square("transposed")
        return self.graph.matrix("T", (self,))

    @property
    def columns(self):
        """'D' for a matrix that multiplies x, 'H' for one that multiplies units."""
        leaf = self
        while leaf.args:
            leaf = leaf.args[0]
        return "D" if leaf.value.startswith("W_") else "H"

    def _square(self, what):
        if self.columns == "D":
            refuse(f"a W_ matrix is {what}", "only R_ matrices, (H, H), may be")

    def __add__(self, other):
        return self._sum("add", other)

    def __sub__(self, other):
        return self._sum("sub", other)

    def _sum(self, op, other):
        if not isinstance(other, Matrix) or other.columns != self.columns:
            refuse("a matrix is added to something else", "add matrices of one shape only")
        return self.graph.matrix(op, (self, other))

    def __neg__(self):
        return self.graph.matrix("scale", (self, self.graph.constant(-1.0)))

    def __mul__(self, other):
        factor = self.graph.wrap(other)
        if factor.op not in ("constant", "hyper"):
            refuse("a matrix is scaled by a vector", "scale the product: s * (p.R_h @ h)")
        return self.graph.matrix("scale", (self, factor))

    __rmul__ = __mul__

    def __matmul__(self, vector):
        if isinstance(vector, Matrix):
            refuse("two matrices are multiplied", "apply them in turn: p.R_a @ (p.R_b @ h)")
        if not isinstance(vector, Symbol):
            refuse(
                "a matrix multiplies something that is not a vector of the step", "write p.R_h @ h"
            )
        if self.columns == "D" and vector.op != "input":
            refuse("a W_ matrix multiplies H units", "W_ is (H, D), for x; name it R_, (H, H)")
        if self.columns == "H" and vector.op == "input":
            refuse("an R_ matrix multiplies x", "R_ is (H, H), for units; name it W_, (H, D)")
        if vector.op in (*COMPARISONS, "constant", "hyper", "scalar"):
            refuse("a matrix multiplies a scalar", "multiply with x, a state or a gate")
        return self.graph.node("product", (self, vector))

    def _elementwise(self, *_):
        return refuse(
            "a matrix enters an elementwise operation", "multiply it with a vector: p.R_h @ h"
        )

    __truediv__ = __rtruediv__ = __pow__ = __rpow__ = __abs__ = __radd__ = __rsub__ = _elementwise
    __lt__ = __le__ = __gt__ = __ge__ = __rmatmul__ = _elementwise


class Parameters:
    """The ``p`` of a traced step: a parameter exists from its first use."""

    def __init__(self, graph):
        object.__setattr__(self, "_graph", graph)

    def __getattr__(self, name):
        return self[name]

    def __getitem__(self, name):
        graph = object.__getattribute__(self, "_graph")
        prefix = str(name)[:2]
        if prefix not in PREFIXES or len(str(name)) < 3 or not str(name).isidentifier():
            known = ", ".join(f"{k}* {v}" for k, v in PREFIXES.items())
            refuse(f"parameter {name!r} has no known prefix", f"name it {known}")
        if prefix in ("W_", "R_"):
            return graph.matrix("leaf", value=name)
        return graph.node("scalar" if prefix == "s_" else "vector", value=name)

    def __setattr__(self, name, value):
        refuse("a parameter is assigned", "step reads parameters; training changes them")

"""Symbols: a step is called with them to read its equations instead of computing them.

A step sees x, its states and its parameters as symbols; each operation on them adds a node to a
graph. Equal expressions are one node. Matrices are kept apart from vectors: they only ever
multiply a vector from the left, and may be transposed, added and scaled.

Invalid equations are refused at once; the tracer adds the user's line to the message.
"""

import math

from .errors import TraceError
from .parameters import KINDS, kind, kind_of
from .table import TABLE, allowed, named_in_numpy

_FOLDED = ("add", "sub", "mul", "div", "neg")  # of constants: constants
COMPARISONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}
FOREIGN = "a value of another trace is used; keep no values between calls of step"


#: What to write for other functions and methods of NumPy's that equations are often written with.
INSTEAD = {
    "clip": "write minimum(maximum(a, low), high)",
    "dot": "write p.R_h @ h",
    "concatenate": "write p.W_h @ x + p.R_h @ h, a matrix for each",
    "hstack": "write p.W_h @ x + p.R_h @ h, a matrix for each",
}


def _use():
    return f"use + - * / ** @ and {' '.join(allowed())} from gatelab.variants"


def refuse(why, instead):
    """Raise a TraceError: what is wrong with a line, and what to write instead."""
    raise TraceError(f"{why}; {instead}")


class Graph:
    """All nodes of one trace; building the same expression twice gives the same node."""

    def __init__(self):
        self.nodes = []
        self._known = {}

    def node(self, op, args=(), value=None, kind=None):
        key = (op, tuple(id(a) for a in args), value)
        if key not in self._known:
            if any(a.graph is not self for a in args):
                raise TraceError(FOREIGN)
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

    def apply(self, op, *operands):
        """An operation of the table on what a step gives it."""
        if TABLE[op].reduces:
            return self.reduction(op, *operands)
        return self.elementwise(op, *operands)

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
        if op in _FOLDED and all(a.op == "constant" for a in args):
            return self.constant(TABLE[op].arrays(*(a.value for a in args)))
        if op == "pow" and args[1].op == "constant" and args[1].value in (0, 1, 2, 3, 4):
            return self._product(args[0], int(args[1].value))
        return self.node(op, args)

    def reduction(self, op, operand):
        """A function of all units of a sequence; what is the same for all is its own mean."""
        a = self.wrap(operand)
        if a.op == "input":
            refuse("x enters a step through a W_ matrix only", "write p.W_x @ x")
        if a.op in COMPARISONS:
            refuse("a comparison is used as a number", "write where(a > b, 1.0, 0.0)")
        if not _has_units(a):
            refuse(f"{op} of a number that all units share", "give it a vector of units")
        return self.node(op, (a,))

    def _product(self, base, exponent):
        """base ** exponent by products: exact, and far cheaper than a general power."""
        power = base if exponent else self.constant(1.0)
        for _ in range(exponent - 1):
            power = self.node("mul", (power, base))
        return power


class _Traced:
    """Base of vectors and matrices: they cannot be used as values."""

    __slots__ = ("args", "graph", "index", "op", "value")
    __hash__ = object.__hash__

    def __init__(self, graph, index, op, args, value):
        self.graph, self.index, self.op, self.args, self.value = graph, index, op, args, value

    def __repr__(self):
        """In angle brackets, so that no name can be made of it by accident."""
        return f"<{self.op} of the step>" if self.value is None else f"<{self.op} {self.value}>"

    def __bool__(self):
        if self.args and all(a.op in ("hyper", "constant") for a in self.args):
            return refuse(
                "a branch on a number that is set at run time cannot be traced",
                "write where(condition, a, b), or give it a default that is an int, bool or string",
            )
        return refuse(
            "a branch on a value cannot be traced",
            "write where(condition, a, b), maximum(a, b) or minimum(a, b)",
        )

    def __eq__(self, other):
        return refuse("== on a value cannot be traced", "write where with < or >")

    def __ne__(self, other):
        return refuse("!= on a value cannot be traced", "write where with < or >")

    def _combined(self, *_):
        return refuse("comparisons are combined", "write where(a > b, where(c > d, ...), ...)")

    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = __invert__ = _combined

    def _operator(self, *_):
        return refuse("this operator has no derivative rule here", _use())

    __mod__ = __rmod__ = __floordiv__ = __rfloordiv__ = __divmod__ = __rdivmod__ = _operator

    def _number(self, *_):
        return refuse("a function that knows numbers only is called", f"{_use()}, or NumPy's twins")

    __float__ = __int__ = __index__ = __complex__ = __round__ = _number

    def _sequence(self, *_):
        return refuse("a single unit cannot be picked", "write the step for whole vectors")

    __getitem__ = __iter__ = __len__ = __contains__ = _sequence

    def _assigned(self, *_):
        return refuse("a value is changed in place", "compute a new one with where or + - *")

    __setitem__ = __delitem__ = _assigned

    def __getattr__(self, name):
        if name.startswith("__"):  # a function asks for an array, a tensor, a copy ...
            return self._number()
        instead = INSTEAD.get(name) or (f"write {name}(a)" if name in allowed() else _use())
        return refuse(f"a value of the step has no .{name}", instead)

    def __array_function__(self, function, types, args, kwargs):
        if function.__name__ == "where" and len(args) == 3 and not kwargs:
            return self.graph.elementwise("where", *args)
        known = named_in_numpy(function.__name__)
        if known is None or not known.reduces:
            return _unknown(function.__name__)
        if args[1:] == (0,) or kwargs == {"axis": 0}:
            return self.graph.reduction(known.name, args[0])
        return refuse(
            f"{function.__name__} not over the units",
            f"write {known.name}(a), or np.{function.__name__}(a, axis=0)",
        )

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        name = ufunc.__name__
        if method != "__call__" or kwargs:
            return _unknown(f"{name} with options")
        if name == "matmul":
            return _matmul(*inputs)
        if name == "square":
            return inputs[0] ** 2
        known = named_in_numpy(name)
        if known is None or known.reduces:
            return _unknown(name)
        if known.name in _FOLDED and any(isinstance(a, Matrix) for a in inputs):
            return known.arrays(*(a if isinstance(a, _Traced) else _plain(a) for a in inputs))
        return self.graph.elementwise(known.name, *inputs)


def _unknown(name):
    return refuse(f"{name} has no derivative rule here", INSTEAD.get(name) or _use())


def _plain(value):
    """A number as Python's own: NumPy's would call back here without end."""
    return float(value) if getattr(value, "ndim", None) == 0 else value


def _matmul(left, right):
    if isinstance(left, _Traced):
        return left @ right
    return refuse(
        f"{type(left).__name__} is multiplied with a value of the step", "write p.R_h @ h"
    )


def _binary(op, mirrored=False):
    def compute(self, other):
        if isinstance(other, Matrix):
            return NotImplemented  # the matrix knows what it may be part of
        return self.graph.elementwise(op, *((other, self) if mirrored else (self, other)))

    return compute


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


def _contains(symbol, leaves):
    """Whether an expression contains a leaf of one of these kinds."""
    waiting, seen = [symbol], set()
    while waiting:
        node = waiting.pop()
        if node.op in leaves:
            return True
        if node.index not in seen:
            seen.add(node.index)
            waiting.extend(node.args)
    return False


def depends_on_data(symbol):
    """Whether an expression contains x or a state; otherwise it is not a batch of vectors."""
    return _contains(symbol, ("input", "state"))


def _has_units(symbol):
    """Whether an expression is a vector, not a number that all units share."""
    return _contains(symbol, ("input", "state", "vector", "adjoint"))


def is_number(symbol):
    """Whether an expression is made of constants and run-time hyperparameters only."""
    return symbol.op in ("constant", "hyper") or (
        bool(symbol.args)
        and symbol.op not in COMPARISONS
        and all(isinstance(a, Symbol) and is_number(a) for a in symbol.args)
    )


class Matrix(_Traced):
    """A parameter matrix, or a transpose, sum or multiple of such."""

    __slots__ = ()

    @property
    def T(self):
        """The transpose, of an R_ matrix."""
        if self.op == "matrix:T":
            return self.args[0]
        self._square("transposed")
        return self.graph.matrix("T", (self,))

    @property
    def columns(self):
        """'D' for a matrix that multiplies x, 'H' for one that multiplies units."""
        return kind(self.parameter).axes[1]

    @property
    def parameter(self):
        """Name of the first parameter inside."""
        return self.args[0].parameter if self.args else self.value

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
        if isinstance(other, Matrix):
            refuse("two matrices are multiplied", "apply them in turn: p.R_a @ (p.R_b @ h)")
        factor = self.graph.wrap(other)
        if not is_number(factor):
            refuse(
                "a matrix is multiplied elementwise",
                "write p.R_h @ h, and scale the product: s * (p.R_h @ h)",
            )
        return self.graph.matrix("scale", (self, factor))

    __rmul__ = __mul__

    def __truediv__(self, other):
        if isinstance(other, Matrix) or not is_number(self.graph.wrap(other)):
            return self._elementwise()
        return self * (1 / other)

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
        if vector.op in COMPARISONS or not depends_on_data(vector):
            refuse(
                "a matrix multiplies numbers or parameters only, or a comparison",
                "multiply x, a state or a gate",
            )
        return self.graph.node("product", (self, vector))

    def _elementwise(self, *_):
        return refuse(
            "a matrix enters an elementwise operation", "multiply it with a vector: p.R_h @ h"
        )

    __rtruediv__ = __pow__ = __rpow__ = __abs__ = __radd__ = __rsub__ = _elementwise
    __lt__ = __le__ = __gt__ = __ge__ = __rmatmul__ = _elementwise


class Parameters:
    """The ``p`` of a traced step: a parameter exists from its first use."""

    def __init__(self, graph):
        object.__setattr__(self, "_graph", graph)

    def __getattr__(self, name):
        return self[name]

    def __getitem__(self, name):
        graph, name = object.__getattribute__(self, "_graph"), str(name)
        known = kind_of(name)
        if "<" in name:
            refuse(
                f"a value of the step stands in the name of a parameter, {name!r}",
                'write the name: p["W_i"]',
            )
        if known is None or len(name) < 3 or not name.isidentifier():
            uses = ", ".join(f"{k.prefix}* {k.use}" for k in KINDS.values())
            return refuse(f"parameter {name!r} has no known prefix", f"name it {uses}")
        if known.is_matrix:
            return graph.matrix("leaf", value=name)
        return graph.node("scalar" if known.is_scalar else "vector", value=name)

    def _assigned(self, *_):
        refuse("a parameter is assigned", "use a variable; parameters are read, and trained")

    __setattr__ = __setitem__ = __delattr__ = __delitem__ = _assigned

"""The table of operations: everything that is known of each, filled by the files of operations/.

Nothing is imported here that a step does not need. Compiled forms are plain functions until
kernels/primitives hands them to Numba.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Operation:
    """One operation of a step.

    Attributes:
        name: what nodes of a graph and generated code call it.
        arrays: function of NumPy arrays, torch tensors, jax arrays or plain numbers; exact for
            complex steps.
        derivative: (bar, y, *arguments) -> one adjoint per argument, None where nothing flows; y
            is the operation's own result, bar the derivative of the loss with respect to it.
        float32: of numbers, for compiled loops; LLVM can vectorise it. float64: the exact one.
        onnx: an operator of ONNX, or (nodes, name, *arguments) -> the name of the result.
        torch, jax, keras: what written code of these calls: a function's name, or a call with {}
            for the arguments. Units are its last axis.
        latex: what stands before the bracket, or a function of the written arguments.
        small: how drawings call it. gate: whether they draw it as a gate.
        numpy: functions of NumPy and SciPy that mean the same.
        phrase: how an unnamed result is called after its operands, and in short.
        public: whether a step may use it; the others are parts of derivatives.
        called: whether it is written as a function, name(a, b).
        cheap: whether a backward pass computes it again rather than remembers it.
        squashes: whether its argument is a pre-activation.
        selects: whether it hands on one argument, or 0, and ``derivative`` just sends bar there.
        rough: whether it, or its derivative, may be infinite or NaN for finite arguments.
        reduces: whether a unit's result depends on all units of its sequence. Such an operation is
            computed in place, by ``stages``.
        stages: of a reduction: functions that write code for a few sequences, see
            ``kernels.primitives.columns.Columns``, and between them names of operations of one
            argument, applied to every value.
        beside: the operation whose result, a number per sequence, is left on the way.
        cost: of a reduction, in layer normalisations.
        note, latex_note: what a reader of a gradient must be told.
    """

    name: str
    arrays: Callable
    derivative: Any = None
    float32: Any = None
    float64: Any = None
    onnx: Any = None
    torch: str = ""
    jax: str = ""
    keras: str = ""
    latex: Any = None
    small: str = ""
    gate: bool = False
    numpy: tuple[str, ...] = ()
    phrase: tuple[str, str] | None = None
    public: bool = True
    called: bool = True
    cheap: bool = False
    squashes: bool = False
    selects: bool = False
    rough: bool = False
    reduces: bool = False
    stages: tuple = ()
    beside: str = ""
    cost: float = 0.0
    note: str = ""
    latex_note: str = ""

    @property
    def arity(self):
        """Number of arguments."""
        return len(inspect.signature(self.arrays).parameters)


#: {name: operation}, in the order in which messages list them.
TABLE: dict[str, Operation] = {}
#: What compiled loops call, operations and what these are made of: vectorised, and exact.
SCALAR: list[Callable] = []
EXACT: list[Callable] = []


def scalar(function):
    """Decorator: a function of float32 numbers that LLVM can vectorise."""
    SCALAR.append(function)
    return function


def exact(function):
    """Decorator: a function of float64 numbers, as the libraries compute it."""
    EXACT.append(function)
    return function


def names(wanted):
    """Names of the operations for which ``wanted`` holds."""
    return [name for name, operation in TABLE.items() if wanted(operation)]


def allowed():
    """The functions that a step may use."""
    return names(lambda op: op.public and op.called)


def named_in_numpy(name):
    """The operation that a function of NumPy or SciPy means, or None."""
    return next((op for op in TABLE.values() if name in op.numpy), None)

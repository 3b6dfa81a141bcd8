"""Traversals of matrix expressions: upwards to a value, and downwards with a gradient.

An expression is a parameter, a transpose, a multiple by a number, a sum or a difference. Callers of
``fold`` and ``spread`` give one function per kind, in order to compute, print or differentiate.
"""

from gatelab.variants.language.table import TABLE

MINUS_ONE = -1.0


def fold(matrix, leaf, turn, scale, add):
    """Evaluate an expression from its parameters up.

    Args:
        matrix: a matrix expression.
        leaf: function (parameter name) -> value.
        turn: function (value) -> value of the transpose.
        scale: function (value, node of the number) -> value of the multiple.
        add: function (left, right, whether it is a difference) -> value of the sum.

    Returns:
        The value of the expression.
    """
    if matrix.op == "matrix:leaf":
        return leaf(matrix.value)
    first = fold(matrix.args[0], leaf, turn, scale, add)
    if matrix.op == "matrix:T":
        return turn(first)
    if matrix.op == "matrix:scale":
        return scale(first, matrix.args[1])
    second = fold(matrix.args[1], leaf, turn, scale, add)
    return add(first, second, matrix.op == "matrix:sub")


def spread(matrix, gradient, turn, scale, minus):
    """Yield (parameter, gradient) for each parameter of an expression, from left to right.

    Args:
        matrix: a matrix expression.
        gradient: the gradient of its value.
        turn: function (gradient) -> its transpose.
        scale: function (gradient, node of the number) -> its multiple.
        minus: function (gradient) -> its negative.
    """
    if matrix.op == "matrix:leaf":
        yield matrix.value, gradient
    elif matrix.op == "matrix:T":
        yield from spread(matrix.args[0], turn(gradient), turn, scale, minus)
    elif matrix.op == "matrix:scale":
        yield from spread(matrix.args[0], scale(gradient, matrix.args[1]), turn, scale, minus)
    else:
        other = minus(gradient) if matrix.op == "matrix:sub" else gradient
        yield from spread(matrix.args[0], gradient, turn, scale, minus)
        yield from spread(matrix.args[1], other, turn, scale, minus)


def evaluate(matrix, params, hypers):
    """The value of a matrix expression."""
    return fold(
        matrix,
        leaf=lambda name: params[name],
        turn=lambda value: value.T,
        scale=lambda value, factor: value * number(factor, hypers),
        add=lambda a, b, minus: a - b if minus else a + b,
    )


def gradients(matrix, gradient, hypers):
    """Yield (parameter, gradient), given the gradient of an expression's value."""
    return spread(
        matrix,
        gradient,
        turn=lambda bar: bar.T,
        scale=lambda bar, factor: bar * number(factor, hypers),
        minus=lambda bar: -bar,
    )


def number(node, hypers):
    """The value of an expression of constants and hyperparameters, in the layer's precision."""
    if node.op in ("constant", "hyper"):
        return node.value if node.op == "constant" else hypers[node.value]
    return TABLE[node.op].arrays(*(number(a, hypers) for a in node.args))


def without_sign(matrix):
    """(whether the expression is negative, the expression without its sign)."""
    if matrix.op == "matrix:T":
        minus, inner = without_sign(matrix.args[0])
        return minus, transposed(inner)
    if matrix.op == "matrix:scale" and matrix.args[1].value == MINUS_ONE:
        return True, matrix.args[0]
    return False, matrix


def transposed(matrix):
    """The transpose of a matrix expression."""
    return matrix.args[0] if matrix.op == "matrix:T" else _T(matrix)


class _T:
    """A transpose for printing only: a step itself may not transpose a W_ matrix."""

    op = "matrix:T"

    def __init__(self, matrix):
        self.args = (matrix,)

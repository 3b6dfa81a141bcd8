"""Matrix expressions, walked: from their parameters up to a value, and with a gradient back down.

An expression is a parameter, a transpose, a multiple by a number, a sum or a difference. Whoever
computes, prints or differentiates one says what each of these means and leaves the way to ``fold``
and ``spread``.
"""

from gatelab.variants.language.table import TABLE

MINUS_ONE = -1.0


def fold(matrix, leaf, turn, scale, add):
    """What an expression amounts to.

    Args:
        leaf: name of a parameter -> what it is.
        turn: of a transpose, what is transposed -> the result.
        scale: (what is scaled, node of the number).
        add: (left, right, whether it is a difference).
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
    """Yield (parameter, its part of the gradient of an expression), from left to right.

    Args:
        turn: gradient -> its transpose; scale: (gradient, node of the number); minus: gradient ->
            the negative one.
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
    """Yield (parameter, its gradient), given that of the value of an expression."""
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
    """(whether it is negative, the matrix without its sign)."""
    if matrix.op == "matrix:T":
        minus, inner = without_sign(matrix.args[0])
        return minus, transposed(inner)
    if matrix.op == "matrix:scale" and matrix.args[1].value == MINUS_ONE:
        return True, matrix.args[0]
    return False, matrix


def transposed(matrix):
    """A matrix expression, transposed."""
    return matrix.args[0] if matrix.op == "matrix:T" else _T(matrix)


class _T:
    """A transpose that is only written, never traced (a W_ matrix may not be transposed there)."""

    op = "matrix:T"

    def __init__(self, matrix):
        self.args = (matrix,)

"""Functions of all units of a sequence: arrays are (H, B) or (H,), and so are results.

Compiled loops compute them in place, a few sequences at a time, as functions of ``Columns`` write
it (kernels/primitives/columns.py). The arrays that these are given are numbered A, Y and BESIDE:
what is overwritten, what is read, and a number per sequence.
"""

from .defining import enter, library, operation, real
from .exponential import exp, sqrt

__all__ = ["cumsum", "layer_norm", "mean", "softmax"]

EPSILON = 1e-5  # torch's and Keras' order of magnitude: sequences whose units agree stay finite
A, Y, BESIDE = 0, 1, 2


def _mean_columns(c, rows):
    (mean,) = c.means(rows, lambda r: c.load(A, r))
    c.each(rows, lambda r: c.store(mean, A, r))


def _one_mean(nodes, name, a):
    return nodes.add("ReduceMean", a, name=name, axes=[-1], keepdims=1)


def _mean_in_onnx(nodes, name, a):
    """The mean over the units, for each of them."""
    shape = nodes.add("Shape", a, name=f"{name}.shape")
    return nodes.add("Expand", _one_mean(nodes, f"{name}.one", a), shape, name=name)


@operation(
    # Every unit receives the mean and sends its part to all: a symmetric matrix, its own transpose.
    derivative=lambda bar, y, a: (mean(bar),),
    onnx=_mean_in_onnx,
    torch="mean",
    jax="mean",
    keras="mean",
    latex=r"\operatorname{mean}",
    reduces=True,
    stages=(_mean_columns,),
    cost=0.5,
)
def mean(x):
    """Mean over the units, (H, B) or (H,): every unit gets the mean of its sequence's units."""
    return library(x).broadcast_to(x.sum(0) / len(x), x.shape)


def _layer_norm_columns(c, rows):
    """Squares are taken of centred values, to avoid cancellation."""
    (mean,) = c.means(rows, lambda r: c.load(A, r))
    centred = lambda r: c.b.fsub(c.load(A, r), mean)

    def square(r):
        value = centred(r)
        return c.b.fmul(value, value)

    (variance,) = c.means(rows, square)
    deviation = c.sqrt(c.b.fadd(variance, c.constant(EPSILON)))
    c.store(deviation, BESIDE)
    scale = c.b.fdiv(c.constant(1.0), deviation)
    c.each(rows, lambda r: c.store(c.b.fmul(centred(r), scale), A, r))


def _layer_norm_in_onnx(nodes, name, a):
    """Subtract the mean, then divide by the root mean square of the result."""
    left = nodes.add("Sub", a, _one_mean(nodes, f"{name}.mean", a), name=f"{name}.centred")
    square = nodes.add("Mul", left, left, name=f"{name}.square")
    variance, least = _one_mean(nodes, f"{name}.variance", square), str(EPSILON)
    total = nodes.add("Add", variance, nodes.weight(least, [EPSILON]), name=f"{name}.sum")
    return nodes.add("Div", left, nodes.add("Sqrt", total, name=f"{name}.deviation"), name=name)


def _layer_norm_derivative(bar, y, a):
    """(bar - mean(bar) - y mean(bar y)) / deviation(a), as one operation."""
    return (bar.graph.node("layer_norm_back", (bar, y, bar.graph.node("deviation", (a,)))),)


@operation(
    derivative=_layer_norm_derivative,
    onnx=_layer_norm_in_onnx,
    torch="layer_norm",
    jax="layer_norm",
    keras="layer_norm",
    latex=r"\operatorname{LN}",
    small="norm",
    reduces=True,
    stages=(_layer_norm_columns,),
    beside="deviation",
    cost=1.0,
)
def layer_norm(x):
    """(x - mean(x)) / deviation(x), without gain and bias.

    For these, multiply and add a vector: ``p.p_i * layer_norm(u) + p.b_i`` with ``p_i = 1.0``.

    Ba, Kiros, Hinton (2016), Layer Normalization, arXiv:1607.06450.
    """
    return (x - mean(x)) / deviation(x)


def deviation(x):
    """sqrt(mean((x - mean(x))^2) + 1e-5), over the units; of arrays."""
    centred = x - mean(x)
    return sqrt(mean(centred * centred) + EPSILON)


enter("deviation", deviation, latex=r"\operatorname{dev}", public=False)


def _layer_norm_back_columns(c, rows):
    product = lambda r: c.b.fmul(c.load(A, r), c.load(Y, r))
    mean, along = c.means(rows, lambda r: c.load(A, r), product)
    scale = c.b.fdiv(c.constant(1.0), c.load(BESIDE))

    def send(r):
        left = c.b.fsub(c.b.fsub(c.load(A, r), mean), c.b.fmul(c.load(Y, r), along))
        c.store(c.b.fmul(left, scale), A, r)

    c.each(rows, send)


def layer_norm_back(bar, y, deviation):
    """The derivative of a loss with respect to x, where ``bar`` is that to y = layer_norm(x)."""
    return (bar - mean(bar) - y * mean(bar * y)) / deviation


enter(
    "layer_norm_back",
    layer_norm_back,
    latex=r"\operatorname{LN}^\ast",
    public=False,
    reduces=True,
    stages=(_layer_norm_back_columns,),
    note="""where deviation(a) = sqrt(mean((a - mean(a)) ** 2) + 1e-5)
      layer_norm_back(d, y, s) = (d - mean(d) - y * mean(d * y)) / s""",
    latex_note=r"""% dev(a) is the root of the variance of a's units + 1e-5, and
% LN*(d, y, s) = (d - mean(d) - y mean(d y)) / s, means over the units.""",
)


def _cumsum_in_onnx(nodes, name, a):
    return nodes.add("CumSum", a, nodes.weight("axis of units", -1, "int64"), name=name)


@operation(
    # A unit is added to all sums after it, so its gradient is the sum of theirs.
    derivative=lambda bar, y, a: (bar.graph.node("reversed_cumsum", (bar,)),),
    onnx=_cumsum_in_onnx,
    torch="torch.cumsum({}, -1)",
    jax="jnp.cumsum({}, -1)",
    keras="ops.cumsum({}, -1)",
    numpy=("cumsum",),
    reduces=True,
    stages=(lambda c, rows: c.running(rows, A),),
    cost=0.5,
)
def cumsum(x):
    """Sums over the units up to each, (H, B) or (H,): the last unit gets the sum of all."""
    return library(x).cumsum(x, 0)


def reversed_cumsum(x):
    """Sums over the units from each on; of arrays."""
    xp = library(x)
    return xp.flip(xp.cumsum(xp.flip(x, (0,)), 0), (0,))


enter(
    "reversed_cumsum",
    reversed_cumsum,
    latex=r"\operatorname{cumsum}^\top",
    public=False,
    reduces=True,
    stages=(lambda c, rows: c.running(rows, A, backwards=True),),
    note="where reversed_cumsum(d) adds up d from each unit to the last",
    latex_note=r"% cumsum^T(d) adds up d from each unit to the last.",
)


def _less_the_largest(c, rows):
    largest = c.largest(rows, lambda r: c.load(A, r))
    c.each(rows, lambda r: c.store(c.b.fsub(c.load(A, r), largest), A, r))


def _divided_by_the_sum(c, rows):
    (total,) = c.totals(rows, lambda r: c.load(A, r))
    scale = c.b.fdiv(c.constant(1.0), total)
    c.each(rows, lambda r: c.store(c.b.fmul(c.load(A, r), scale), A, r))


@operation(
    derivative=lambda bar, y, a: (bar.graph.node("softmax_back", (bar, y)),),
    onnx=lambda nodes, name, a: nodes.add("Softmax", a, name=name, axis=-1),
    torch="torch.softmax({}, -1)",
    jax="jax.nn.softmax",
    keras="ops.softmax",
    reduces=True,
    squashes=True,
    stages=(_less_the_largest, "exp", _divided_by_the_sum),
    cost=1.5,
)
def softmax(x):
    """exp(x) / sum(exp(x)) over the units, (H, B) or (H,): shares that add up to 1.

    cumsum(softmax(x)) is the cumax of the ordered neurons, a soft step from 0 to 1.
    """
    e = exp(x - library(x).amax(real(x), 0))
    return e / e.sum(0)


def _softmax_back(c, rows):
    (along,) = c.totals(rows, lambda r: c.b.fmul(c.load(A, r), c.load(Y, r)))
    c.each(rows, lambda r: c.store(c.b.fmul(c.load(Y, r), c.b.fsub(c.load(A, r), along)), A, r))


def softmax_back(bar, y):
    """The derivative of a loss with respect to x, where ``bar`` is that to y = softmax(x)."""
    return y * (bar - (bar * y).sum(0))


enter(
    "softmax_back",
    softmax_back,
    latex=r"\operatorname{softmax}^\ast",
    public=False,
    reduces=True,
    stages=(_softmax_back,),
    note="where softmax_back(d, y) = y * (d - the sum of d * y over the units)",
    latex_note="% softmax*(d, y) = y (d - the sum of d y over the units).",
)

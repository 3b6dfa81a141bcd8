"""Squashing functions for gates and candidates."""

import math

import numpy as np

from ..table import exact, scalar
from .arithmetic import abs_, where
from .defining import library, operation, real
from .exponential import exp, exp32, reduced_exp32
from .float32 import BIAS, LARGEST, MANTISSA, ONE, TWO, ZERO, F, I

__all__ = ["log_sigmoid", "relu", "sigmoid", "softplus", "softsign", "tanh"]


@scalar
def sigmoid32(x):
    """1 / (1 + exp(-x)): 0.14 ns, against 0.15 through tanh, which is exactly 0 below -16.

    Keeps its relative precision down to -88, where it becomes 0.
    """
    z = -x
    z = F(-80) if z < F(-80) else z
    z = F(89) if z > F(89) else z  # there n = 128, whose bits are those of infinity
    y, n = reduced_exp32(z)
    power = I(I(n + BIAS) << MANTISSA).view(F)
    return ONE / (y * power + ONE)


@exact
def sigmoid64(x):
    z = np.exp(-abs(x))
    return 1.0 / (1.0 + z) if x >= 0.0 else z / (1.0 + z)


def _sigmoid_in_onnx(nodes, name, a):
    """1 / (1 + exp(-a)).

    The Sigmoid of onnxruntime is off by a thousandth of itself at -10 and 0 below -18, which a
    cell that divides by a gate does not survive.
    """
    power = nodes.add("Exp", nodes.add("Neg", a, name=f"{name}.neg"), name=f"{name}.exp")
    total = nodes.add("Add", nodes.weight("1.0", [1.0]), power, name=f"{name}.sum")
    return nodes.add("Reciprocal", total, name=name)


@operation(
    derivative=lambda bar, y, a: (bar * y * (1 - y),),
    float32=sigmoid32,
    float64=sigmoid64,
    onnx=_sigmoid_in_onnx,
    torch="torch.sigmoid",
    jax="jax.nn.sigmoid",
    keras="ops.sigmoid",
    latex=r"\sigma",
    small="σ",
    gate=True,
    numpy=("expit",),
    squashes=True,
)
def sigmoid(x):
    """1 / (1 + exp(-x)), exact for large |x| too."""
    e = exp(-abs_(x))
    return where(real(x) >= 0, 1 / (1 + e), e / (1 + e))


@scalar
def relu32(x):
    return ZERO if x < ZERO else x


@exact
def relu64(x):
    return 0.0 if x < 0.0 else x


@scalar
def log1p_unit32(t):
    """log(1 + t), t in [0, 1], as 2 artanh(t / (2 + t)): a small t keeps its precision."""
    s = t / (TWO + t)
    z = s * s
    y = F(0.2802445888519287) * z + F(0.27999141812324524)
    y = ((y * z + F(0.4002169966697693)) * z + F(0.6666641235351562)) * z
    return s * y + TWO * s


@scalar
def softplus32(x):
    return relu32(x) + log1p_unit32(exp32(-abs(x)))


@exact
def softplus64(x):
    return relu64(x) + np.log1p(np.exp(-abs(x)))


@scalar
def log_sigmoid32(x):
    return -softplus32(-x)


@exact
def log_sigmoid64(x):
    return -softplus64(-x)


def _log_sigmoid_in_onnx(nodes, name, a):
    """-softplus(-a)."""
    minus = nodes.add("Neg", a, name=f"{name}.neg")
    return nodes.add("Neg", nodes.add("Softplus", minus, name=f"{name}.softplus"), name=name)


@operation(
    derivative=lambda bar, y, a: (bar * sigmoid(-a),),
    float32=log_sigmoid32,
    float64=log_sigmoid64,
    onnx=_log_sigmoid_in_onnx,
    torch="torch.nn.functional.logsigmoid",
    jax="jax.nn.log_sigmoid",
    keras="ops.log_sigmoid",
    latex=r"\log \sigma",
    small="log σ",
    gate=True,
    numpy=("log_expit",),
    squashes=True,
)
def log_sigmoid(x):
    """log(sigmoid(x)), finite where sigmoid(x) rounds to 0."""
    return -softplus(-x)


@scalar
def tanh32(x):
    x = F(-8.7) if x < F(-8.7) else x
    x = F(8.7) if x > F(8.7) else x
    z = x * x
    p = F(1.3897913930804862e-08) * z + F(2.0993842554162256e-05)
    p = ((p * z + F(0.0035187453031539917)) * z + F(0.13400469720363617)) * z + ONE
    q = F(7.996538897714345e-07) * z + F(0.0003323650744277984)
    q = ((q * z + F(0.025964897125959396)) * z + F(0.4673379361629486)) * z + ONE
    y = x * p / q
    y = -ONE if y < -ONE else y  # rounding may pass 1 and turn the derivative negative
    return ONE if y > ONE else y


@exact
def tanh64(x):
    return np.tanh(x)


@operation(
    # (1 - y)(1 + y) and not 1 - y^2, which cancels near saturation.
    derivative=lambda bar, y, a: (bar * ((1 - y) * (1 + y)),),
    float32=tanh32,
    float64=tanh64,
    onnx="Tanh",
    torch="torch.tanh",
    jax="jnp.tanh",
    keras="ops.tanh",
    latex=r"\tanh",
    numpy=("tanh",),
    squashes=True,
)
def tanh(x):
    """Hyperbolic tangent."""
    return library(x).tanh(x)


@operation(
    derivative=lambda bar, y, a: (where(a > 0, bar, 0.0),),
    selects=True,
    float32=relu32,
    float64=relu64,
    onnx="Relu",
    torch="torch.relu",
    jax="jax.nn.relu",
    keras="ops.relu",
    squashes=True,
)
def relu(x):
    """max(x, 0); its derivative at 0 is 0."""
    return where(real(x) > 0, x, 0 * x)


@operation(
    derivative=lambda bar, y, a: (bar * sigmoid(a),),
    float32=softplus32,
    float64=softplus64,
    onnx="Softplus",
    torch="torch.nn.functional.softplus({}, threshold=40.0)",
    jax="jax.nn.softplus",
    keras="ops.softplus",
    squashes=True,
)
def softplus(x):
    """log(1 + exp(x))."""
    return where(real(x) >= 0, x, 0 * x) + library(x).log1p(exp(-abs_(x)))


@scalar
def softsign32(x):
    x = LARGEST if x > LARGEST else x
    x = -LARGEST if x < -LARGEST else x
    return x / (ONE + abs(x))


@exact
def softsign64(x):
    return math.copysign(1.0, x) if math.isinf(x) else x / (1.0 + abs(x))


@operation(
    derivative=lambda bar, y, a: (bar * ((1 - abs_(y)) * (1 - abs_(y))),),
    float32=softsign32,
    float64=softsign64,
    onnx="Softsign",
    torch="torch.nn.functional.softsign",
    jax="jax.nn.soft_sign",
    keras="ops.soft_sign",
    squashes=True,
)
def softsign(x):
    """x / (1 + |x|)."""
    return x / (1 + abs_(x))

"""The checks that a cell must pass: its gradient, its two renderings, its masks, its limits."""

from dataclasses import dataclass, field

import numpy as np

from .errors import CertificationError
from .layer import Layer

T, B, D, H = 5, 3, 2, 4
LENGTHS = np.array([5, 2, 4])
STEP = 1e-30


@dataclass(frozen=True)
class Certificate:
    """What ``certify`` measured: the largest relative difference per check."""

    variant: str
    equations: str
    measured: dict[str, float] = field(default_factory=dict)


def certify(variant, seed=0):
    """Hold a cell's derived gradient and its kernels to account; seconds, most of it compiling.

    Args:
        variant: class or instance.

    Returns:
        Certificate.

    Raises:
        CertificationError: naming the failing check, the array and both numbers.
        variants.TraceError: the step cannot be traced.
    """
    case = _Case(variant, np.random.default_rng(seed))
    measured = {
        name: check(case)
        for name, check in (
            ("gradient against complex steps", _gradient),
            ("renderings agree", _renderings),
            ("a sequence in two parts", _parts),
            ("rows are independent", _rows),
            ("padding is not looked at", _padding),
            ("finite at logits of 60 in float32", _saturation),
        )
    }
    layer = case.layer
    return Certificate(layer.program.title, layer.program.identity, measured)


class _Case:
    """A small ragged batch from a random state, and weights for a loss over everything."""

    def __init__(self, variant, rng):
        self.variant = variant() if isinstance(variant, type) else variant
        self.layer = self.at("float64", "numpy")
        draw = lambda *shape: rng.normal(size=shape)
        self.params = {n: 0.5 * draw(*shape) for n, shape in self.layer.shapes.items()}
        self.x, self.dy = draw(T, B, D), draw(T, B, H)
        self.state = tuple(draw(B, H) for _ in self.layer.states)
        self.dfinal = tuple(draw(B, H) for _ in self.layer.states)

    def at(self, dtype, backend):
        return Layer(self.variant, D, H, dtype, backend)

    def run(self, layer=None, x=None, lengths=LENGTHS):
        """{name: array} of outputs, final states and every gradient."""
        layer = layer or self.layer
        x = self.x if x is None else x
        y, final, tape = layer.forward(self.params, x, self.state, lengths)
        grads, dx, dstate = layer.backward(self.params, tape, self.dy, self.dfinal)
        return {"y": y, "dx": dx, **grads, **_numbered("final", final), **_numbered("d", dstate)}

    def loss(self, params, x, state):
        """The same by the step itself, called on plain (complex) arrays."""
        p = _Namespace(params)
        states, total = [s.T.view(_Real) for s in state], 0.0
        for t in range(T):
            new = self.variant.step(p, x[t].T.view(_Real), *states)
            new = new if isinstance(new, tuple) else (new,)
            on = t < LENGTHS
            states = [np.where(on, n, s).view(_Real) for n, s in zip(new, states, strict=True)]
            total += (np.where(on, states[0], 0) * self.dy[t].T).sum()
        return total + sum((s * w.T).sum() for s, w in zip(states, self.dfinal, strict=True))


class _Namespace(dict):
    """``p`` for arrays: vectors as columns."""

    def __init__(self, params):
        columns = {k: v[:, None] if v.ndim == 1 else v for k, v in params.items()}
        super().__init__({k: np.asarray(v).view(_Real) for k, v in columns.items()})

    __getattr__ = dict.__getitem__


class _Real(np.ndarray):
    """Complex numbers whose ``abs`` keeps the derivative: x or -x, not the modulus."""

    def __abs__(self):
        return np.where(np.real(self) < 0, -self, self).view(_Real)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if ufunc is np.absolute and method == "__call__":
            return abs(inputs[0])
        plain = [np.asarray(a) if isinstance(a, _Real) else a for a in inputs]
        result = getattr(ufunc, method)(*plain, **kwargs)
        return result.view(_Real) if isinstance(result, np.ndarray) else result


def _numbered(name, arrays):
    return {f"{name} state {k}": a for k, a in enumerate(arrays)}


def _gradient(case):
    found = case.run()
    points = {"dx": ("x", None), **{f"d state {k}": ("state", k) for k in range(len(case.state))}}
    points |= {name: ("params", name) for name in case.params}
    return max(
        _compare("gradient against complex steps", name, found[name], _by_steps(case, *where))
        for name, where in points.items()
    )


def _by_steps(case, group, key):
    """dL/d(one array), entry by entry."""
    given = {"params": case.params, "x": case.x, "state": case.state}
    array = given[group] if key is None else given[group][key]
    out = np.empty(array.shape)
    for index in np.ndindex(array.shape):
        nudged = array.astype(complex)
        nudged[index] += 1j * STEP
        here = dict(given)
        if group == "params":
            here["params"] = {**case.params, key: nudged}
        elif group == "state":
            here["state"] = [nudged if k == key else s + 0j for k, s in enumerate(case.state)]
        else:
            here["x"] = nudged
        plain = {n: np.asarray(v, complex) for n, v in here["params"].items()}
        states = [np.asarray(s, complex) for s in here["state"]]
        out[index] = case.loss(plain, np.asarray(here["x"], complex), states).imag / STEP
    return out


def _renderings(case):
    return _compare_all(
        "renderings agree", case.run(case.at("float64", "numba")), case.run(), 1e-12
    )


def _parts(case):
    layer, cut = case.at("float64", "numba"), 2
    first, middle, one = layer.forward(
        case.params, case.x[:cut], case.state, np.minimum(LENGTHS, cut)
    )
    second, final, two = layer.forward(
        case.params, case.x[cut:], middle, np.maximum(LENGTHS - cut, 0)
    )
    late, dx_late, dmiddle = layer.backward(case.params, two, case.dy[cut:], case.dfinal)
    early, dx_early, dstate = layer.backward(case.params, one, case.dy[:cut], dmiddle)
    parts = {"y": np.concatenate([first, second]), "dx": np.concatenate([dx_early, dx_late])}
    parts |= {n: early[n] + late[n] for n in early}
    parts |= {**_numbered("final", final), **_numbered("d", dstate)}
    return _compare_all("a sequence in two parts", parts, case.run(layer), 1e-12)


def _rows(case):
    layer, whole = case.at("float64", "numba"), case.run(case.at("float64", "numba"))["y"]
    worst = 0.0
    for b in range(B):
        alone, _, _ = layer.forward(
            case.params,
            case.x[:, b : b + 1],
            tuple(s[b : b + 1] for s in case.state),
            LENGTHS[b : b + 1],
        )
        worst = max(
            worst, _compare("rows are independent", f"row {b}", alone[:, 0], whole[:, b], 1e-12)
        )
    return worst


def _padding(case):
    spoiled = case.x.copy()
    spoiled[np.arange(T)[:, None] >= LENGTHS] = np.nan
    worst = 0.0
    for backend in ("numpy", "numba"):
        layer = case.at("float64", backend)
        found = case.run(layer, spoiled)
        worst = max(worst, _compare_all("padding is not looked at", found, case.run(layer), 0.0))
    return worst


def _saturation(case):
    layer = case.at("float32", "numba")
    for scale in (1e-3, 1.0, 60.0):
        extreme = {n: (scale * np.sign(v)).astype("f") for n, v in case.params.items()}
        y, _, tape = layer.forward(extreme, np.sign(case.x).astype("f"), None, LENGTHS)
        grads, dx, _ = layer.backward(extreme, tape, case.dy, None)
        for name, array in {"y": y, "dx": dx, **grads}.items():
            if not np.isfinite(array).all():
                raise CertificationError(
                    f"{layer.program.title}: finite at logits of 60 in float32: {name} is not, "
                    f"with parameters of +-{scale:g}"
                )
    return 0.0


def _compare_all(check, found, right, bound):
    return max(_compare(check, name, found[name], right[name], bound) for name in right)


def _compare(check, name, found, right, bound=1e-9):
    """Largest relative difference; refuse one above the bound (and NaN)."""
    found, right = np.asarray(found), np.asarray(right)
    scale = max(float(np.abs(right).max()), 1e-12)
    difference = np.abs(found - right) / scale
    worst = float(difference.max())
    if not worst <= bound:
        at = np.unravel_index(int(np.argmax(np.nan_to_num(difference, nan=np.inf))), right.shape)
        raise CertificationError(
            f"{check}: {name}{list(map(int, at))} is {found[at]:.12g}, should be {right[at]:.12g} "
            f"(relative difference {worst:.1e}, allowed {bound:.0e})"
        )
    return worst

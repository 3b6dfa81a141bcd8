"""A program as LaTeX for a paper: two ``align*`` environments (amsmath)."""

from gatelab.variants.language.operations import FUNCTIONS as CALLED
from gatelab.variants.language.table import TABLE

from . import lines
from .notation import NEW, Notation, notes, number
from .writing import ATOM, INFIX

GREEK = set(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega".split()
)
FRACTION = 5.5  # how tightly it binds: in brackets as the base of a power, but not as a factor
NOTE = r"""% \delta v is dL/dv and a_v the argument of the function that gives v;
% += adds to what the next step (states) or the other steps (parameters) sent."""


def equations(program):
    """The step as its author wrote it, as an ``align*`` environment."""
    return _align(lines.equations(Latex, program))


def gradient(program):
    """The derived gradient of one step, as an ``align*`` environment."""
    text = _align(lines.gradient(Latex, program))
    return "\n".join([NOTE, *notes(text, lambda op: op.latex, lambda op: op.latex_note), text])


def _align(statements):
    signs = {"=": "&=", "+=": r"&\mathrel{+}=", "-=": r"&\mathrel{-}="}
    rows = [f"  {left} {signs[sign]} {right}" for left, sign, right in statements]
    return "\n".join([r"\begin{align*}", " \\\\\n".join(rows), r"\end{align*}"])


def symbol(name, time=None):
    r"""``W_i`` as W_{i}, ``a_h'`` at time t as a_{h,t}, ``beta`` as \beta."""
    base, *parts = name.replace(NEW, "").split("_")
    letters = base.rstrip("0123456789")
    parts = [base[len(letters) :], *parts]
    below = [_letter(part, r"\mathrm") for part in parts if part] + ([time] if time else [])
    return _letter(letters, r"\mathit") + (f"_{{{','.join(below)}}}" if below else "")


def _letter(word, font):
    if word in GREEK:
        return f"\\{word}"
    plain = 1 if font == r"\mathit" else 2
    return word if len(word) <= plain or word.isdigit() else f"{font}{{{word}}}"


def brackets(text):
    tall = any(mark in text for mark in (r"\frac", r"\begin", r"\left"))
    return rf"\left( {text} \right)" if tall else f"({text})"


class Latex(Notation):
    """LaTeX mathematics: x_t, h_{t-1}, fractions, \\odot for products of vectors."""

    def leaf_text(self, node):
        if node.op == "constant":
            mantissa, e, power = number(node.value).partition("e")
            return f"{mantissa} \\cdot 10^{{{int(power)}}}" if e else mantissa
        if node.op == "adjoint":
            return self.delta(symbol(node.value, "t"))
        times = {"input": "t", "state": "t-1"}
        return symbol(str(node.value), times.get(node.op))

    def value(self, label):
        return symbol(label, "t")

    def delta(self, text, atom=True):
        return rf"\delta {text if atom else brackets(text)}"

    def bracketed(self, text):
        return brackets(text)

    def leaf_name(self, parameter):
        return symbol(parameter)

    def function(self, op, args):
        form = TABLE[op].latex or rf"\operatorname{{{op}}}"
        return form(*args) if callable(form) else form + brackets(", ".join(args))

    def comparison(self, node):
        a, b = (self.text(v, 1) for v in node.args)
        return f"{a} {TABLE[node.op].latex} {b}"

    def infix(self, node):
        a, b = node.args
        if node.op == "div":
            return rf"\frac{{{self.text(a)}}}{{{self.text(b)}}}", FRACTION
        if node.op == "pow":
            return self._raised(a, self.text(b))
        if node.op == "mul":
            power = self.power(node)
            return self._raised(*power) if power else self._times(a, b)
        _, own, left, _ = INFIX[node.op]
        return self.text(a, left) + self.added(node), own

    def _raised(self, base, exponent):
        called = base.op in CALLED and self.known(base) is None
        text = brackets(self.text(base)) if called else self.text(base, INFIX["pow"][2])
        return f"{text}^{{{exponent}}}", INFIX["pow"][1]

    def _times(self, a, b):
        """A product, with scalars in front of vectors."""
        _, own, left, _ = INFIX["mul"]
        if _scalar(b) and not _scalar(a):
            return rf"{self.text(b, left)}\, {self.text(a, left)}", own
        sign = r"\, " if _scalar(a) else r" \odot "
        return self.text(a, left) + sign + self.text(b, self.right_level("mul")), own

    def product(self, matrix, vector):
        return f"{matrix} {vector}"

    def turned(self, text):
        return rf"{text}^\top"

    def outer(self, left, right):
        return rf"{self.text(left, 3)}\, {self.text(right, ATOM)}^\top"

    def scaled(self, factor, text):
        return rf"{factor}\, {text}"

    def total(self, text):
        return rf"\mathbf{{1}}^\top {brackets(text)}"


def _scalar(node):
    """Whether a value is a scalar, the same for all units."""
    if node.args:
        return all(_scalar(a) for a in node.args)
    return node.op in ("constant", "hyper", "scalar")

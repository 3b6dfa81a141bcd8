"""A program as Typst mathematics, for a paper that is set by Typst."""

from . import lines
from .latex import Latex
from .reading import Reader

LETTERS = {"epsilon": "epsilon.alt", "phi": "phi.alt"}  # LaTeX's own shapes
FONTS = {"normal": "op", "italic": "italic", "bold": "bold"}


def equations(program):
    """The step as its author wrote it: a list of (left side, sign, right side)."""
    return _written(lines.equations(Latex, program))


def gradient(program):
    """The derived gradient of one step: a list of (left side, sign, right side)."""
    return _written(lines.gradient(Latex, program))


def aligned(statements):
    """Statements below each other, with their signs in one column."""
    return " \\\n".join(f"{left} &{sign} {right}" for left, sign, right in statements)


def _written(statements):
    # In quotation marks, lest += be set as two signs.
    relation = lambda sign: sign if sign == "=" else f'class("relation", "{_minus(sign)}")'
    return [(formula(left), relation(sign), formula(right)) for left, sign, right in statements]


def _minus(sign):
    return sign.replace("-", "\N{MINUS SIGN}")


def formula(latex):
    """A formula, written as ``latex`` does, in Typst's notation."""
    return _Typst(latex).row()


class _Typst(Reader):
    """Writes Typst; spaces between parts mean nothing there, and keep names apart."""

    def joined(self, parts):
        return " ".join(parts)

    def scripted(self, base, scripts):
        return base + "".join(f"{k}({scripts[k]})" for k in "_^" if k in scripts)

    def greek(self, name):
        return LETTERS.get(name, name)

    def letter(self, letter):
        return letter

    def number(self, digits):
        return digits

    def sign(self, sign):
        return sign

    def function(self, name):
        return name

    def word(self, word, font):
        return f'{FONTS[font]}("{word}")'

    def space(self):
        return "thin"

    def text(self, text):
        return f'"{text}"'

    def fraction(self, above, below):
        return f"frac({above}, {below})"

    def root(self, inside):
        return f"sqrt({inside})"

    def tall(self, left, inside, right):
        return f"lr({left} {inside} {right})"

    def cases(self, rows):
        return f"cases({', '.join(f'{value} & {condition}' for value, condition in rows)})"

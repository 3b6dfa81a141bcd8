"""A program as MathML, which browsers show without a script or a font of their own.

The text is that of ``latex``, read and written anew: its LaTeX uses few commands, and a reader of
those few is shorter than another notation, and cannot say something else.
"""

import html
import re
from html import escape

from . import lines
from .latex import GREEK, Latex

TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|\s+|.")
LETTERS = {name: html.unescape(f"&{name};") for name in GREEK}
SIGNS = {"odot": "⊙", "top": "⊤", "ast": "∗", "cdot": "·", "leq": "≤", "geq": "≥"}
THIN = '<mspace width=".12em"/>'  # between a matrix and its vector
MINUS = "<mo>\N{MINUS SIGN}</mo>"
NO_FACTORS = ("<mo", "<mspace")
FUNCTIONS = {"tanh", "exp", "log", "max", "min", "sin", "cos"}
FORMS = {
    ",": ' lspace="0" rspace=".17em"',
    "(": ' stretchy="false"',
    ")": ' stretchy="false"',
}
FONTS = {"mathrm": "normal", "operatorname": "normal", "mathit": "italic", "mathbf": "bold"}


def equations(program):
    """The step as its author wrote it, as one ``<math>`` element, a row per equation."""
    return _table(lines.equations(Latex, program))


def gradient(program):
    """The derived gradient of one step, as one ``<math>`` element."""
    return _table(lines.gradient(Latex, program))


def _table(statements):
    rows = []
    for left, sign, right in statements:
        cells = [(left, "right"), (sign.replace("-", "\N{MINUS SIGN}"), "center"), (right, "left")]
        written = [
            f'<mtd style="text-align:{side};padding:.2em .15em">{element(text)}</mtd>'
            for text, side in cells
        ]
        rows.append(f"<mtr>{''.join(written)}</mtr>")
    head = '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">'
    return f'{head}<mtable displaystyle="true">{"".join(rows)}</mtable></math>'


def element(latex):
    """A formula, written as ``latex`` does, as an ``<mrow>``."""
    return _Reader(latex).row()


class _Reader:
    """Reads a formula token by token."""

    def __init__(self, latex):
        self.tokens, self.at = TOKEN.findall(latex), 0

    def next(self):
        token = self.tokens[self.at]
        self.at += 1
        return token

    def ahead(self):
        """The next token that is not a space; "" at the end."""
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def row(self, ends=("",)):
        """Everything up to one of the ends, which is passed over."""
        found = []
        while self.ahead() not in ends:
            part = self.with_scripts()
            after_sign = not found or found[-1].startswith(NO_FACTORS)
            if part == MINUS and after_sign:
                part = MINUS.replace("<mo", '<mo form="prefix"')
            side_by_side = not after_sign and not part.startswith(NO_FACTORS)
            found += [THIN, part] if side_by_side else [part]
        if self.ahead():
            self.next()
        return f"<mrow>{''.join(found)}</mrow>"

    def with_scripts(self):
        """One element with what stands below and above it."""
        base, scripts = self.one(), {}
        while self.ahead() in ("_", "^"):
            script = self.next()
            scripts[script] = self.one()
        if not scripts:
            return base
        tag = {"_": "msub", "^": "msup", "_^": "msubsup"}["".join(sorted(scripts, reverse=True))]
        return f"<{tag}>{base}{''.join(scripts[k] for k in '_^' if k in scripts)}</{tag}>"

    def one(self):
        """One element: a letter, a number, a sign, a group or a command."""
        self.ahead()
        token = self.next()
        if token == "{":
            return self.row(("}",))
        if token.startswith("\\"):
            return self.command(token[1:])
        if token[0].isdigit():
            return f"<mn>{token}</mn>"
        if token.isalpha():
            return f"<mi>{token}</mi>"
        return _sign(token.replace("-", "\N{MINUS SIGN}"))

    def command(self, name):
        if name in LETTERS:
            return f"<mi>{LETTERS[name]}</mi>"
        if name in SIGNS:
            return _sign(SIGNS[name])
        if name in FUNCTIONS:
            gap = THIN if self.ahead().startswith("\\") else ""
            return f"<mi>{name}</mi>{gap}"
        if name in FONTS:
            return _word(self.raw(), FONTS[name])
        return getattr(self, f"_{'space' if name == ',' else name}")()

    def raw(self):
        """The text of a group, as it is."""
        self.next()  # {
        found = ""
        while (token := self.next()) != "}":
            found += token
        return found

    def _space(self):
        return THIN

    def _text(self):
        return f"<mtext>{escape(self.raw())}</mtext>".replace(" ", "\N{NO-BREAK SPACE}")

    def _mathrel(self):
        return self.one()

    def _frac(self):
        return f"<mfrac>{self.one()}{self.one()}</mfrac>"

    def _sqrt(self):
        return f"<msqrt>{self.one()}</msqrt>"

    def _left(self):
        first, inside = self.next(), self.row(("\\right",))
        ends = [f'<mo stretchy="true">{sign}</mo>' for sign in (first, self.next())]
        return f"<mrow>{ends[0]}{inside}{ends[1]}</mrow>"

    def _begin(self):
        """``cases``: rows of a value and its condition."""
        self.raw()
        rows = []
        while True:
            value, condition = self.row(("&",)), self.row(("\\\\", "\\end"))
            rows.append(f"<mtr>{_side(value)}{_side(condition)}</mtr>")
            if self.tokens[self.at - 1] == "\\end":
                self.raw()
                return f"<mrow><mo>{{</mo><mtable>{''.join(rows)}</mtable></mrow>"


def _side(text):
    return f'<mtd style="text-align:left">{text}</mtd>'


def _sign(sign):
    """An operator, or a bracket of the height of its line."""
    return f"<mo{FORMS.get(sign, '')}>{escape(sign)}</mo>"


def _word(word, font):
    """A name of several letters, upright or slanted."""
    if font == "normal":
        return f'<mi mathvariant="normal">{escape(word)}</mi>'
    style = "font-style:italic" if font == "italic" else "font-weight:bold"
    return f'<mi mathvariant="normal" style="{style}">{escape(word)}</mi>'

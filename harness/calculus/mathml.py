"""A program as MathML, which browsers show without a script or a font of their own."""

import html
from html import escape

from . import lines
from .latex import GREEK, Latex
from .reading import Reader

LETTERS = {name: html.unescape(f"&{name};") for name in GREEK}
THIN = '<mspace width=".12em"/>'  # between a matrix and its vector
MINUS = "<mo>\N{MINUS SIGN}</mo>"
NO_FACTORS = ("<mo", "<mspace")
FORMS = {
    ",": ' lspace="0" rspace=".17em"',
    "(": ' stretchy="false"',
    ")": ' stretchy="false"',
}


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
    return _MathML(latex).row()


class _MathML(Reader):
    """Writes MathML."""

    def joined(self, parts):
        found = []
        for part in parts:
            after_sign = not found or found[-1].startswith(NO_FACTORS)
            if part == MINUS and after_sign:
                part = MINUS.replace("<mo", '<mo form="prefix"')
            side_by_side = not after_sign and not part.startswith(NO_FACTORS)
            found += [THIN, part] if side_by_side else [part]
        return f"<mrow>{''.join(found)}</mrow>"

    def scripted(self, base, scripts):
        tag = {"_": "msub", "^": "msup", "_^": "msubsup"}["".join(sorted(scripts, reverse=True))]
        return f"<{tag}>{base}{''.join(scripts[k] for k in '_^' if k in scripts)}</{tag}>"

    def greek(self, name):
        return f"<mi>{LETTERS[name]}</mi>"

    def letter(self, letter):
        return f"<mi>{letter}</mi>"

    def number(self, digits):
        return f"<mn>{digits}</mn>"

    def sign(self, sign):
        """An operator, or a bracket of the height of its line."""
        shown = sign.replace("-", "\N{MINUS SIGN}")
        return f"<mo{FORMS.get(sign, '')}>{escape(shown)}</mo>"

    def function(self, name):
        gap = THIN if self.ahead().startswith("\\") else ""
        return f"<mi>{name}</mi>{gap}"

    def word(self, word, font):
        """A name of several letters, upright or slanted."""
        if font == "normal":
            return f'<mi mathvariant="normal">{escape(word)}</mi>'
        style = "font-style:italic" if font == "italic" else "font-weight:bold"
        return f'<mi mathvariant="normal" style="{style}">{escape(word)}</mi>'

    def space(self):
        return THIN

    def text(self, text):
        return f"<mtext>{escape(text)}</mtext>".replace(" ", "\N{NO-BREAK SPACE}")

    def fraction(self, above, below):
        return f"<mfrac>{above}{below}</mfrac>"

    def root(self, inside):
        return f"<msqrt>{inside}</msqrt>"

    def tall(self, left, inside, right):
        ends = [f'<mo stretchy="true">{sign}</mo>' for sign in (left, right)]
        return f"<mrow>{ends[0]}{inside}{ends[1]}</mrow>"

    def cases(self, rows):
        written = (f"<mtr>{_side(value)}{_side(condition)}</mtr>" for value, condition in rows)
        return f"<mrow><mo>{{</mo><mtable>{''.join(written)}</mtable></mrow>"


def _side(text):
    return f'<mtd style="text-align:left">{text}</mtd>'

"""Reads the LaTeX that ``latex`` writes, for notations that are made from it.

That LaTeX uses few commands. A reader of those few is shorter than another notation, and what is
written by it cannot say something else.
"""

import re
from abc import ABC, abstractmethod

from .latex import GREEK

TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|\s+|.")
SIGNS = {"odot": "⊙", "top": "⊤", "ast": "∗", "cdot": "·", "leq": "≤", "geq": "≥"}
FUNCTIONS = {"tanh", "exp", "log", "max", "min", "sin", "cos"}
FONTS = {"mathrm": "normal", "operatorname": "normal", "mathit": "italic", "mathbf": "bold"}


class Reader(ABC):
    """Reads a formula token by token; a subclass says how each part is written."""

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

    def raw(self):
        """The text of a group, as it is."""
        self.next()  # {
        found = ""
        while (token := self.next()) != "}":
            found += token
        return found

    def row(self, ends=("",)):
        """Everything up to one of the ends, which is passed over."""
        found = []
        while self.ahead() not in ends:
            found.append(self.with_scripts())
        if self.ahead():
            self.next()
        return self.joined(found)

    def with_scripts(self):
        """One element with what stands below and above it."""
        base, scripts = self.one(), {}
        while self.ahead() in ("_", "^"):
            script = self.next()
            scripts[script] = self.one()
        return self.scripted(base, scripts) if scripts else base

    def one(self):
        """One element: a letter, a number, a sign, a group or a command."""
        self.ahead()
        token = self.next()
        if token == "{":
            return self.row(("}",))
        if token.startswith("\\"):
            return self.command(token[1:])
        if token[0].isdigit():
            return self.number(token)
        return self.letter(token) if token.isalpha() else self.sign(token)

    def command(self, name):
        if name in GREEK:
            return self.greek(name)
        if name in SIGNS:
            return self.sign(SIGNS[name])
        if name in FUNCTIONS:
            return self.function(name)
        if name in FONTS:
            return self.word(self.raw(), FONTS[name])
        return getattr(self, f"_{'space' if name == ',' else name}")()

    def _space(self):
        return self.space()

    def _text(self):
        return self.text(self.raw())

    def _mathrel(self):
        return self.one()

    def _frac(self):
        return self.fraction(self.one(), self.one())

    def _sqrt(self):
        return self.root(self.one())

    def _left(self):
        first, inside = self.next(), self.row(("\\right",))
        return self.tall(first, inside, self.next())

    def _begin(self):
        """``cases``: rows of a value and its condition."""
        self.raw()
        rows = []
        while True:
            rows.append((self.row(("&",)), self.row(("\\\\", "\\end"))))
            if self.tokens[self.at - 1] == "\\end":
                self.raw()
                return self.cases(rows)

    @abstractmethod
    def joined(self, parts: list[str]) -> str:
        """The parts of a row, one after the other."""

    @abstractmethod
    def scripted(self, base: str, scripts: dict[str, str]) -> str:
        """An element with what stands below ("_") and above ("^") it."""

    @abstractmethod
    def greek(self, name: str) -> str:
        """A Greek letter, by its LaTeX name."""

    @abstractmethod
    def letter(self, letter: str) -> str:
        """A letter that stands for a value."""

    @abstractmethod
    def number(self, digits: str) -> str:
        """A number."""

    @abstractmethod
    def sign(self, sign: str) -> str:
        """An operator, a bracket or a comma."""

    @abstractmethod
    def function(self, name: str) -> str:
        """A function that all notations know, one of ``FUNCTIONS``."""

    @abstractmethod
    def word(self, word: str, font: str) -> str:
        """A name of several letters; the font is a value of ``FONTS``."""

    @abstractmethod
    def space(self) -> str:
        """A thin space."""

    @abstractmethod
    def text(self, text: str) -> str:
        """Words among mathematics."""

    @abstractmethod
    def fraction(self, above: str, below: str) -> str:
        """A fraction."""

    @abstractmethod
    def root(self, inside: str) -> str:
        """A square root."""

    @abstractmethod
    def tall(self, left: str, inside: str, right: str) -> str:
        """Brackets as tall as what they hold."""

    @abstractmethod
    def cases(self, rows: list[tuple[str, str]]) -> str:
        """A choice: pairs of a value and its condition."""

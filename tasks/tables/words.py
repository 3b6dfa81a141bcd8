"""What a cell is, by its looks: a number, a mark of a missing value, a word."""

import re

#: A number as every program reads it. Digits are those of ASCII.
PLAIN = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
CURRENCY = r"(?:[A-Z]{0,2}[$€£¥₹₽₩₺]|(?:USD|EUR|GBP|CHF|JPY|CNY|INR|Rs\.?|kr\.?)(?=[\s0-9]))"
#: What stands behind a number: %, K, kWh, µg/m³, W/m2, EUR.
UNIT = r"(?:[^\W\d_]|[%‰°$€£¥₹₽₩₺]).{0,11}"
#: A number in any of its forms: (sign, currency, sign, digits and marks, exponent, unit).
NUMBER = re.compile(
    rf"([-+−]?)\s*({CURRENCY}?)\s*([-+−]?)([.,]?[0-9](?:[0-9.,'’\s]*[0-9])?[.,]?)"
    rf"([eE][-+]?[0-9]+)?\s*((?:(?![0-9]).|(?<=m)[23])*)"
)
#: Marks of a missing value, in lower case.
MISSING = frozenset(
    "|na|n/a|n.a.|nan|-nan|<na>|#n/a|#na|#n/a n/a|#value!|#div/0!|#ref!|#num!|#name?|#null!|null"
    "|(null)|none|nil|missing|?|-|--|---|–|—|.|..|...|*|1.#ind|-1.#ind|1.#qnan|-1.#qnan|\\n".split(
        "|"
    )
)
#: Words for marks that would mean something else to a shell or in a list of options.
SPELLED = {"comma": ",", "semicolon": ";", "tab": "\t", r"\t": "\t", "space": " ", "point": "."}


def is_missing(cell: str) -> bool:
    """Whether a cell is empty or one of the usual marks of a missing value."""
    return cell.strip().lower() in MISSING


def is_number(cell: str) -> bool:
    """Whether a cell is a number in any of its forms."""
    found = NUMBER.fullmatch(cell.strip().removeprefix("(").removesuffix(")"))
    return found is not None and (not found[6] or re.fullmatch(UNIT, found[6]) is not None)


def spelled(mark: str) -> str:
    """A mark as it is typed: the word for a comma, which would end the option."""
    return next((word for word, each in SPELLED.items() if each == mark and word != "point"), mark)


def quoted(text: object) -> str:
    """A value as it can be typed, both in Python and in a shell."""
    return f'"{text}"'


def as_number(text: str) -> float | None:
    """A plain number (or "inf", which no cell may hold), or None."""
    text = text.strip()
    return float(text) if PLAIN.fullmatch(text) or text.lower() in ("inf", "-inf") else None

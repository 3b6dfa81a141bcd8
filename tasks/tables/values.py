"""Cells to numbers: decimal marks, thousands, currency, percent, units, truth values."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..framework.errors import TaskError
from . import marks
from .layout import Cells
from .missing import Missing
from .reading import Reading, words
from .saying import place
from .words import NUMBER, UNIT, quoted

TRUTH = ({"true", "false"}, {"yes", "no"}, {"on", "off"}, {"y", "n"}, {"t", "f"})
TRUE = {"true", "yes", "on", "y", "t"}
MAGNITUDES = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}


class Numbers(NamedTuple):
    """The numbers of some columns.

    Attributes:
        values: (T, D), float64; NaN where a value is missing.
        units: {column: unit} as they stand beside the numbers.
        notes: what was left out or read in a special way, a sentence each.
    """

    values: np.ndarray
    units: dict[str, str]
    notes: tuple[str, ...]


def numbers(cells: Cells, names: Sequence[str], how: Reading, hint: str = "") -> Numbers:
    """Read columns of numbers.

    Args:
        names: of the columns.
        hint: advice to put first where a column holds words.

    Raises:
        TaskError: a cell is no number, or may be two.
    """
    missing = Missing(how.missing)
    cells_of = {name: _column(pd.Series(cells.frame[name]), missing) for name in names}
    bodies = {name: each.bodies() for name, each in cells_of.items() if isinstance(each, Words)}
    mark = marks.found(
        {name: body for name, body in bodies.items() if len(body)},
        cells.separator,
        marks.checked("thousands", how.thousands),
        marks.checked("decimal", how.decimal),
    )
    columns = {
        name: each.read(mark.get(name, marks.ALL[0])) if isinstance(each, Words) else each
        for name, each in cells_of.items()
    }
    for name, column in columns.items():
        _refuse_words(name, column, cells, columns, hint, how)
    for name, column in columns.items():
        _refuse_forms(name, column, cells)
    return Numbers(
        np.stack([column.values for column in columns.values()], 1),
        {name: column.unit for name, column in columns.items() if column.unit},
        tuple(f"column {name!r}: {note}" for name, each in columns.items() for note in each.notes),
    )


class Column(NamedTuple):
    """A column that was read.

    Attributes:
        values: (T,), NaN where a value is missing or cannot be read.
        bad: (T,) bool: which cells cannot be read.
        other: (T,) bool: which cells have another currency or unit than most.
        form: that currency or unit.
        unit: behind every value, or a currency.
        notes: how it was read.
    """

    values: np.ndarray
    bad: np.ndarray
    other: np.ndarray
    form: str = ""
    unit: str = ""
    notes: tuple[str, ...] = ()


class Words:
    """A column of text: its words, each once, and the parts of those that may be numbers."""

    def __init__(self, column: pd.Series, missing: Missing):
        codes, distinct = pd.factorize(column.astype(str))
        self.codes, self.words = codes, pd.Series(distinct, dtype=object)
        self.holes = missing.marks(self.words)
        full = self.words.loc[~self.holes]
        inside = full.str.fullmatch(r"\(.*\)").to_numpy(bool)
        self.parts = (
            full.where(~inside, full.str[1:-1]).str.extract(f"^{NUMBER.pattern}$").fillna("")
        )
        self.parts.columns = ["sign", "currency", "second", "body", "exponent", "unit"]
        self.parts["negative"] = inside
        self.parts["body"] = marks.normal(self.parts["body"])

    def bodies(self) -> pd.Series:
        """The numbers without sign, currency, exponent and unit."""
        bodies = self._numbers()["body"]
        return bodies.drop_duplicates()

    def read(self, mark: marks.Marks) -> Column:
        """The column, with the marks that its table has."""
        numbers = self._numbers()
        good = mark.reads(numbers["body"]) if len(numbers) else np.zeros(0, bool)
        numbers = numbers[good]
        plain = pd.to_numeric(mark.plain(numbers["body"]) + numbers["exponent"])
        read = pd.Series(np.asarray(plain, float), numbers.index)
        below = (numbers["sign"] + numbers["second"]).isin(["-", "−"]) ^ numbers["negative"]
        read = read.where(~below, -read)
        affix, other, scale, notes = _affix(numbers, np.bincount(self.codes)[numbers.index])
        values = np.full(len(self.words), np.nan)
        values[numbers.index] = read * scale
        unlike = np.zeros(len(self.words), bool)
        unlike[numbers.index] = other
        bad = ~self.holes & ~np.isfinite(values)
        if mark.thousands and numbers["body"].str.contains(mark.thousands, regex=False).any():
            notes.append(f"{mark.thousands!r} was read as a mark between thousands")
        if mark.decimal == "," and numbers["body"].str.contains(",", regex=False).any():
            notes.append("',' was read as the decimal mark")
        if numbers["negative"].any():
            notes.append("numbers in parentheses were read as negative")
        at = self.codes
        return Column(values[at], bad[at], unlike[at], affix, affix, tuple(notes))

    def _numbers(self):
        """The parts of the words that look like numbers."""
        parts = self.parts
        signs = parts["sign"].ne("").astype(int) + parts["second"].ne("") + parts["negative"]
        unit = parts["unit"].eq("") | parts["unit"].str.fullmatch(UNIT)
        return parts[parts["body"].ne("") & (signs < 2) & unit]


def _affix(numbers: pd.DataFrame, counts: np.ndarray):
    """(currency or unit of most numbers, which have another, by what to multiply, notes)."""
    affix = (numbers["currency"] + " " + numbers["unit"].str.strip()).str.strip()
    rows = Counter[str]()
    for kind, count in zip(affix, counts, strict=True):
        rows[kind] += count
    kinds = [kind for kind, _ in rows.most_common() if kind]
    if len(kinds) > 1 and {*kinds} <= MAGNITUDES.keys():
        scale = affix.map({**MAGNITUDES, "": 1.0})
        note = f"{' and '.join(kinds)} behind numbers were read as thousands, millions and so on"
        return "", np.zeros(len(affix), bool), scale, [note]
    most = rows.most_common(1)[0][0] if rows else ""
    where = "before or behind" if any(numbers["currency"]) else "behind"
    notes = [f"{most!r} {where} its numbers was left out"] if most else []
    return most, (affix != most).to_numpy(), 1.0, notes


def _column(column: pd.Series, missing: Missing) -> Column | Words:
    """A column of a frame, or the words of one of text."""
    if column.dtype.kind == "b":
        return _truth(column.astype(float).to_numpy(), ("True", "False"))
    if column.dtype.kind in "iuf":
        values = column.to_numpy(np.float64, na_value=np.nan)
        values = np.where(missing.numbers(values), np.nan, values)
        return Column(values, np.isinf(values), np.zeros(len(values), bool))
    lower = column.astype(str).str.lower()
    said = {word for word in lower.unique() if not missing.is_mark(word)}
    for pair in TRUTH:
        if said and said <= pair:
            values = lower.map({word: float(word in TRUE) for word in said}).to_numpy(float)
            yes, no = sorted(pair, key=lambda word: word not in TRUE)
            return _truth(values, (yes, no))
    return Words(column, missing)


def _truth(values, words):
    none = np.zeros(len(values), bool)
    note = "{} was read as 1, {} as 0".format(*words)
    return Column(values, none, none, notes=(note,))


def _refuse_words(name, column, cells, columns: Mapping[str, Column], hint, how):
    """Refuse a cell that is no number."""
    if not column.bad.any():
        return
    row = int(np.flatnonzero(column.bad)[0])
    cell = str(cells.frame[name].iloc[row])
    where = f"column {name!r}, {place(row, cells.lines, cells.where)} is {cell!r}, no finite number"
    if column.bad.mean() <= 0.5:
        marks, drop = (",".join([*words(given), cell]) for given in (how.missing, how.drop))
        raise TaskError(
            f'{where}; missing={quoted(marks)},fill="interpolate" fills it in, '
            f"drop={quoted(drop)} leaves such rows out"
        )
    others = [other for other, each in columns.items() if each.bad.mean() <= 0.5]
    advice = [hint] if hint else []
    advice += [f"columns={quoted(','.join(others))} reads the others"] if others else []
    raise TaskError(f"{where}; {' or '.join(advice) or 'no column holds numbers'}")


def _refuse_forms(name, column, cells):
    """Refuse a cell whose currency or unit is another than that of most."""
    if not column.other.any():
        return
    row = int(np.flatnonzero(column.other)[0])
    cell = str(cells.frame[name].iloc[row])
    most = f"have {column.form!r}" if column.form else "have neither unit nor currency"
    todo = "write all in one form"
    if len(cells.frame[name][column.other].unique()) == 1:
        todo += f', or missing={quoted(cell)},fill="interpolate" fills it in'
    raise TaskError(
        f"column {name!r}, {place(row, cells.lines, cells.where)} is {cell!r}, where most {most}: "
        f"{todo}"
    )

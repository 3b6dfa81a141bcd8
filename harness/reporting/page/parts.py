"""What the page is made of: sections of sentences, tables and figures."""

from dataclasses import dataclass, field

import pandas as pd

from .numbers import NONE, number

WIDE = 320  # points


@dataclass(frozen=True)
class Table:
    """A table of texts.

    Attributes:
        heads: of the columns.
        rows: a list of texts per row; numbers are formatted.
        numeric: whether a column is set flush right.
        cells: name of the cell (a variant) in the first column of each row, for its mark; or [].
    """

    heads: list[str]
    rows: list[list[str]]
    numeric: list[bool]
    cells: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, frame: pd.DataFrame, cells=(), **names):
        """A frame as a table.

        Args:
            frame: a row per row.
            cells: variants of the rows.
            names: heads instead of the frame's own column names.
        """
        heads = [names.get(name, str(name).replace("_", " ")) for name in frame.columns]
        numeric = [pd.api.types.is_numeric_dtype(frame[name]) for name in frame.columns]
        columns = [[_text(value) for value in frame[name]] for name in frame.columns]
        return cls(heads, [list(row) for row in zip(*columns, strict=True)], numeric, [*cells])


def _text(value):
    return NONE if value is None else number(value)


@dataclass(frozen=True)
class Figure:
    """A figure with the sentence that it shows, and its numbers.

    Attributes:
        name: of its files, without ending; unique on the page.
        title: a few words.
        svg: the ``<svg>`` element.
        caption: the finding.
        table: its numbers.
    """

    name: str
    title: str
    svg: str
    caption: str
    table: Table

    @property
    def wide(self):
        """Whether it is too wide for a phone, where it then scrolls in a box of its own."""
        return float(self.svg.split('viewBox="0 0 ', 1)[1].split()[0]) > WIDE


@dataclass(frozen=True)
class Section:
    """A part of the page under one heading.

    Attributes:
        name: its anchor.
        title: its heading.
        lead: sentences below the heading.
        figures: drawn in a grid.
        tables: {heading: table}.
        notes: sentences at the end, such as what cannot be said and why.
    """

    name: str
    title: str
    lead: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    tables: dict[str, Table] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

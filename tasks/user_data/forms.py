"""What a file of text holds: a table of rows in time, a sequence per row, or prose."""

import re
from collections import Counter
from collections.abc import Collection
from pathlib import Path

from ..archives.cases import PARTS
from ..archives.rows import LABELS, names_of, separator
from ..framework.errors import TaskError

FORMS = ("table", "text", "sequences")
LOOKED_AT = 200  # lines
SURE, UNLIKELY = 0.9, 0.3  # share of lines that look like rows
WIDE = 8  # columns that are numbered, or have no names: steps, no series
MARKUP = ("{", "[", "<")  # of JSON and its kin
SEPARATORS = ("\t", ";", ",", "|")


def form_of(path: Path, text: str, given: str | None, taking: Collection[str] = FORMS) -> str:
    """The form of a file's text, one of ``FORMS``.

    Args:
        given: what the user says it is; None to look.
        taking: the forms that take the options which the user gave; if one only, it is that one.

    Raises:
        TaskError: another word, or a text that may be of two forms; the message names both.
    """
    if given is not None:
        if given not in FORMS:
            raise TaskError(f"has one of the forms {', '.join(FORMS)}, got form={given!r}")
        return given
    if len(taking) == 1:
        return next(iter(taking))
    if _is_of_an_archive(path, text):
        return "sequences"
    share = 1.0 if path.suffix.lower() in (".csv", ".tsv") else rows_share(text)
    if UNLIKELY < share < SURE:
        raise TaskError(
            f'may be a table or a text, as {share:.0%} of its lines look like rows; form="table" '
            'or form="text" says which'
        )
    if share <= UNLIKELY:
        return "text"
    _refuse_steps_in_columns(text)
    return "table"


def rows_share(text: str) -> float:
    """The share of lines, below the first, that look like rows of a table with numbers."""
    lines = [line for line in text.splitlines()[: LOOKED_AT + 1] if line.strip()][1:]
    if len(lines) < 2 or sum(line.lstrip().startswith(MARKUP) for line in lines) > len(lines) / 2:
        return 0.0
    of_cells = [_share([line.split(mark) for line in lines]) for mark in SEPARATORS]
    words = [line.split() for line in lines]
    numbers = [sum(map(_is_number, row)) > len(row) / 2 for row in words]
    of_words = _share([row for row, wanted in zip(words, numbers, strict=True) if wanted], 1)
    return max(*of_cells, of_words * sum(numbers) / len(lines))


def _share(rows, fewest=2):
    """The share of rows as wide as most are, with a number in them."""
    if not rows:
        return 0.0
    width, _ = Counter(map(len, rows)).most_common(1)[0]
    if width < fewest:
        return 0.0
    return sum(len(row) == width and any(map(_is_number, row)) for row in rows) / len(rows)


def _is_number(cell):
    """Whether half of the characters, or more, are digits: 5.0%, $12, 12 MW, 2023-01-01 10:00."""
    letters = "".join(cell.split()).strip('"')
    return 0 < len(letters) <= 2 * sum(letter.isdigit() for letter in letters)


def _is_of_an_archive(path, text):
    """Whether the name says so, and the first line begins with a label, not with names."""
    part = path.stem.rpartition("_")[2].lower()
    return part in PARTS and "_" in path.stem and not names_of(_first_cells(text))


def _first_cells(text):
    first = text.lstrip("\n").partition("\n")[0]
    mark = separator(first)
    return first.split() if mark == r"\s+" else [cell.strip(' "') for cell in first.split(mark)]


def _refuse_steps_in_columns(text):
    """A table whose columns are steps of sequences is not read as many series."""
    cells = _first_cells(text)
    names = names_of(cells)
    if not names and len(cells) > WIDE:
        raise TaskError(
            f"has no names in its first line, but {len(cells)} cells; if each row is a sequence "
            'and its label stands first, say form="sequences"'
        )
    steps = _numbered(names)
    label = [name for name in names if name.lower() in LABELS]
    if label and steps > WIDE:
        raise TaskError(
            f"has {steps} numbered columns and {label[0]!r}: if each row is a sequence, say "
            'form="sequences"; if each row is a moment, form="table"'
        )


def _numbered(names):
    """The number of columns called alike but for a number that counts: t0, t1, t2."""
    parts = [re.fullmatch(r"(.*?)(\d+)", name) for name in names]
    kinds = Counter(part[1] for part in parts if part)
    if not kinds:
        return 0
    stem, count = kinds.most_common(1)[0]
    numbers = sorted(int(part[2]) for part in parts if part and part[1] == stem)
    return count if numbers == [*range(numbers[0], numbers[0] + count)] else 0

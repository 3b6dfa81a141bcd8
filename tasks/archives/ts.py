"""Read .ts files, the format of aeon, sktime and timeseriesclassification.com.

A header of lines that begin with @, and after @data a case per line: its channels, values between
commas, and at last its label, all between colons. With time stamps each value is a pair (stamp,
value). This reader needs no other package, so that a file gives the same study everywhere. It keeps
what others change: capitals of labels, and signs beside time stamps, which aeon 1.6 loses.
"""

import re
from pathlib import Path

import numpy as np

from ..framework.errors import TaskError
from .cases import Cases

COMMENTS = ("#", "%")
STAMPED = re.compile(r",\s*([^,()]*)\)")


def read_ts(path: Path) -> Cases:
    """The cases of a .ts file.

    Raises:
        TaskError: the file is damaged, or not of this format; the message gives the line.
    """
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    begin = next((i for i, line in enumerate(lines) if _is(line, "@data")), None)
    if begin is None:
        raise TaskError(f"{path.name} has no line @data: it is no .ts file of a series archive")
    header = _header(lines[:begin])
    sequences, labels = [], []
    for number, line in enumerate(lines[begin + 1 :], begin + 2):
        if line.strip() and not line.startswith(COMMENTS):
            channels, label = _parts(line, header)
            try:
                sequences.append(_sequence(channels, header))
                labels.append(_label(label.strip(), header))
            except ValueError as error:
                case = len(labels) + 1
                raise TaskError(f"{path.name}: case {case} has {error} (line {number})") from None
    if not sequences:
        raise TaskError(f"{path.name} has no cases after @data")
    return _cases(sequences, labels, header, path.name)


def _is(line, word):
    return line.strip().lower().startswith(word)


def _header(lines):
    """{entry in small letters: its words}."""
    entries = (line.split() for line in lines if line.startswith("@"))
    return {entry[0][1:].lower(): entry[1:] for entry in entries}


def _says(header, name):
    """Whether the header says "true", or None if it says nothing."""
    words = header.get(name)
    return None if not words else words[0].lower() == "true"


def _parts(line, header):
    """The channels as texts, and the label."""
    if _says(header, "timestamps"):
        *channels, label = re.split(r"\)\s*:", line)
        return [",".join(STAMPED.findall(channel + ")")) for channel in channels], label
    *channels, label = line.split(":")
    return channels, label


def _sequence(channels, header):
    """One case as (t, D); raises ValueError for what it has that the header does not say."""
    rows = [_numbers(channel.replace("?", "nan").split(",")) for channel in channels]
    if len({len(row) for row in rows}) != 1:
        raise ValueError("channels of different lengths; use the original file")
    steps = header.get("serieslength") if _says(header, "equallength") else None
    width = ["1"] if _says(header, "univariate") else _first(header, "dimensions", "dimension")
    for what, said, found in (("steps", steps, len(rows[0])), ("channels", width, len(rows))):
        if said and said[0] != str(found):
            raise ValueError(f"{found} {what}, but the header says {said[0]}")
    return np.stack(rows, 1)


def _numbers(words):
    try:
        return np.array(words, np.float64)
    except ValueError as error:
        raise ValueError(f"a value that is no number: {error}") from None


def _label(label, header):
    if not label or label == "?":
        raise ValueError("no label; leave it out")
    classes = _classes(header)
    if classes and label not in classes:
        raise ValueError(f"the unlisted class {label!r}; use the original file")
    return label


def _cases(sequences, labels, header, name):
    notes = ("the time stamps of values were left out",) if _says(header, "timestamps") else ()
    if _says(header, "targetlabel"):
        try:
            return Cases(sequences, np.array(labels, np.float64), (), notes)
        except ValueError as error:
            raise TaskError(f"{name}: a target is no number: {error}") from None
    if not _says(header, "classlabel"):
        raise TaskError(
            f"{name} has no labels: its header must say @classLabel true and the classes, or "
            "@targetLabel true"
        )
    return Cases(sequences, np.array(labels), _classes(header) or (*sorted({*labels}),), notes)


def _classes(header):
    return tuple(header.get("classlabel", ())[1:]) if _says(header, "classlabel") else ()


def _first(header, *names):
    return next((header[name] for name in names if name in header), None)

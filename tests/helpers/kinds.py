"""The kinds of data that people bring: what happens to each, and what overrides it.

docs/own-data.md is this list; ``PYTHONPATH=tests python -m helpers.kinds`` writes it anew.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).parents[2] / "docs" / "own-data.md"
HEAD = """\
# Your own data, case by case

A table, a text or arrays become a task in one word: `gatelab tasks load.csv`, or
`from_csv("load.csv", targets="load")` in Python. What can be read in one way only is read so, and
what was left out, filled in or converted is said: under `notes` by `gatelab tasks load.csv`, in
`task.notes`, in a study's `about.json` and in its report. What can be read in two ways is refused
in one line, which names the first such row and the option that says which. Options stand behind
the file's name, `load.csv:sort=True,fill=interpolate`, or are arguments in Python,
`from_csv("load.csv", sort=True, fill="interpolate")`.

Each row below is a test. Numbers of rows and lines are those of the test's input.
"""


class Kind(NamedTuple):
    """Data of one kind.

    Attributes:
        what: what is special about it.
        file: name of the file.
        content: of the file; or a function that writes it, given its path.
        refused: what the refusal says behind the file's name; "" if the data are read.
        noted: what is noted when the data are read; "" for nothing.
        override: options, as typed, with which refused data are read (or others read otherwise).
        first: the first row that is read; with ``override``, if that is given.
        options: that a short file needs, as typed.
        shown: the input in the docs, if not the first lines of ``content``.
    """

    what: str
    file: str
    content: str | bytes | Callable[[Path], None]
    refused: str = ""
    noted: str = ""
    override: str = ""
    first: tuple[float, ...] = ()
    options: str = "window=4,horizon=2"
    shown: str = ""

    def write(self, folder: Path) -> Path:
        """Write the file."""
        path = folder / self.file
        if callable(self.content):
            self.content(path)
        elif isinstance(self.content, bytes):
            path.write_bytes(self.content)
        else:
            path.write_text(self.content, encoding="utf-8", newline="")
        return path

    def typed(self, override: str = "") -> str:
        """The task as it is typed."""
        return f"{self.file}:{','.join(filter(None, (self.options, override)))}".rstrip(":")


def kinds() -> dict[str, tuple[Kind, ...]]:
    """{heading: kinds}."""
    from helpers import kinds_forms, kinds_layout, kinds_time, kinds_values

    return {
        "The file and its lines": kinds_layout.KINDS,
        "Numbers": kinds_values.KINDS,
        "Time": kinds_time.KINDS,
        "Arrays, texts and archives": kinds_forms.KINDS,
    }


def page() -> str:
    """The text of docs/own-data.md."""
    from helpers import kinds_forms

    parts = [HEAD]
    for heading, rows in kinds().items():
        if rows:
            parts += [f"## {heading}\n", "| what | input | what happens | override |"]
            parts += ["|---|---|---|---|", *map(_row, rows), ""]
    return "\n".join([*parts, kinds_forms.TAIL])


def _row(kind):
    input_ = _escaped(kind.shown) or _start(kind.content)
    happens = f"refused: {kind.refused}" if kind.refused else "read"
    happens += f"; noted: {kind.noted}" if kind.noted else ""
    override = f"`{kind.override}`" if kind.override else ""
    return f"| {kind.what} | {input_} | {_escaped(happens)} | {_escaped(override)} |"


def _start(content):
    lines = content.split("\n")[:3] if isinstance(content, str) else []
    return "<br>".join(f"`{_escaped(line)}`" for line in lines if line.strip())


def _escaped(text):
    return text.replace("|", "\\|").replace("\n", "\\n").replace("\t", "\\t")


if __name__ == "__main__":
    DOCS.write_text(page(), encoding="utf-8")

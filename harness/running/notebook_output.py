"""What a study says in a notebook: one output of a cell, which is drawn anew again and again."""

from html import escape
from io import StringIO
from typing import IO, cast

from rich.console import Console

WIDTH = 120  # characters; a narrower page gets a scroll bar


class Output:
    """A text file for what is said, and below it a table as ``rich.live.Live`` has it."""

    def __init__(self):
        self.said, self.table, self.handle = "", "", None

    def console(self, quiet):
        """A console that writes here."""
        return Console(
            file=cast(IO[str], self), quiet=quiet, soft_wrap=True, width=WIDTH,
            force_jupyter=False, force_terminal=False, no_color=True,
        )  # fmt: skip

    def write(self, text):
        """Add to what is said; part of a text file."""
        self.said += text
        if text.strip():
            self._draw()
        return len(text)

    def flush(self):
        """Part of a text file."""

    def start(self):
        """Part of ``Live``."""

    def update(self, table):
        """Draw another table below what is said."""
        Console(file=(drawn := StringIO()), width=WIDTH, force_jupyter=False).print(table)
        self.table = drawn.getvalue()
        self._draw()

    def stop(self):
        """Remove the table: the answer is there."""
        self.table = ""
        self._draw()

    def _draw(self):
        from IPython.display import display

        text = "\n".join(filter(None, [self.said.strip("\n"), self.table.rstrip()]))
        shown = {"text/plain": text, "text/html": f"<pre>{escape(text)}</pre>"}
        if self.handle is None:
            self.handle = display(shown, raw=True, display_id=True)
        else:
            self.handle.update(shown, raw=True)

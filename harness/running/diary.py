"""The log file of a study: what its screen shows, with times, and how every run ended."""

from contextlib import suppress
from pathlib import Path

from ..foundation.secrets import masked
from ..foundation.times import now

FILE = "study.log"


class Diary:
    """Lines with the time in UTC. They are kept in memory until the folder may be written to.

    A file that cannot be written stops no study.
    """

    def __init__(self):
        self._file, self._early = None, []

    def open(self, out):
        """Continue the file in a study's folder."""
        with suppress(OSError):
            self._file = (Path(out) / FILE).open("a", encoding="utf-8", buffering=1)
        for line in self._early:
            self._write(line)
        self._early = []

    def note(self, text):
        """Add a line."""
        line = f"{now()} {masked(' '.join(text.split()))}"
        self._write(line) if self._file else self._early.append(line)

    def close(self):
        """Close the file."""
        if self._file:
            with suppress(OSError):
                self._file.close()
            self._file = None

    def _write(self, line):
        with suppress(OSError, ValueError):
            if self._file:
                self._file.write(line + "\n")

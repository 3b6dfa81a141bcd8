"""Error locations: the line of the user's file that caused an error in a step, in one message."""

import linecache
import os
import sysconfig
import traceback
from pathlib import Path

from gatelab.variants.language import symbols
from gatelab.variants.language.operations import FUNCTIONS

from ..foundation.errors import did_you_mean

_ENGINE = os.path.dirname(symbols.__file__)
_STANDARD = ("<frozen", sysconfig.get_paths()["stdlib"])
_INSTALLED = {"site-packages", "dist-packages"}  # of an interpreter or a virtual environment


def line(file, number):
    """``file:line: `code`: ``, without the code if its source is unknown."""
    linecache.checkcache(file)
    code = linecache.getline(file, number or 0).strip()
    return f"{os.path.basename(file)}:{number}: {f'`{code}`: ' if code else ''}"


def placed(error, code, text):
    """A message that starts with the line at fault: the innermost one outside of libraries.

    Args:
        error: the exception that the step raised.
        code: code object of the step; its file counts as the user's even if it is installed.
        text: the message.
    """
    inside = traceback.extract_tb(error.__traceback__)[1:]  # the first frame is the tracer's
    frames = [f for f in inside if not f.filename.startswith(_ENGINE)]
    own = [f for f in frames if f.filename == code.co_filename or not _of_a_library(f.filename)]
    place = (own or frames)[-1]
    return line(place.filename, place.lineno) + text


def _of_a_library(file):
    return file.startswith(_STANDARD) or not _INSTALLED.isdisjoint(Path(file).parts)


def explained(error):
    """One line, with a hint, for an exception other than a TraceError."""
    said = " ".join(f"{type(error).__name__}: {error}".split()).rstrip(":")
    hint = did_you_mean(getattr(error, "name", None) or "", FUNCTIONS)
    if isinstance(error, NameError) and hint:
        return f"{said}; {hint[:-1]}, from gatelab.variants?"
    return f"{said}; a step may use + - * / ** @ and {' '.join(FUNCTIONS)} from gatelab.variants"

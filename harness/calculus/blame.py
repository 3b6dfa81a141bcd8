"""Error locations: the line of the user's file that caused an error in a step, in one message."""

import linecache
import os
import sysconfig
import traceback
from pathlib import Path

from gatelab.variants.language import symbols
from gatelab.variants.language.operations import FUNCTIONS
from gatelab.variants.language.parameters import kind_of
from gatelab.variants.language.variant import Variant, hyperparameters

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
    use = f"a step may use + - * / ** @ and {' '.join(FUNCTIONS)} from gatelab.variants"
    return f"{said}; {_meant(error) or use}"


def _meant(error):
    """What is meant by a name that is unknown, or ""."""
    name = getattr(error, "name", None) or ""
    if isinstance(error, NameError):
        return _variable(name, _last_frame(error).f_locals)
    if isinstance(error, AttributeError) and isinstance(error.obj, Variant):
        return _attribute(name, hyperparameters(type(error.obj)))
    return ""


def _variable(name, around):
    if kind_of(name):
        return f"did you mean p.{name}?"
    cell = around.get("self")
    if isinstance(cell, Variant) and name in hyperparameters(type(cell)):
        return f"did you mean self.{name}?"
    if close := did_you_mean(name, around):
        return close
    close = did_you_mean(name, FUNCTIONS)
    return f"{close[:-1]}, from gatelab.variants?" if close else ""


def _attribute(name, hypers):
    if kind_of(name):
        return f"did you mean p.{name}?"
    instead = f"write {name} = 0.1 in the class, which makes it a hyperparameter"
    close = did_you_mean(name, hypers)
    return f"{instead}; {close}" if close else instead


def _last_frame(error):
    place = error.__traceback__
    while place.tb_next:
        place = place.tb_next
    return place.tb_frame

"""The base class of all errors, and close matches for a misspelt name."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import TypeVar

from .secrets import masked


class GatelabError(ValueError):
    """A request to gatelab is invalid or cannot be carried out.

    The message is one line that says what was wrong and what to do. It never shows the memory
    address of an object, which is of no use to a reader, nor a password within a URL.
    """

    def __str__(self):
        return presentable(super().__str__())

    def _render_traceback_(self):
        """What a notebook shows: the line, without forty lines of our code above it."""
        return [f"{type(self).__name__}: {self}"]


Refusal = TypeVar("Refusal", bound=Exception)


def unknown(
    what: str,
    name: object,
    known: Iterable[str],
    error: type[Refusal],
    meant: Iterable[str] = (),
) -> Refusal:
    """An ``error`` for an unknown name, with those that may be meant, or the closest known ones."""
    known, meant = sorted(known), sorted(meant)
    close = _asked(meant) or did_you_mean(name, known)
    hint = close or f"known: {', '.join(known) or 'none'}"
    return error(f"unknown {what} {name!r}; {hint}")


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """``did you mean tanh?``, or "" if no known name is close."""
    return _asked(get_close_matches(str(name), list(known), n=3, cutoff=0.5))


def _asked(names: list[str]) -> str:
    return f"did you mean {' or '.join(names)}?" if names else ""


def first_line(error: BaseException) -> str:
    """The message of an error, as one line of at most 200 characters."""
    return presentable(str(error)).strip().partition("\n")[0][:200] or type(error).__name__


def presentable(text: str) -> str:
    """``<Thing object at 0x7f...>`` as ``<Thing>``, and URLs without their passwords."""
    return masked(re.sub(r"(?: object)? at 0x[0-9a-fA-F]+", "", text))

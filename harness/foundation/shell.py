"""Paths within commands that a reader pastes into a shell."""

import shlex


def pasted(path) -> str:
    """A path, quoted; one that looks like an option begins with ``./``."""
    text = str(path)
    return shlex.quote(f"./{text}" if text.startswith("-") else text)

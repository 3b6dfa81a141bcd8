"""Parse typed options: ``rhn:depth=5``, ``adding:length=100``, ``--set hidden=64``."""

import ast
from collections.abc import Collection, Mapping
from typing import Any

from .errors import GatelabError

TRUTH = {"true": True, "false": False, "1": True, "0": False}


def options(
    text: str, defaults: Mapping[str, Any], error: type[GatelabError], lists: Collection[str] = ()
) -> dict[str, Any]:
    """Parse ``length=100,epochs=5``; does not check whether such an option exists.

    Args:
        defaults: {name: default}; the type of a default decides how a value is read.
        error: the class of the error raised.
        lists: names of options that are lists; a word without a name continues the list before it.

    Returns:
        {name: value}.

    Raises:
        error: a part is not NAME=VALUE.
    """
    read: dict[str, Any] = {}
    name = ""
    for part in text.split(","):
        if "=" not in part and name in lists and part:
            read[name].append(_unquoted(part))
            continue
        name, _, rest = part.partition("=")
        if not (name and rest):
            example = f"{name}={defaults[name]}" if name in defaults else "NAME=VALUE"
            raise error(f"cannot read {part!r}; write it as {example}")
        read[name] = [_unquoted(rest)] if name in lists else value(rest, defaults.get(name))
    return read


def value(text: str, default: Any = None) -> Any:
    """Parse a typed value: a number, True, False or None as in Python, else a word.

    Args:
        default: default of the option; if it is a word, the value is read as a word, too.
    """
    if isinstance(default, str):
        return text
    if isinstance(default, bool) and text.lower() in TRUTH:
        return TRUTH[text.lower()]
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def _unquoted(word):
    """A word without the quotes that a message, being Python, puts around it."""
    return word[1:-1] if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'" else word

"""What people type after a name: ``rhn:depth=5``, ``adding:length=100``, ``--set hidden=64``."""

import ast
from collections.abc import Collection, Mapping
from typing import Any

from .errors import GatelabError

TRUTH = {"true": True, "false": False, "1": True, "0": False}


def options(
    text: str, defaults: Mapping[str, Any], error: type[GatelabError], lists: Collection[str] = ()
) -> dict[str, Any]:
    """{name: value} of ``length=100,epochs=5``; whether there is such an option is not asked here.

    Args:
        defaults: {name: default}, which say how a value is read.
        lists: names of options that are lists; a word without a name goes on with the one before.

    Raises:
        error: a part that is not NAME=VALUE.
    """
    read: dict[str, Any] = {}
    name = ""
    for part in text.split(","):
        if "=" not in part and name in lists and part:
            read[name].append(part)
            continue
        name, _, rest = part.partition("=")
        if not (name and rest):
            example = f"{name}={defaults[name]}" if name in defaults else "NAME=VALUE"
            raise error(f"cannot read {part!r}; write it as {example}")
        read[name] = [rest] if name in lists else value(rest, defaults.get(name))
    return read


def value(text: str, default: Any = None) -> Any:
    """A value as it is typed: a number, True, False or None as Python reads it, else a word.

    Args:
        default: of what is set; where that is a word, so is the value, whatever it looks like.
    """
    if isinstance(default, str):
        return text
    if isinstance(default, bool) and text.lower() in TRUTH:
        return TRUTH[text.lower()]
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
